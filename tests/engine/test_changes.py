"""What each key of the configuration changes in a stack that is there: exactly these resources, and no data."""

import json
from collections.abc import Mapping
from typing import NamedTuple

import pytest

from infra.chalice_manifest import table_schemas
from infra.config import keys
from infra.function_specs import FUNCTIONS
from infra.grants import SEND_BULK
from infra.workflows import MACHINES
from tests.engine.conftest import CONFIG, DATA, NETWORK, Deployment

Touched = set[tuple[str, str, str]]


def _update(kind: str, *names: str) -> Touched:
    return {("update", f"aws:{kind}", name.replace("_", "-")) for name in names}


def _create(kind: str, *names: str) -> Touched:
    return {("create", f"aws:{kind}", name) for name in names}


def _functions(*names: str) -> Touched:
    return _update("lambda/function:Function", *names)


def _told(variable: str) -> Touched:
    return _functions(*(name for name, spec in FUNCTIONS.items() if variable in spec.environment))


def _roles_with(resource: str) -> Touched:
    named = (n for n, s in FUNCTIONS.items() if any(r.name == resource for g in s.grants for r in g.resources))
    return _update("iam/rolePolicy:RolePolicy", *(f"{name}-role" for name in named))


def _machine(name: str) -> Touched:
    return _update("sfn/stateMachine:StateMachine", name)


def _lifecycle(bucket: str) -> Touched:
    return _update("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", bucket)


def _replaced(kind: str, name: str) -> Touched:
    return {(step, f"aws:{kind}", name) for step in ("create-replacement", "delete-replaced", "replace")}


class Change(NamedTuple):
    """What is set, and what that touches: operation, type, name without the stack's prefix.

    ``whole`` is a type of which every resource is updated and nothing else is.
    """

    values: Mapping[str, str]
    touched: Touched = set()  # noqa: RUF012 - nobody adds to it
    whole: str | None = None


_MAIL_FROM = _update("sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes", "sender")
_CONFIGURATION_SET = _update("sesv2/configurationSet:ConfigurationSet", "campaigns")
_ALARM_ADDRESS = _create("sns/topicSubscription:TopicSubscription", "alarms")
_LIMITED = _told("SEND_LIMITS")
_BULK = _update(
    "iam/rolePolicy:RolePolicy", *(f"{name}-role" for name, spec in FUNCTIONS.items() if SEND_BULK in spec.grants)
)
_GUARDED = _told("REPUTATION_LIMITS")
_DOMAIN = _update("opensearch/domain:Domain", "analytics")
_FIREWALL = (
    {("create", "email-platform:infra:Firewall", "api")}
    | _create("wafv2/webAcl:WebAcl", "api")
    | _create("wafv2/webAclAssociation:WebAclAssociation", "api")
    | _create("wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", "api")
    | _create("cloudwatch/logGroup:LogGroup", "waf")
)
_CALLER = "arn:aws:iam::123456789012:role/reporting"
_SIGNED_API = (
    {("create", "email-platform:infra:SignedApi", "signed-api")}
    | _create("apigateway/restApi:RestApi", "signed-api")
    | _create("apigateway/deployment:Deployment", "signed-api")
    | _create("apigateway/stage:Stage", "signed-api")
    | _create("apigateway/methodSettings:MethodSettings", "signed-api")
    | _create("cloudwatch/logGroup:LogGroup", "signed-api-access")
    | _create("cloudwatch/metricAlarm:MetricAlarm", "signed-api-5xx", "signed-api-slow")
    | _update("cloudwatch/dashboard:Dashboard", "overview")
    | _create(
        "lambda/permission:Permission",
        "signed-api",
        "signed-test-sends-campaigns",
        "signed-test-sends-templates",
        "signed-transactional-messages",
        "signed-webhooks-webhooks",
    )
)
_DESTINATION = "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination"
_STREAM = _update("kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", "ses-events")
CHANGES: Mapping[str, Change] = {
    "senderDomain": Change(
        {"senderDomain": "news.example.org"},
        _replaced("sesv2/emailIdentity:EmailIdentity", "sender")
        | _replaced("sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes", "sender")
        | _roles_with("ses.identity")
        | _told("SENDER_DOMAIN"),
    ),
    "extraSenderDomains": Change(
        {"extraSenderDomains": '["shop.example.org"]'},
        _roles_with("ses.identity") | _told("EXTRA_SENDER_DOMAINS"),
    ),
    "corsOrigins": Change(
        {"corsOrigins": '["https://app.example.com"]'},
        _create("s3/bucketCorsConfiguration:BucketCorsConfiguration", "templates", "recipients"),
    ),
    "mailFromSubdomain": Change({"mailFromSubdomain": "returns"}, _MAIL_FROM),
    "hostedZoneId": Change(
        {"hostedZoneId": "Z0123456789"},
        _create("route53/record:Record", "dkim-1", "dkim-2", "dkim-3", "mail-from-mx", "mail-from-spf", "dmarc"),
    ),
    "dmarcPolicy": Change({"dmarcPolicy": "reject"}),  # without a zone only what is printed changes
    "dmarcReports": Change({"dmarcReports": "dmarc@example.com"}),
    "dedicatedIps": Change(
        {"dedicatedIps": "true"}, _create("sesv2/dedicatedIpPool:DedicatedIpPool", "senders") | _CONFIGURATION_SET
    ),
    "trackingDomain": Change(
        {
            "trackingDomain": "links.mail.example.com",
            "trackingCertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/0",
        },
        _create("cloudfront/distribution:Distribution", "tracking") | _CONFIGURATION_SET,
    ),
    "tracing": Change(
        {"tracing": "false"},
        _functions(*FUNCTIONS)
        | {step for name in MACHINES for step in _machine(name)}
        | _update("iam/rolePolicy:RolePolicy", *(f"{name}-role" for name in (*FUNCTIONS, *MACHINES))),
    ),
    "alarmAddress": Change({"alarmAddress": "ops@example.com"}, _ALARM_ADDRESS),
    "probe": Change(
        {"probe": "true"},
        _create("cloudwatch/eventRule:EventRule", "probe-sending")
        | _create("cloudwatch/eventTarget:EventTarget", "probe-sending")
        | _create("lambda/permission:Permission", "probe-sending")
        | _create("lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "probe-sending")
        | _create("cloudwatch/metricAlarm:MetricAlarm", "probe-failed")
        | _update("sqs/queuePolicy:QueuePolicy", "schedule-dead"),
    ),
    "monthlyBudget": Change(
        {"alarmAddress": "ops@example.com", "monthlyBudget": "500"},
        _ALARM_ADDRESS | _create("budgets/budget:Budget", "monthly"),
    ),
    "logRetentionDays": Change({"logRetentionDays": "14"}, whole="cloudwatch/logGroup:LogGroup"),
    "recipientRetentionDays": Change({"recipientRetentionDays": "30"}, _lifecycle("recipients")),
    "eventRetentionDays": Change({"eventRetentionDays": "30"}, _lifecycle("events")),
    "protectData": Change(
        {"protectData": "true"},
        _update("dynamodb/table:Table", *table_schemas())
        | _update("s3/bucket:Bucket", "events", "recipients", "templates"),
    ),
    "architecture": Change({"architecture": "x86_64"}, whole="lambda/function:Function"),
    "eventDelivery": Change(
        {"eventDelivery": "firehose"},
        {("create", _DESTINATION, "ses-stream"), ("delete", _DESTINATION, "ses-events")},
    ),
    "eventBufferSeconds": Change({"eventBufferSeconds": "60"}, _STREAM),
    "eventBufferMegabytes": Change({"eventBufferMegabytes": "4"}, _STREAM),
    "settleSeconds": Change({"settleSeconds": "600"}, _told("SETTLE_SECONDS")),
    "sendConcurrency": Change({"sendConcurrency": "20"}, _machine("send-campaign")),
    "bulkMessages": Change({"bulkMessages": "50"}, _LIMITED | _BULK),
    "createConcurrency": Change({"createConcurrency": "30"}, _machine("create-messages")),
    "checkConcurrency": Change({"checkConcurrency": "30"}, _machine("check-campaign")),
    "transactionalReserve": Change({"transactionalReserve": "10"}, _LIMITED),
    "domainLimits": Change({"domainLimits": '{"gmail.com": 20}'}, _LIMITED),
    "warmUpStart": Change({"warmUpStart": "2026-12-01", "warmUpCaps": "[200]"}, _LIMITED),
    "warmUpCaps": Change({"warmUpStart": "2026-12-01", "warmUpCaps": "[200, 500]"}, _LIMITED),
    "webhookNetworks": Change({"webhookNetworks": '["10.0.0.0/8"]'}, _told("WEBHOOK_NETWORKS")),
    "keyRateLimit": Change({"keyRateLimit": "20"}, _told("KEY_RATE_LIMIT")),
    "apiCallers": Change({"apiCallers": json.dumps({_CALLER: ["read"]})}, _SIGNED_API | _told("API_CALLERS")),
    "auditRetentionDays": Change({"auditRetentionDays": "90"}, _told("AUDIT_RETENTION_DAYS")),
    "bounceLimit": Change({"bounceLimit": "4"}, _GUARDED),
    "complaintLimit": Change({"complaintLimit": "0.2"}, _GUARDED),
    "guardDeliveries": Change({"guardDeliveries": "500"}, _GUARDED),
    "openSearch": Change(
        {"openSearch": "false", "analyticsUrl": "https://statistics.example"},
        {
            ("delete", "aws:opensearch/domain:Domain", "analytics"),  # which `protectData` forbids
            ("delete", "aws:opensearch/domainPolicy:DomainPolicy", "analytics"),
            ("delete", "aws:cloudwatch/logGroup:LogGroup", "analytics"),
            ("delete", "aws:cloudwatch/logResourcePolicy:LogResourcePolicy", "analytics"),
        }
        | {
            ("delete", "aws:cloudwatch/metricAlarm:MetricAlarm", f"domain-{what}")
            for what in ("blocked", "filling", "red")
        }
        | _roles_with("analytics")
        | _told("ANALYTICS_URL"),
    ),
    "statisticsRetentionMonths": Change({"statisticsRetentionMonths": "13"}, _told("ANALYTICS_RETENTION_MONTHS")),
    "openSearchInstance": Change({"openSearchInstance": "r7g.large.search"}, _DOMAIN),
    "openSearchNodes": Change({"openSearchNodes": "3"}, _DOMAIN),
    "openSearchMasters": Change({"openSearchMasters": "m7g.medium.search"}, _DOMAIN),
    "openSearchStorage": Change({"openSearchStorage": "100"}, _DOMAIN),
    "apiDomain": Change(
        {
            "apiDomain": "api.example.com",
            "apiCertificateArn": "arn:aws:acm:eu-central-1:123456789012:certificate/0",
        },
        _create("apigateway/domainName:DomainName", "api")
        | _create("apigateway/basePathMapping:BasePathMapping", "api")
        | _told("PUBLIC_BASE_URL"),
    ),
    "wafEnabled": Change({"wafEnabled": "true"}, _FIREWALL),
    "wafRequests": Change({"wafEnabled": "true", "wafRequests": "500"}, _FIREWALL),
    "apiStableVersion": Change({"apiStableVersion": "7"}, _update("lambda/alias:Alias", "api")),
    "apiShiftPercent": Change({"apiStableVersion": "7", "apiShiftPercent": "10"}, _update("lambda/alias:Alias", "api")),
    "tokenGeneration": Change({"tokenGeneration": "2"}, _told("TOKEN_GENERATIONS")),
    "oldestTokenGeneration": Change({"tokenGeneration": "2", "oldestTokenGeneration": "2"}, _told("TOKEN_GENERATIONS")),
    "publicBaseUrl": Change({"publicBaseUrl": "https://mail.example.com"}, _told("PUBLIC_BASE_URL")),
    "apiLogRole": Change(
        {"apiLogRole": "false"},
        {
            ("delete", f"aws:{kind}", "api-logs")
            for kind in ("apigateway/account:Account", "iam/role:Role", "iam/rolePolicyAttachment:RolePolicyAttachment")
        },
    ),
}
_ELSEWHERE = {
    "vpcId": "makes another domain: a test of its own",
    "vpcSubnets": "set together with vpcId",
    "tags": "touches everything that takes tags: a test of its own",
    "trackingCertificateArn": "set together with trackingDomain",
    "apiCertificateArn": "set together with apiDomain",
    "analyticsUrl": "set together with openSearch",
    "packagePlatform": "for the local stack, which is never changed to another",
}


def test_every_key_says_here_what_it_changes() -> None:
    assert CHANGES.keys() | _ELSEWHERE.keys() == keys().keys(), "add the new key of infra/config.py to CHANGES"


@pytest.mark.parametrize("key", CHANGES)
def test_a_changed_key_touches_exactly_these_resources_and_replaces_no_data(deployed: Deployment, key: str) -> None:
    values, expected, whole = CHANGES[key]
    deployed.stack.configure({**CONFIG, **values})
    steps = [step for step in deployed.stack.preview() if step.operation != "same"]
    touched = {(step.operation, step.kind, step.name.removeprefix("email-platform-dev-")) for step in steps}
    if whole:
        kind = f"aws:{whole}"
        assert {(operation, one) for operation, one, _ in touched} == {("update", kind)}
        assert len(touched) == sum(1 for one, _ in deployed.account.resources if one == kind)
    else:
        assert touched == expected
    assert not {step.kind for step in steps if step.operation == "replace"} & DATA


def test_another_network_makes_another_domain_and_replaces_no_other_data(deployed: Deployment) -> None:
    deployed.stack.configure({**CONFIG, **NETWORK})
    steps = deployed.stack.preview()
    assert {step.kind for step in steps if step.operation == "replace"} & DATA == {"aws:opensearch/domain:Domain"}
    made = {step.kind for step in steps if step.operation == "create"}
    assert made == {
        "aws:ec2/securityGroup:SecurityGroup",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    }


def test_changed_tags_touch_everything_that_takes_tags_and_nothing_else(deployed: Deployment) -> None:
    deployed.stack.configure({**CONFIG, "tags": '{"cost-centre": "42"}'})
    steps = [step for step in deployed.stack.preview() if step.operation != "same"]
    tagged = sorted(kind for (kind, _), inputs in deployed.account.resources.items() if "tags" in inputs)
    assert sorted(step.kind for step in steps) == tagged
    assert {step.operation for step in steps} == {"update"}
