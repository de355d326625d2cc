"""What a stack consists of, and that every part of it is closed, encrypted, observed and told what it needs."""

import json
from collections import Counter
from datetime import timedelta

import pytest

from chalicelib.exports.model import KEPT_FOR, PREFIX
from chalicelib.kernel.logs import metric
from chalicelib.settings import Settings
from chalicelib.tracking.archive import PREFIX as PREFIX_OF_EVENTS
from infra.asl import tasks
from infra.chalice_manifest import handlers, table_schemas
from infra.function_specs import FUNCTIONS
from tests.infra.program import CONFIG, Graph, run

EXPECTED = {
    "apigateway/account:Account": 1,
    "apigateway/deployment:Deployment": 1,
    "apigateway/methodSettings:MethodSettings": 1,
    "apigateway/restApi:RestApi": 1,
    "apigateway/stage:Stage": 1,
    "cloudwatch/dashboard:Dashboard": 1,
    "cloudwatch/eventBus:EventBus": 1,
    "cloudwatch/eventRule:EventRule": 5,
    "cloudwatch/eventTarget:EventTarget": 5,
    "cloudwatch/logGroup:LogGroup": 57,
    "cloudwatch/logResourcePolicy:LogResourcePolicy": 1,
    "cloudwatch/logStream:LogStream": 1,
    "cloudwatch/metricAlarm:MetricAlarm": 79,
    "dynamodb/table:Table": 14,
    "iam/role:Role": 61,
    "iam/rolePolicy:RolePolicy": 60,
    "iam/rolePolicyAttachment:RolePolicyAttachment": 1,
    "kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": 1,
    "kms/key:Key": 3,
    "lambda/alias:Alias": 1,
    "lambda/eventSourceMapping:EventSourceMapping": 11,
    "lambda/function:Function": 43,
    "lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": 1,
    "lambda/permission:Permission": 8,
    "opensearch/domain:Domain": 1,
    "opensearch/domainPolicy:DomainPolicy": 1,
    "s3/bucket:Bucket": 3,
    "s3/bucketCorsConfiguration:BucketCorsConfiguration": 2,
    "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 3,
    "s3/bucketNotification:BucketNotification": 3,
    "s3/bucketOwnershipControls:BucketOwnershipControls": 3,
    "s3/bucketPolicy:BucketPolicy": 3,
    "s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 3,
    "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": 3,
    "s3/bucketVersioning:BucketVersioning": 3,
    "scheduler/scheduleGroup:ScheduleGroup": 1,
    "sesv2/configurationSet:ConfigurationSet": 1,
    "sesv2/configurationSetEventDestination:ConfigurationSetEventDestination": 1,
    "sesv2/emailIdentity:EmailIdentity": 1,
    "sfn/stateMachine:StateMachine": 11,
    "sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes": 1,
    "sns/topic:Topic": 2,
    "sns/topicPolicy:TopicPolicy": 2,
    "sns/topicSubscription:TopicSubscription": 1,
    "sqs/queue:Queue": 12,
    "sqs/queuePolicy:QueuePolicy": 7,
}


def test_the_stack_has_these_resources_and_no_others(graph: Graph) -> None:
    counted = Counter(r.type.removeprefix("aws:") for r in graph.resources if r.type.startswith("aws:"))
    assert dict(sorted(counted.items())) == EXPECTED


def test_a_stack_with_another_store_for_statistics_has_no_domain_and_no_grants_on_one() -> None:
    local = run({**CONFIG, "openSearch": "false", "analyticsUrl": "sqlite:////tmp/analytics.db"})
    assert not local.of("opensearch/domain:Domain")
    assert "es:ESHttp" not in json.dumps([r.inputs for r in local.of("iam/rolePolicy:RolePolicy").values()])
    assert local.outputs["api_environment"]["ANALYTICS_URL"] == "sqlite:////tmp/analytics.db"


def test_no_two_resources_of_one_type_share_a_name(graph: Graph) -> None:
    counted = Counter((r.type, r.name) for r in graph.resources)
    assert [key for key, count in counted.items() if count > 1] == []


def test_every_function_of_the_application_is_specified() -> None:
    assert FUNCTIONS.keys() == handlers().keys()


def test_each_function_is_told_exactly_what_its_spec_says_and_nothing_is_empty(graph: Graph) -> None:
    functions = graph.of("lambda/function:Function")
    for name, spec in FUNCTIONS.items():
        function = functions[f"email-platform-test-{name.replace('_', '-')}"].inputs
        variables = function["environment"]["variables"]
        assert variables.keys() == set(spec.environment)
        assert all(variables.values()), name
        assert (function["timeout"], function["memorySize"]) == (spec.timeout, spec.memory)
        assert function["ephemeralStorage"] == {"size": spec.storage}
        assert function["handler"] == handlers()[name]


@pytest.mark.parametrize("variable", sorted({v for spec in FUNCTIONS.values() for v in spec.environment}))
def test_every_variable_is_one_that_the_application_reads(variable: str) -> None:
    settings = Settings({variable: "7"})
    if variable.startswith("TABLE_"):
        table = variable.removeprefix("TABLE_").lower()
        assert table in table_schemas()
        assert settings.table(table) == "7"
    else:
        assert getattr(settings, variable.lower()) in ("7", 7, range(7, 8))


def test_each_function_has_its_own_role_and_a_log_group_that_ends(graph: Graph) -> None:
    functions = graph.of("lambda/function:Function")
    assert len({f.inputs["role"] for f in functions.values()}) == len(functions)
    groups = {g.inputs["name"]: g.inputs for g in graph.of("cloudwatch/logGroup:LogGroup").values()}
    assert {f"/aws/lambda/{f.inputs['name']}" for f in functions.values()} <= groups.keys()
    assert all(group["retentionInDays"] == 30 for group in groups.values())


def test_tables_are_those_of_the_models(graph: Graph) -> None:
    tables = graph.of("dynamodb/table:Table")
    for name, schema in table_schemas().items():
        table = tables[f"email-platform-test-{name.replace('_', '-')}"].inputs
        assert table["hashKey"] == schema.hash_key.name
        assert table.get("rangeKey") == (schema.range_key.name if schema.range_key else None)
        assert len(table.get("globalSecondaryIndexes", [])) == len(schema.indexes)
        assert table.get("streamViewType") == ("NEW_AND_OLD_IMAGES" if schema.streamed else None)
        assert table.get("ttl", {}).get("attributeName") == schema.ttl


def test_all_data_at_rest_is_encrypted_and_tables_can_be_restored(graph: Graph) -> None:
    key = next(k for k in graph.of("kms/key:Key").values() if k.name.endswith("-data"))
    assert key.inputs["enableKeyRotation"]
    for table in graph.of("dynamodb/table:Table").values():
        assert table.inputs["serverSideEncryption"] == {"enabled": True, "kmsKeyArn": key.arn}
        assert table.inputs["pointInTimeRecovery"]["enabled"]
        assert table.inputs["deletionProtectionEnabled"]
    for queue in [*graph.of("sqs/queue:Queue").values(), *graph.of("sns/topic:Topic").values()]:
        assert queue.inputs["kmsMasterKeyId"] == key.arn
    encryption = "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    for bucket in graph.of(encryption).values():
        assert bucket.inputs["rules"][0]["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"] == key.arn
    domain = graph.of("opensearch/domain:Domain")["analytics"].inputs
    assert domain["encryptAtRest"]["enabled"]
    assert domain["nodeToNodeEncryption"]["enabled"]
    assert domain["domainEndpointOptions"]["enforceHttps"]


def test_buckets_are_private_versioned_and_refuse_plain_http(graph: Graph) -> None:
    for block in graph.of("s3/bucketPublicAccessBlock:BucketPublicAccessBlock").values():
        switches = {k: v for k, v in block.inputs.items() if k.startswith(("block", "ignore", "restrict"))}
        assert len(switches) == 4
        assert all(switches.values())
    for versioning in graph.of("s3/bucketVersioning:BucketVersioning").values():
        assert versioning.inputs["versioningConfiguration"]["status"] == "Enabled"
    for policy in graph.of("s3/bucketPolicy:BucketPolicy").values():
        (statement,) = json.loads(policy.inputs["policy"])["Statement"]
        assert statement["Effect"] == "Deny"
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_pages_may_upload_and_fetch_by_links_and_only_recipients_in_parts(graph: Graph) -> None:
    rules = graph.of("s3/bucketCorsConfiguration:BucketCorsConfiguration")
    for name, methods in (("templates", ["GET", "POST"]), ("recipients", ["GET", "POST", "PUT"])):
        (rule,) = rules[f"email-platform-test-{name}"].inputs["corsRules"]
        assert rule["allowedMethods"] == methods
        assert "exposeHeaders" not in rule


def test_the_import_has_a_processor_of_its_own_and_room_for_the_addresses() -> None:
    spec = FUNCTIONS["import_recipient_file"]
    assert (spec.timeout, spec.storage) == (900, 4096)
    assert spec.memory >= 1769


def test_no_object_that_a_template_version_is_bound_to_ever_expires(graph: Graph) -> None:
    rules = graph.of("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
    templates = rules["email-platform-test-templates"].inputs["rules"]
    assert [rule["id"] for rule in templates] == ["unfinished-uploads"]


def test_every_asynchronous_way_ends_in_a_watched_dead_letter_queue(graph: Graph) -> None:
    queues = graph.of("sqs/queue:Queue")
    dead = {queue.arn for queue in queues.values() if queue.name.endswith("-dead")}
    for target in graph.of("cloudwatch/eventTarget:EventTarget").values():
        assert target.inputs["deadLetterConfig"]["arn"] in dead
    for subscription in graph.of("sns/topicSubscription:TopicSubscription").values():
        assert json.loads(subscription.inputs["redrivePolicy"])["deadLetterTargetArn"] in dead
    for config in graph.of("lambda/functionEventInvokeConfig:FunctionEventInvokeConfig").values():
        assert config.inputs["destinationConfig"]["onFailure"]["destination"] in dead
    read = {queue.arn: queue for queue in queues.values() if queue.arn not in dead}
    for queue in read.values():
        assert json.loads(queue.inputs["redrivePolicy"])["deadLetterTargetArn"] in dead
    for mapping in graph.of("lambda/eventSourceMapping:EventSourceMapping").values():
        if mapping.inputs["eventSourceArn"] not in read:
            assert mapping.inputs["destinationConfig"]["onFailure"]["destinationArn"] in dead
        assert mapping.inputs["functionResponseTypes"] == ["ReportBatchItemFailures"]
    watched = {
        alarm.inputs.get("dimensions", {}).get("QueueName")
        for alarm in graph.of("cloudwatch/metricAlarm:MetricAlarm").values()
    }
    assert {queue.name for queue in queues.values() if queue.arn in dead} <= watched


def test_a_batch_of_events_is_done_before_the_queue_hands_it_out_again(graph: Graph) -> None:
    queue = graph.of("sqs/queue:Queue")["email-platform-test-ses-events"].inputs
    assert queue["visibilityTimeoutSeconds"] >= 6 * FUNCTIONS["apply_ses_events"].timeout


def test_state_machines_are_rendered_whole_and_wait_longer_than_their_functions(graph: Graph) -> None:
    by_arn = {f.arn: f.inputs for f in graph.of("lambda/function:Function").values()}
    for machine in graph.of("sfn/stateMachine:StateMachine").values():
        definition = machine.inputs["definition"]
        assert "${" not in definition
        for _, state in tasks(json.loads(definition)):
            assert state["TimeoutSeconds"] > by_arn[state["Resource"]]["timeout"]
    sending = json.loads(
        graph.of("sfn/stateMachine:StateMachine")["email-platform-test-send-campaign"].inputs["definition"]
    )
    assert sending["States"]["SendParts"]["MaxConcurrencyPath"] == "$.claim.workers"
    assert sending["States"]["Claim"]["Parameters"]["most_workers"] == 10


def test_the_api_answers_refusals_of_its_own_as_problem_documents(graph: Graph) -> None:
    body = json.loads(graph.of("apigateway/restApi:RestApi")["email-platform-test-api"].inputs["body"])
    responses = body["x-amazon-apigateway-gateway-responses"]
    assert {"UNAUTHORIZED", "ACCESS_DENIED", "MISSING_AUTHENTICATION_TOKEN", "DEFAULT_4XX", "DEFAULT_5XX"} <= set(
        responses
    )
    for response in responses.values():
        problem = json.loads(response["responseTemplates"]["application/json"])
        assert problem["type"].startswith("https://emailplatform.dev/problems/")
        assert response.get("statusCode") == (str(problem["status"]) if "status" in problem else None)
        assert response["responseParameters"]["gatewayresponse.header.Content-Type"] == "'application/problem+json'"


def test_the_outputs_name_all_that_a_person_needs(graph: Graph) -> None:
    assert graph.outputs["api_url"] == "https://api.example/live"
    assert graph.outputs["function_names"]["issue_api_key"] == "email-platform-test-issue-api-key"
    assert graph.outputs["table_names"].keys() == table_schemas().keys()
    assert len(graph.outputs["dead_letter_queue_urls"]) == 8
    assert all(value is not None for value in graph.outputs.values())


def test_statistics_are_compared_with_the_messages_every_day(graph: Graph) -> None:
    name = "email-platform-test-reconcile-statistics"
    assert graph.of("cloudwatch/eventRule:EventRule")[name].inputs["scheduleExpression"] == "cron(30 3 * * ? *)"
    target = graph.of("cloudwatch/eventTarget:EventTarget")[name].inputs
    assert target["arn"] == graph.of("sfn/stateMachine:StateMachine")[name].arn
    assert json.loads(target["input"]) == {}


def test_an_alarm_watches_the_number_that_the_comparison_logs(graph: Graph) -> None:
    alarm = graph.of("cloudwatch/metricAlarm:MetricAlarm")["email-platform-test-statistics-drift"].inputs
    line = metric("StatisticsDrift", 3, function="email-platform-test-reconcile-campaign")
    (described,) = line["_aws"]["CloudWatchMetrics"]
    assert (alarm["namespace"], alarm["metricName"]) == (described["Namespace"], described["Metrics"][0]["Name"])
    assert alarm["dimensions"] == {name: line[name] for name in described["Dimensions"][0]}
    assert (alarm["threshold"], alarm["comparisonOperator"]) == (0, "GreaterThanThreshold")


@pytest.mark.parametrize(
    ("alarm", "number", "function"),
    [
        ("unknown-events", "UnknownEvents", "apply-ses-events"),
        ("events-not-replayed", "EventsNotReplayed", "replay-hour"),
        ("webhooks-disabled", "WebhooksDisabled", "deliver-webhooks"),
    ],
)
def test_alarms_watch_the_numbers_that_events_are_logged_with(
    graph: Graph, alarm: str, number: str, function: str
) -> None:
    watched = graph.of("cloudwatch/metricAlarm:MetricAlarm")[f"email-platform-test-{alarm}"].inputs
    line = metric(number, 1, function=f"email-platform-test-{function}")
    (described,) = line["_aws"]["CloudWatchMetrics"]
    assert (watched["namespace"], watched["metricName"]) == (described["Namespace"], described["Metrics"][0]["Name"])
    assert watched["dimensions"] == {name: line[name] for name in described["Dimensions"][0]}


def test_raw_events_are_kept_as_long_as_the_stack_says() -> None:
    name = "email-platform-test-events"
    stack = run({**CONFIG, "eventRetentionDays": "90"})
    rules = stack.of("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")[name].inputs["rules"]
    assert [rule["expiration"] for rule in rules if rule["filter"] == {"prefix": PREFIX_OF_EVENTS}] == [{"days": 90}]
    assert "eventbridge" not in stack.of("s3/bucketNotification:BucketNotification")[name].inputs


def test_exports_are_kept_as_long_as_the_api_says(graph: Graph) -> None:
    rules = graph.of("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")[
        "email-platform-test-recipients"
    ].inputs["rules"]
    (rule,) = [rule for rule in rules if rule["filter"] == {"prefix": PREFIX}]
    assert timedelta(days=rule["expiration"]["days"]) == KEPT_FOR
