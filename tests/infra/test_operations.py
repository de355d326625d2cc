"""What tells an operator what is wrong and whose it is: alarms with a chapter to read, tags, traces, DNS records."""

import json
import re
from pathlib import Path

from infra.function_specs import FUNCTIONS
from tests.infra.program import CONFIG, Graph, run

_RUNBOOK = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
_ALARM = "cloudwatch/metricAlarm:MetricAlarm"
_TAGGED = (
    "cloudwatch/logGroup:LogGroup",
    _ALARM,
    "dynamodb/table:Table",
    "iam/role:Role",
    "kms/key:Key",
    "lambda/function:Function",
    "opensearch/domain:Domain",
    "s3/bucket:Bucket",
    "sfn/stateMachine:StateMachine",
    "sns/topic:Topic",
    "sqs/queue:Queue",
)


def _anchors() -> set[str]:
    """Return the anchors of the page's headings, as they are made of their words everywhere Markdown is shown."""
    headings = re.findall(r"^## (.+)$", _RUNBOOK.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_every_alarm_says_why_it_rings_and_which_chapter_to_read(graph: Graph) -> None:
    for alarm in graph.of(_ALARM).values():
        reason, _, anchor = alarm.inputs["alarmDescription"].partition(" What to do: docs/operations.md#")
        assert reason.endswith("."), alarm.name
        assert anchor in _anchors(), f"{alarm.name}: write a chapter for it in docs/operations.md"
        assert len(alarm.inputs["alarmDescription"]) <= 1_024


def test_every_alarm_tells_when_it_is_over_too_and_silence_is_no_alarm(graph: Graph) -> None:
    (topic,) = [topic for topic in graph.of("sns/topic:Topic").values() if topic.name.endswith("-alarms")]
    for alarm in graph.of(_ALARM).values():
        assert alarm.inputs["alarmActions"] == alarm.inputs["okActions"] == [topic.arn], alarm.name
        assert alarm.inputs["treatMissingData"] == "notBreaching", alarm.name
        assert ("statistic" in alarm.inputs) != ("extendedStatistic" in alarm.inputs), alarm.name


def test_every_function_that_is_read_by_a_stream_or_queue_is_watched_for_being_late(graph: Graph) -> None:
    watched = {
        value
        for alarm in graph.of(_ALARM).values()
        if alarm.inputs["metricName"] in ("IteratorAge", "ApproximateAgeOfOldestMessage")
        for value in alarm.inputs["dimensions"].values()
    }
    queues = {queue.arn: queue.name for queue in graph.of("sqs/queue:Queue").values()}
    for mapping in graph.of("lambda/eventSourceMapping:EventSourceMapping").values():
        source, function = mapping.inputs["eventSourceArn"], mapping.inputs["functionName"].rpartition(":")[2]
        assert queues.get(source, function) in watched, f"{mapping.name}: add an alarm in infra/alarms.py"


def test_everything_that_takes_tags_says_whose_it_is(graph: Graph) -> None:
    for kind in _TAGGED:
        assert graph.of(kind), kind
    for resource in graph.resources:
        if resource.type.removeprefix("aws:") in _TAGGED:
            tags = resource.inputs["tags"]
            assert tags == {"project": "email-platform", "stack": "test", "managed-by": "pulumi"}, resource.name


def test_an_operators_tags_come_besides() -> None:
    stack = run({**CONFIG, "tags": '{"cost-centre": "42", "stack": "mine"}'})
    (key, *_) = stack.of("kms/key:Key").values()
    assert key.inputs["tags"] == {
        "cost-centre": "42",
        "project": "email-platform",
        "stack": "test",
        "managed-by": "pulumi",
    }


def test_functions_and_workflows_are_traced_unless_the_stack_says_no(graph: Graph) -> None:
    silent = run({**CONFIG, "tracing": "false"})
    for stack, traced in ((graph, True), (silent, False)):
        functions = stack.of("lambda/function:Function").values()
        assert {f.inputs.get("tracingConfig") == {"mode": "Active"} for f in functions} == {traced}
        machines = stack.of("sfn/stateMachine:StateMachine").values()
        assert {bool(m.inputs.get("tracingConfiguration", {}).get("enabled")) for m in machines} == {traced}
        policies = [policy.inputs["policy"] for policy in stack.of("iam/rolePolicy:RolePolicy").values()]
        may = sum("xray:PutTraceSegments" in policy for policy in policies)
        assert may == (len(FUNCTIONS) + len(machines) if traced else 0)


def test_the_dns_records_that_senders_need_are_printed(graph: Graph) -> None:
    records = {(record["type"], record["name"]): record["value"] for record in graph.outputs["dns_records"]}
    assert records["CNAME", "one._domainkey.mail.example.com"] == "one.dkim.amazonses.com"
    assert records["MX", "bounce.mail.example.com"] == "10 feedback-smtp.eu-central-1.amazonses.com"
    assert records["TXT", "bounce.mail.example.com"] == "v=spf1 include:amazonses.com -all"
    assert records["TXT", "_dmarc.mail.example.com"] == "v=DMARC1; p=none"
    (mail_from,) = graph.of("sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes").values()
    assert mail_from.inputs["mailFromDomain"] == "bounce.mail.example.com"
    assert not graph.of("route53/record:Record")


def test_with_a_zone_the_same_records_are_made() -> None:
    stack = run(
        {
            **CONFIG,
            "hostedZoneId": "Z0123456789",
            "dmarcPolicy": "reject",
            "dmarcReports": "dmarc@example.com",
            "trackingDomain": "links.mail.example.com",
            "trackingCertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/0-1",
        }
    )
    made = {
        (r.inputs["type"], r.inputs["name"], *r.inputs["records"]) for r in stack.of("route53/record:Record").values()
    }
    assert made == {(r["type"], r["name"], r["value"]) for r in stack.outputs["dns_records"]}
    dmarc = "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
    assert ("TXT", "_dmarc.mail.example.com", dmarc) in made
    assert {name for kind, name, _ in made if kind == "CNAME"} >= {"links.mail.example.com"}
    (distribution,) = stack.of("cloudfront/distribution:Distribution").values()
    assert distribution.inputs["origins"][0]["domainName"] == "r.eu-central-1.awstrack.me"
    assert distribution.inputs["viewerCertificate"]["minimumProtocolVersion"] == "TLSv1.2_2021"
    (configuration_set,) = stack.of("sesv2/configurationSet:ConfigurationSet").values()
    assert configuration_set.inputs["trackingOptions"] == {
        "customRedirectDomain": "links.mail.example.com",
        "httpsPolicy": "REQUIRE",
    }


def test_who_asks_for_it_gets_addresses_of_their_own_a_budget_and_alarms_by_mail() -> None:
    stack = run({**CONFIG, "dedicatedIps": "true", "alarmAddress": "ops@example.com", "monthlyBudget": "500"})
    (pool,) = stack.of("sesv2/dedicatedIpPool:DedicatedIpPool").values()
    assert pool.inputs["scalingMode"] == "MANAGED"
    (configuration_set,) = stack.of("sesv2/configurationSet:ConfigurationSet").values()
    assert configuration_set.inputs["deliveryOptions"]["sendingPoolName"] == pool.inputs["poolName"]
    (budget,) = stack.of("budgets/budget:Budget").values()
    assert (budget.inputs["limitAmount"], budget.inputs["limitUnit"]) == ("500", "USD")
    assert "ops@example.com" in json.dumps(
        [s.inputs for s in stack.of("sns/topicSubscription:TopicSubscription").values()]
    )


def test_the_dashboard_shows_things_of_this_stack_and_fits_its_grid(graph: Graph) -> None:
    (dashboard,) = graph.of("cloudwatch/dashboard:Dashboard").values()
    widgets = json.loads(dashboard.inputs["dashboardBody"])["widgets"]
    places = [(widget["x"], widget["y"]) for widget in widgets]
    assert len(set(places)) == len(places)
    assert all(widget["x"] + widget["width"] <= 24 for widget in widgets)
    named = {r.inputs.get("name", r.name) for r in graph.resources} | {r.arn for r in graph.resources} | {"live"}
    for widget in widgets:
        for metric in widget["properties"]["metrics"]:
            values = [part for part in metric[3::2] if isinstance(part, str)]
            assert set(values) <= named, widget["properties"]["title"]
    assert len(dashboard.inputs["dashboardBody"]) <= 1_000_000
