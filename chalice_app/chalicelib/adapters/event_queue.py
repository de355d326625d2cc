"""The queue of SES's events, as one puts events on it."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import boto3

from chalicelib.kernel.errors import TemporarilyUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

_MOST, _MOST_BYTES = 10, 256 * 1024
"""Entries that one SendMessageBatch takes, and bytes of all of them together."""

_REFUSED = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""Characters that SQS takes in no message; an event of SES has none, a damaged one may."""


class SqsEventQueue:
    """Implements `tracking.ports.EventQueue`.

    Args:
        queue_url: of the queue.
        client: boto3's, unless another one is given.
    """

    def __init__(self, queue_url: str, client: "SQSClient | None" = None) -> None:
        self._queue_url = queue_url
        self._client = client or boto3.client("sqs")

    def send(self, bodies: Sequence[str]) -> None:
        """Hand events over, each a text; what SQS takes in no message becomes U+FFFD.

        Raises:
            TemporarilyUnavailableError: the queue did not take all of them.
        """
        for batch in _batches([_REFUSED.sub("\ufffd", body) for body in bodies]):
            answer = self._client.send_message_batch(
                QueueUrl=self._queue_url,
                Entries=[{"Id": str(place), "MessageBody": body} for place, body in enumerate(batch)],
            )
            if answer.get("Failed"):
                raise TemporarilyUnavailableError("The queue of SES's events did not take every event.")


def _batches(bodies: Sequence[str]) -> Iterator[list[str]]:
    batch, size = list[str](), 0
    for body in bodies:
        length = len(body.encode())
        if batch and (len(batch) == _MOST or size + length > _MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(body)
        size += length
    if batch:
        yield batch
