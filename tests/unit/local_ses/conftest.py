"""A local SES with a recording topic, and the requests that the tests start from."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from local.ses.mail import Envelope
from local.ses.publisher import DestinationUnavailableError
from local.ses.server import LocalSes
from local.ses.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

TOPIC_ARN = "arn:aws:sns:eu-west-1:123456789012:ses-events"


class RecordingTopic:
    """A topic that keeps what it takes; it can be away, or refuse single documents."""

    def __init__(self) -> None:
        self.documents: list[dict[str, Any]] = []
        self.away = False
        self.refuse_next = 0

    def publish(self, documents: Sequence[str]) -> Sequence[bool]:
        if self.away:
            raise DestinationUnavailableError("away")
        taken = []
        for text in documents:
            accepted = self.refuse_next == 0
            self.refuse_next = max(self.refuse_next - 1, 0)
            taken.append(accepted)
            if accepted:
                self.documents.append(json.loads(text))
        return taken

    def kinds(self) -> list[str]:
        return [document["eventType"] for document in self.documents]

    def wait(self, count: int, *, seconds: float = 5.0) -> list[dict[str, Any]]:
        """Return the documents once there are as many, in the order of their kinds' publication."""
        until = time.monotonic() + seconds
        while len(self.documents) < count and time.monotonic() < until:
            time.sleep(0.005)
        assert len(self.documents) == count, self.kinds()
        return self.documents


@pytest.fixture
def topic() -> RecordingTopic:
    return RecordingTopic()


@pytest.fixture
def build(tmp_path: Path, topic: RecordingTopic) -> Callable[..., LocalSes]:
    """Build servers over one folder; each is entered by the test."""

    def build_one(**changes: Any) -> LocalSes:
        settings = {"data": tmp_path / "ses", "destination_arn": TOPIC_ARN, "delivery_delay": 0.01, **changes}
        return LocalSes(Settings(**settings), topic)

    return build_one


@pytest.fixture
def ses(build: Callable[..., LocalSes]) -> Iterator[LocalSes]:
    with build() as server:
        yield server


@pytest.fixture
def client(ses: LocalSes) -> "SESV2Client":
    return boto_client(ses)


def boto_client(server: LocalSes) -> "SESV2Client":
    return boto3.client(
        "sesv2",
        endpoint_url=server.url,
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=10),
    )


@pytest.fixture
def boto() -> Callable[[LocalSes], "SESV2Client"]:
    return boto_client


@pytest.fixture
def simple() -> Callable[..., dict[str, Any]]:
    """Build a SendEmail request; changes replace top-level members."""

    def build(
        to: str = "anna@example.org", *, headers: Sequence[tuple[str, str]] = (), **changes: Any
    ) -> dict[str, Any]:
        return {
            "FromEmailAddress": "Shop <news@example.com>",
            "Destination": {"ToAddresses": [to]},
            "Content": {
                "Simple": {
                    "Subject": {"Data": "Spring is here"},
                    "Body": {
                        "Html": {"Data": '<body><a href="https://example.com/a?x=1&amp;y=2">Look</a></body>'},
                        "Text": {"Data": "Look: https://example.com/text."},
                    },
                    "Headers": [{"Name": name, "Value": value} for name, value in headers],
                }
            },
            "EmailTags": [{"Name": "campaign_id", "Value": "c1"}, {"Name": "message_id", "Value": "m1"}],
            "ConfigurationSetName": "campaigns",
            **changes,
        }

    return build


@pytest.fixture
def envelope() -> Callable[..., Envelope]:
    """Build the envelope of an accepted mail; changes replace members."""

    def build(**changes: Any) -> Envelope:
        members: dict[str, Any] = {
            "id": "0100018f00000000-00000000-0000-4000-8000-000000000000-000000",
            "sent_at": 1_700_000_000.25,
            "sender": "Shop <news@example.com>",
            "sender_domain": "example.com",
            "recipients": ("anna@example.org",),
            "subject": "Spring is here",
            "headers": (
                ("From", "Shop <news@example.com>"),
                ("To", "anna@example.org"),
                ("Subject", "Spring is here"),
                ("Date", "Tue, 14 Nov 2023 22:13:20 +0000"),
            ),
            "tags": (("campaign_id", "c1"),),
            "configuration_set": "campaigns",
            "source_ip": "127.0.0.1",
        }
        return Envelope(**{**members, **changes})

    return build
