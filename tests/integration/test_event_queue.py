"""The queue of SES's events takes any number of events of any size that SQS takes, or says that it did not."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.adapters.event_queue import SqsEventQueue
from chalicelib.kernel.errors import TemporarilyUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator["SQSClient"]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        yield boto3.client("sqs")


@pytest.mark.parametrize("sizes", [[], [10], [10] * 25, [200_000, 100_000, 10, 262_144, 1], ["ä" * 100_000] * 2])
def test_every_event_arrives_once_however_they_fit_into_requests(sqs: "SQSClient", sizes: list[Any]) -> None:
    url = sqs.create_queue(QueueName="ses-events")["QueueUrl"]
    bodies = [size if isinstance(size, str) else f"{place:02d}".ljust(size, "x") for place, size in enumerate(sizes)]
    SqsEventQueue(url, sqs).send(bodies)
    found: list[str] = []
    while received := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [message["Body"] for message in received]
    assert sorted(found) == sorted(bodies)


def test_a_damaged_event_keeps_away_no_other(sqs: "SQSClient") -> None:
    url = sqs.create_queue(QueueName="ses-events")["QueueUrl"]
    SqsEventQueue(url, sqs).send(["a\x00b\x1f\ufffe", '{"fine": "ä 😀\t"}'])
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert sorted(message["Body"] for message in received) == sorted(["a\ufffdb\ufffd\ufffd", '{"fine": "ä 😀\t"}'])


def test_an_event_that_was_not_taken_is_told() -> None:
    class Refusing:
        def send_message_batch(self, **_asked: Any) -> dict[str, Any]:
            return {"Successful": [], "Failed": [{"Id": "0", "SenderFault": False, "Code": "InternalError"}]}

    refusing: Any = Refusing()
    with pytest.raises(TemporarilyUnavailableError):
        SqsEventQueue("https://sqs.example/ses-events", refusing).send(["one"])
