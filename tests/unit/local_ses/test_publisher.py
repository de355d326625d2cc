"""Events reach the topic, whatever happens to topic and process."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from local.ses.server import LocalSes

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

    from tests.unit.local_ses.conftest import RecordingTopic

Boto = Callable[[LocalSes], "SESV2Client"]
Simple = Callable[..., dict[str, Any]]
Build = Callable[..., LocalSes]


def test_events_that_the_topic_refused_are_published_again(
    client: "SESV2Client", simple: Simple, topic: "RecordingTopic"
) -> None:
    topic.refuse_next = 1
    client.send_email(**simple())
    assert sorted(document["eventType"] for document in topic.wait(2)) == ["Delivery", "Send"]


def test_events_survive_a_topic_that_is_away_and_a_restart(
    build: Build, boto: Boto, simple: Simple, topic: "RecordingTopic"
) -> None:
    topic.away = True
    with build() as first:
        message_id = boto(first).send_email(**simple())["MessageId"]
        time.sleep(0.05)
    assert topic.documents == []
    topic.away = False
    with build():
        documents = topic.wait(2)
        assert [document["mail"]["messageId"] for document in documents] == [message_id] * 2
        time.sleep(0.05)
    with build():
        time.sleep(0.05)
    assert topic.kinds() == ["Send", "Delivery"]
