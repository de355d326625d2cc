"""The embedded AWS's delivery streams: written with a role of their own, announced, kept over a restart."""

import gzip
import json
import time
from pathlib import Path
from typing import Any

import pytest

from local.emulator import ACCOUNT, REGION, Emulator
from local.ses.firehose import DeliveryStream
from local.ses.publisher import DestinationUnavailableError

_BUCKET, _NAME = "events-of-streams", "ses-events"
_STREAM = f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/{_NAME}"
_QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:objects"
_OWN = f"arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/campaigns"
_SECONDS = 30.0


def _allow(actions: list[str], resource: str, **members: Any) -> str:
    statement = {"Effect": "Allow", "Action": actions, "Resource": [resource], **members}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _role(aws: Emulator, service: str, conditions: dict[str, str], policy: str) -> str:
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Condition": {"StringEquals": conditions},
    }
    iam = aws.client("iam")
    iam.create_role(RoleName=service, AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
    iam.put_role_policy(RoleName=service, PolicyName=service, PolicyDocument=policy)
    return f"arn:aws:iam::{ACCOUNT}:role/{service}"


def _prepared(aws: Emulator) -> str:
    """Make a bucket, the queue of its objects and a stream whose role may write elsewhere only; return SES's role."""
    s3, sqs = aws.client("s3"), aws.client("sqs")
    s3.create_bucket(Bucket=_BUCKET)
    url = sqs.create_queue(QueueName="objects")["QueueUrl"]
    from_bucket = {"ArnEquals": {"aws:SourceArn": [f"arn:aws:s3:::{_BUCKET}"]}}
    admitted = _allow(["sqs:SendMessage"], _QUEUE, Principal={"Service": "s3.amazonaws.com"}, Condition=from_bucket)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": admitted})
    rules = [{"Name": "prefix", "Value": "events/raw/"}, {"Name": "suffix", "Value": ".stream.gz"}]
    told = {"QueueArn": _QUEUE, "Events": ["s3:ObjectCreated:*"], "Filter": {"Key": {"FilterRules": rules}}}
    s3.put_bucket_notification_configuration(Bucket=_BUCKET, NotificationConfiguration={"QueueConfigurations": [told]})
    writer = _role(
        aws, "firehose", {"sts:ExternalId": ACCOUNT}, _allow(["s3:PutObject"], f"arn:aws:s3:::{_BUCKET}/elsewhere/*")
    )
    aws.client("firehose").create_delivery_stream(
        DeliveryStreamName=_NAME,
        ExtendedS3DestinationConfiguration={
            "RoleARN": writer,
            "BucketARN": f"arn:aws:s3:::{_BUCKET}",
            "Prefix": "events/raw/",
            "FileExtension": ".stream.gz",
            "CompressionFormat": "GZIP",
            "BufferingHints": {"IntervalInSeconds": 1, "SizeInMBs": 1},
        },
    )
    return _role(
        aws,
        "ses",
        {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": _OWN},
        _allow(["firehose:PutRecordBatch"], _STREAM),
    )


def _put(aws: Emulator, role: str, *texts: str, configuration_set: str = "campaigns") -> None:
    where = {"endpoint": aws.endpoint, "region": REGION}
    stream = DeliveryStream(_STREAM, role_arn=role, configuration_set=configuration_set, **where)
    assert stream.publish(texts) == [True] * len(texts)


def _objects(aws: Emulator, count: int) -> dict[str, bytes]:
    """Wait for so many objects; return what is in them."""
    s3, deadline = aws.client("s3"), time.monotonic() + _SECONDS
    while True:
        found = s3.list_objects_v2(Bucket=_BUCKET).get("Contents", [])
        if len(found) >= count or time.monotonic() > deadline:
            bodies = {one["Key"]: s3.get_object(Bucket=_BUCKET, Key=one["Key"])["Body"].read() for one in found}
            return {key: gzip.decompress(body) for key, body in bodies.items()}
        time.sleep(0.1)


def _announced(aws: Emulator) -> list[str]:
    sqs = aws.client("sqs")
    url = sqs.get_queue_url(QueueName="objects")["QueueUrl"]
    keys = []
    while received := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages"):
        for message in received:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            keys += [one["s3"]["object"]["key"] for one in json.loads(message["Body"]).get("Records", ())]
    return keys


def test_events_are_gathered_written_by_the_streams_role_and_announced_also_after_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")):
        monkeypatch.setenv(name, value)
    with Emulator(tmp_path) as aws:
        role = _prepared(aws)
        with pytest.raises(DestinationUnavailableError, match="AccessDenied"):
            _put(aws, role, '{"n":0}', configuration_set="of-somebody-else")
        _put(aws, role, '{"n":1}', '{"n":2}')
        time.sleep(2.5)
        assert _objects(aws, 0) == {}, "the role may not write there"
        may = _allow(["s3:PutObject"], f"arn:aws:s3:::{_BUCKET}/events/raw/*")
        aws.client("iam").put_role_policy(RoleName="firehose", PolicyName="firehose", PolicyDocument=may)
        (first,) = _objects(aws, 1).items()
        assert first[1] == b'{"n":1}{"n":2}', "one object, and nothing between events unless the stream says so"
        assert _announced(aws) == [first[0]]
        _put(aws, role, '{"n":3}')
    with Emulator(tmp_path) as aws:
        found = _objects(aws, 2)
        assert sorted(found.values()) == [first[1], b'{"n":3}']
        assert _announced(aws) == [key for key in found if key != first[0]]
