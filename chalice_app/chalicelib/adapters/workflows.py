"""Step Functions: starting an execution twice under one name starts it once."""

import json
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.kernel.errors import TemporarilyUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.client import SFNClient

_STARTED_ALREADY = "ExecutionAlreadyExists"


class StepFunctions:
    """Implements `campaigns.ports.Workflows`.

    Args:
        create_messages_arn: state machine that makes messages.
        send_campaign_arn: state machine that sends.
    """

    def __init__(
        self, *, create_messages_arn: str = "", send_campaign_arn: str = "", client: "SFNClient | None" = None
    ) -> None:
        self._create_messages_arn = create_messages_arn
        self._send_campaign_arn = send_campaign_arn
        self._client = client or boto3.client("stepfunctions")

    def create_messages(self, campaign_id: str, *, part_list_key: str) -> None:
        """Start making a campaign's messages."""
        self._start(self._create_messages_arn, campaign_id, campaign_id, part_list_key)

    def send_campaign(self, campaign_id: str, *, part_list_key: str, run: str) -> None:
        """Start a campaign's send pipeline; ``run`` tells one intended start from another."""
        self._start(self._send_campaign_arn, f"{campaign_id}-{run}", campaign_id, part_list_key)

    def _start(self, arn: str, name: str, campaign_id: str, part_list_key: str) -> None:
        payload = json.dumps({"campaign_id": campaign_id, "part_list_key": part_list_key}, sort_keys=True)
        try:
            self._client.start_execution(stateMachineArn=arn, name=name, input=payload)
        except ClientError as error:
            if error.response["Error"].get("Code") != _STARTED_ALREADY:
                raise TemporarilyUnavailableError("Step Functions did not start the workflow.") from error
        except BotoCoreError as error:
            raise TemporarilyUnavailableError("Step Functions could not be reached.") from error
