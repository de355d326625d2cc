"""A queue whose messages each have one endpoint visited."""

import json
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.kernel.errors import TemporarilyUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

_PASSING = frozenset(
    {"InternalError", "InternalFailure", "RequestThrottled", "ServiceUnavailable", "ThrottlingException"}
)


class SqsWakeUps:
    """Implements `webhooks.ports.WakeUps`.

    Args:
        queue_url: of the queue.
        client: boto3's, unless another one is given.
    """

    def __init__(self, queue_url: str, client: "SQSClient | None" = None) -> None:
        self._queue_url = queue_url
        self._client = client or boto3.client("sqs")

    def send(self, webhook_id: str, *, after_seconds: int = 0) -> None:
        """Have an endpoint visited.

        Raises:
            TemporarilyUnavailableError: the queue does not take messages at the moment.
        """
        try:
            self._client.send_message(
                QueueUrl=self._queue_url, MessageBody=json.dumps({"webhook_id": webhook_id}), DelaySeconds=after_seconds
            )
        except ClientError as error:
            if error.response["Error"].get("Code", "") not in _PASSING:
                raise
            raise TemporarilyUnavailableError("The queue of webhooks is busy; try again.") from error
        except BotoCoreError as error:
            raise TemporarilyUnavailableError("The queue of webhooks does not answer; try again.") from error
