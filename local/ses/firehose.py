"""The delivery stream behind the publisher, put into with the role of the event destination, as SES does."""

import time
from collections.abc import Sequence
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.ses.publisher import DestinationUnavailableError

_SESSION_SECONDS = 1_800.0  # half of what a session lasts
_CONFIG = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 1})


class DeliveryStream:
    """Puts records over boto3.

    Args:
        arn: of the stream.
        role_arn: of the role that is taken on; credentials for that come from the environment.
        configuration_set: on whose behalf.
        endpoint: URL of AWS.
        region: of the stream.
    """

    def __init__(self, arn: str, *, role_arn: str, configuration_set: str, endpoint: str, region: str) -> None:
        self._name = arn.rpartition("/")[2]
        self._role_arn = role_arn
        # Service and resource: the emulator's `emulator_process` reads them, where AWS knows them by itself.
        self._session = f"ses@{configuration_set}"
        self._endpoint, self._region = endpoint, region
        self._firehose: Any = None
        self._until = 0.0

    def publish(self, documents: Sequence[str]) -> Sequence[bool]:
        """Put up to 500 documents in one call."""
        try:
            answer = self._client().put_record_batch(
                DeliveryStreamName=self._name, Records=[{"Data": text.encode()} for text in documents]
            )
        except (BotoCoreError, ClientError) as error:
            raise DestinationUnavailableError(str(error)) from error
        return ["ErrorCode" not in response for response in answer["RequestResponses"]]

    def _client(self) -> Any:
        if time.monotonic() > self._until:
            make: Any = boto3.client
            sts = make("sts", endpoint_url=self._endpoint, region_name=self._region, config=_CONFIG)
            session = sts.assume_role(RoleArn=self._role_arn, RoleSessionName=self._session)["Credentials"]
            self._firehose = make(
                "firehose",
                endpoint_url=self._endpoint,
                region_name=self._region,
                aws_access_key_id=session["AccessKeyId"],
                aws_secret_access_key=session["SecretAccessKey"],
                aws_session_token=session["SessionToken"],
                config=_CONFIG,
            )
            self._until = time.monotonic() + _SESSION_SECONDS
        return self._firehose
