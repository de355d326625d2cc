"""SES's events arrive by notifications or by a delivery stream; both ways stand, and one is published to."""

import json
from typing import Any

import pytest

from chalicelib.tracking.archive import PREFIX, STREAMED
from infra.function_specs import FUNCTIONS
from tests.fakes.account import ACCOUNT, REGION
from tests.infra.program import CONFIG, Graph, run

_STREAM = "kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
_DESTINATION = "sesv2/configurationSetEventDestination:ConfigurationSetEventDestination"


@pytest.fixture(scope="module")
def firehose() -> Graph:
    return run({**CONFIG, "eventDelivery": "firehose", "eventBufferSeconds": "30", "eventBufferMegabytes": "4"})


def _stream(graph: Graph) -> dict[str, Any]:
    (stream,) = graph.of(_STREAM).values()
    return stream.inputs


def _trust(graph: Graph, role: str) -> dict[str, Any]:
    policy = graph.of("iam/role:Role")[f"email-platform-test-{role}-role"].inputs["assumeRolePolicy"]
    (statement,) = json.loads(policy)["Statement"]
    found: dict[str, Any] = statement
    return found


def _rights(graph: Graph, role: str) -> dict[str, list[str]]:
    policy = graph.of("iam/rolePolicy:RolePolicy")[f"email-platform-test-{role}-role"].inputs["policy"]
    return {action: one["Resource"] for one in json.loads(policy)["Statement"] for action in one["Action"]}


def test_ses_publishes_by_the_way_that_is_configured_and_by_no_other(graph: Graph, firehose: Graph) -> None:
    (by_topic,) = graph.of(_DESTINATION).values()
    (by_stream,) = firehose.of(_DESTINATION).values()
    topic = graph.of("sns/topic:Topic")["email-platform-test-ses-events"]
    assert by_topic.inputs["eventDestination"]["snsDestination"] == {"topicArn": topic.arn}
    (stream,) = firehose.of(_STREAM).values()
    role = firehose.of("iam/role:Role")["email-platform-test-publish-events-role"]
    assert by_stream.inputs["eventDestination"]["kinesisFirehoseDestination"] == {
        "deliveryStreamArn": stream.arn,
        "iamRoleArn": role.arn,
    }
    kinds = [one.inputs["eventDestination"]["matchingEventTypes"] for one in (by_topic, by_stream)]
    assert kinds[0] == kinds[1]
    assert len(kinds[0]) == 10
    assert by_topic.name != by_stream.name, "the new destination is there before the old one is gone"
    assert by_topic.inputs["eventDestinationName"] != by_stream.inputs["eventDestinationName"]


def test_both_ways_stand_whichever_is_used_so_that_what_is_under_way_arrives(graph: Graph, firehose: Graph) -> None:
    def rest(of: Graph) -> set[tuple[str, str]]:
        return {(one.type, one.name) for one in of.resources if one.type != f"aws:{_DESTINATION}"}

    assert rest(graph) == rest(firehose)


def test_ses_may_put_events_into_this_stream_on_behalf_of_its_configuration_set_only(graph: Graph) -> None:
    (configuration_set,) = graph.of("sesv2/configurationSet:ConfigurationSet").values()
    trust = _trust(graph, "publish-events")
    assert trust["Principal"] == {"Service": "ses.amazonaws.com"}
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": configuration_set.arn}
    }
    (stream,) = graph.of(_STREAM).values()
    assert _rights(graph, "publish-events") == {"firehose:PutRecordBatch": [stream.arn]}


def test_the_stream_writes_the_archive_and_nothing_else(graph: Graph) -> None:
    trust = _trust(graph, "event-stream")
    assert trust["Principal"] == {"Service": "firehose.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": ACCOUNT}}
    bucket = graph.of("s3/bucket:Bucket")["email-platform-test-events"].arn
    key = graph.of("kms/key:Key")["email-platform-test-data"].arn
    logs = graph.of("cloudwatch/logGroup:LogGroup")["email-platform-test-event-stream"].arn
    whole, keys = [bucket], [key]
    folders = [f"{bucket}/{PREFIX}*", f"{bucket}/events/failed/*"]
    assert _rights(graph, "event-stream") == {
        **dict.fromkeys(["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"], folders),
        **dict.fromkeys(["s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:GetBucketLocation"], whole),
        **dict.fromkeys(["kms:Decrypt", "kms:GenerateDataKey"], keys),
        "logs:PutLogEvents": [f"{logs}:log-stream:deliveries"],
    }
    policy = graph.of("iam/rolePolicy:RolePolicy")["email-platform-test-event-stream-role"].inputs["policy"]
    assert f"s3.{REGION}.amazonaws.com" in policy, "the key only by way of S3"


def test_objects_lie_in_the_archive_as_a_replay_reads_them_and_are_encrypted(graph: Graph, firehose: Graph) -> None:
    stream = _stream(graph)
    key = graph.of("kms/key:Key")["email-platform-test-data"].arn
    assert stream["serverSideEncryption"] == {"enabled": True, "keyType": "CUSTOMER_MANAGED_CMK", "keyArn": key}
    written = stream["extendedS3Configuration"]
    assert (written["prefix"], written["fileExtension"], written["compressionFormat"]) == (PREFIX, STREAMED, "GZIP")
    assert not written["errorOutputPrefix"].startswith(PREFIX)
    (processor,) = written["processingConfiguration"]["processors"]
    assert processor["type"] == "AppendDelimiterToRecord"
    assert processor["parameters"] == [{"parameterName": "Delimiter", "parameterValue": r"\n"}]
    assert (written["bufferingInterval"], written["bufferingSize"]) == (15, 1)
    configured = _stream(firehose)["extendedS3Configuration"]
    assert (configured["bufferingInterval"], configured["bufferingSize"]) == (30, 4)


def test_what_the_stream_wrote_is_announced_and_no_batch_that_a_function_archived(graph: Graph) -> None:
    notification = graph.of("s3/bucketNotification:BucketNotification")["email-platform-test-events"].inputs
    queue = graph.of("sqs/queue:Queue")["email-platform-test-event-objects"]
    (told,) = notification["queues"]
    assert told == {
        "queueArn": queue.arn,
        "events": ["s3:ObjectCreated:*"],
        "filterPrefix": PREFIX,
        "filterSuffix": STREAMED,
    }
    (statement,) = json.loads(
        graph.of("sqs/queuePolicy:QueuePolicy")["email-platform-test-event-objects"].inputs["policy"]
    )["Statement"]
    bucket = graph.of("s3/bucket:Bucket")["email-platform-test-events"].arn
    assert (statement["Principal"], statement["Action"]) == ({"Service": ["s3.amazonaws.com"]}, ["sqs:SendMessage"])
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": [bucket]}}
    key = json.loads(graph.of("kms/key:Key")["email-platform-test-data"].inputs["policy"])
    (services,) = [one for one in key["Statement"] if one["Sid"] == "ServicesUseKey"]
    assert "s3.amazonaws.com" in services["Principal"]["Service"]


def test_only_who_applies_objects_may_put_single_events_back_on_the_queue(graph: Graph) -> None:
    queue = graph.of("sqs/queue:Queue")["email-platform-test-ses-events"].arn
    may = {
        name
        for name, policy in graph.of("iam/rolePolicy:RolePolicy").items()
        for statement in json.loads(policy.inputs["policy"])["Statement"]
        if "sqs:SendMessage" in statement["Action"] and queue in statement["Resource"]
    }
    assert may == {"email-platform-test-apply-event-objects-role"}


def test_an_object_has_an_invocation_of_its_own(graph: Graph) -> None:
    mapping = graph.of("lambda/eventSourceMapping:EventSourceMapping")["email-platform-test-event-objects"].inputs
    assert mapping["batchSize"] == 1
    assert FUNCTIONS["apply_event_objects"].timeout >= 3 * 60, "a minute is kept to hand over what is left"


def test_somebody_is_told_when_the_stream_is_late_fails_or_is_throttled(graph: Graph) -> None:
    alarms = {
        alarm.inputs["metricName"]: alarm.inputs
        for alarm in graph.of("cloudwatch/metricAlarm:MetricAlarm").values()
        if alarm.inputs["namespace"] == "AWS/Firehose"
    }
    assert alarms.keys() == {"DeliveryToS3.DataFreshness", "DeliveryToS3.Success", "ThrottledRecords"}
    assert {one["dimensions"]["DeliveryStreamName"] for one in alarms.values()} == {"email-platform-test-ses-events"}
    assert alarms["DeliveryToS3.Success"]["comparisonOperator"] == "LessThanThreshold"
    assert alarms["DeliveryToS3.DataFreshness"]["threshold"] == 900
