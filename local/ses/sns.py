"""The SNS topic behind the publisher."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.ses.publisher import DestinationUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_sns.type_defs import PublishBatchRequestEntryTypeDef

_SUBJECT = "Amazon SES Email Event Notification"


class SnsTopic:
    """Publishes over boto3; credentials come from the environment."""

    def __init__(self, arn: str, *, endpoint: str, region: str) -> None:
        self._arn = arn
        config = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 1})
        self._sns = boto3.client("sns", endpoint_url=endpoint, region_name=region, config=config)

    def publish(self, documents: Sequence[str]) -> Sequence[bool]:
        """Publish up to ten documents in one call."""
        entries: list[PublishBatchRequestEntryTypeDef] = [
            {"Id": str(n), "Message": text, "Subject": _SUBJECT} for n, text in enumerate(documents)
        ]
        try:
            answer = self._sns.publish_batch(TopicArn=self._arn, PublishBatchRequestEntries=entries)
        except (BotoCoreError, ClientError) as error:
            raise DestinationUnavailableError(str(error)) from error
        taken = {entry["Id"] for entry in answer["Successful"]}
        return [entry["Id"] in taken for entry in entries]
