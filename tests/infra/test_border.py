"""What stands before the API when a stack asks for it: versions in turn, a domain, a firewall."""

import json

import pytest

from tests.infra.program import CONFIG, Graph, run

API = "email-platform-test-api"
_DOMAIN = {
    "apiDomain": "api.example.com",
    "apiCertificateArn": "arn:aws:acm:eu-central-1:123456789012:certificate/0",
}


def _one(graph: Graph, kind: str) -> dict[str, object]:
    (resource,) = graph.of(kind).values()
    return resource.inputs


def test_the_api_is_called_by_an_alias_that_stands_for_the_newest_version(graph: Graph) -> None:
    alias = _one(graph, "lambda/alias:Alias")
    assert (alias["name"], alias["functionName"], alias["functionVersion"]) == ("live", API, "1")
    assert "routingConfig" not in alias
    assert {f.name for f in graph.of("lambda/function:Function").values() if f.inputs["publish"]} == {API}
    body = json.loads(graph.of("apigateway/restApi:RestApi")[API].inputs["body"])
    called = {
        method["x-amazon-apigateway-integration"]["uri"].rpartition("function:")[2].removesuffix("/invocations")
        for path, methods in body["paths"].items()
        for method in methods.values()
        if path in {"/v1/campaigns", "/v1/templates"} and "x-amazon-apigateway-integration" in method
    }
    assert called == {f"{API}:live"}
    permission = graph.of("lambda/permission:Permission")
    assert permission[API].inputs["qualifier"] == "live"
    assert "qualifier" not in permission["email-platform-test-authorize"].inputs


def test_a_new_version_answers_a_share_of_the_requests_first() -> None:
    alias = _one(run({**CONFIG, "apiStableVersion": "7", "apiShiftPercent": "10"}), "lambda/alias:Alias")
    assert alias["functionVersion"] == "7"
    assert alias["routingConfig"] == {"additionalVersionWeights": {"1": 0.1}}  # 1 is the newest here


def test_a_share_for_the_version_that_answers_anyway_is_left_out() -> None:
    alias = _one(run({**CONFIG, "apiStableVersion": "1", "apiShiftPercent": "10"}), "lambda/alias:Alias")
    assert alias["functionVersion"] == "1"
    assert alias.get("routingConfig") is None


def test_the_version_before_answers_all_requests_when_it_is_named_alone() -> None:
    alias = _one(run({**CONFIG, "apiStableVersion": "6"}), "lambda/alias:Alias")
    assert alias["functionVersion"] == "6"
    assert "routingConfig" not in alias


def test_the_api_has_a_domain_of_the_operators_and_gives_it_as_its_own() -> None:
    graph = run({**CONFIG, **_DOMAIN})
    domain = _one(graph, "apigateway/domainName:DomainName")
    assert domain["securityPolicy"] == "TLS_1_2"
    assert domain["regionalCertificateArn"] == _DOMAIN["apiCertificateArn"]
    mapping = _one(graph, "apigateway/basePathMapping:BasePathMapping")
    assert mapping["stageName"] == "live"
    assert "basePath" not in mapping, "addresses keep their paths"
    assert graph.outputs["api_url"] == "https://api.example.com"
    told = graph.of("lambda/function:Function")["email-platform-test-send-part"].inputs["environment"]["variables"]
    assert told["PUBLIC_BASE_URL"] == "https://api.example.com"
    printed = {record["name"]: record["value"] for record in graph.outputs["dns_records"]}
    assert printed["api.example.com"] == "d-1.execute-api.example"


@pytest.mark.parametrize(("domain", "made"), [("api.mail.example.com", True), ("api.example.com", False)])
def test_the_record_of_the_api_is_made_where_the_zone_is_its_own(domain: str, made: bool) -> None:  # noqa: FBT001 - a parameter
    graph = run({**CONFIG, **_DOMAIN, "apiDomain": domain, "hostedZoneId": "Z0123456789"})
    records = {record.inputs["name"] for record in graph.of("route53/record:Record").values()}
    assert (domain in records) is made
    assert "_dmarc.mail.example.com" in records


def test_a_firewall_asks_awss_rules_and_limits_each_address() -> None:
    graph = run({**CONFIG, "wafEnabled": "true", "wafRequests": "500"})
    acl = graph.of("wafv2/webAcl:WebAcl")[API].inputs
    assert acl["scope"] == "REGIONAL"
    groups = [rule["statement"]["managedRuleGroupStatement"] for rule in acl["rules"] if "overrideAction" in rule]
    assert all(group["vendorName"] == "AWS" for group in groups)
    (common,) = [group for group in groups if group["name"] == "AWSManagedRulesCommonRuleSet"]
    counted = {override["name"] for override in common["ruleActionOverrides"]}
    assert {"SizeRestrictions_BODY", "CrossSiteScripting_BODY"} <= counted, "mails are HTML of any size"
    assert "CrossSiteScripting_QUERYARGUMENTS" not in counted
    (limit,) = [rule for rule in acl["rules"] if "action" in rule]
    assert limit["statement"]["rateBasedStatement"] == {"limit": 500, "aggregateKeyType": "IP"}
    assert limit["action"]["block"]["customResponse"]["responseCode"] == 429
    priorities = [rule["priority"] for rule in acl["rules"]]
    assert len(set(priorities)) == len(priorities)
    association = _one(graph, "wafv2/webAclAssociation:WebAclAssociation")
    assert association["resourceArn"] == graph.of("apigateway/stage:Stage")[API].arn
    logging = graph.of("wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration")[API].inputs
    assert logging["redactedFields"] == [{"singleHeader": {"name": "authorization"}}]
    (destination,) = logging["logDestinationConfigs"]
    assert ":log-group:aws-waf-logs-" in destination


def test_without_being_asked_for_there_is_neither_firewall_nor_domain(graph: Graph) -> None:
    assert not graph.of("wafv2/webAcl:WebAcl")
    assert not graph.of("apigateway/domainName:DomainName")
