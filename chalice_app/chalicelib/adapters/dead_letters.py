"""What cannot be handled, kept in a queue that rings an alarm when it is not empty."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import boto3

from chalicelib.kernel.clock import rfc3339
from chalicelib.kernel.dead_letters import DeadLetter
from chalicelib.kernel.errors import TemporarilyUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

_MOST = 10
"""Entries that one SendMessageBatch takes."""


class SqsDeadLetters:
    """Implements `kernel.dead_letters.DeadLetters`.

    Args:
        queue_url: of the dead-letter queue.
        client: boto3's, unless another one is given.
    """

    def __init__(self, queue_url: str, client: "SQSClient | None" = None) -> None:
        self._queue_url = queue_url
        self._client = client or boto3.client("sqs")

    def keep(self, letters: Sequence[DeadLetter]) -> None:
        """Keep dead letters, each as a JSON object of ``key``, ``reason`` and ``document``.

        Raises:
            TemporarilyUnavailableError: the queue did not take all of them.
        """
        for start in range(0, len(letters), _MOST):
            bodies = [json.dumps(asdict(letter), default=_plain) for letter in letters[start : start + _MOST]]
            answer = self._client.send_message_batch(
                QueueUrl=self._queue_url,
                Entries=[{"Id": str(place), "MessageBody": body} for place, body in enumerate(bodies)],
            )
            if answer.get("Failed"):
                raise TemporarilyUnavailableError("The dead-letter queue did not take every letter.")


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return rfc3339(value)
    raise TypeError(type(value).__name__)
