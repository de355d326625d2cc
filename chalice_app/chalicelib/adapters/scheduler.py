"""EventBridge Scheduler: one one-time schedule a campaign, in UTC, that starts ``send_campaign``."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from chalicelib.kernel.errors import TemporarilyUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_scheduler.client import EventBridgeSchedulerClient

_LATEST_SECONDS = 86_400
"""A start that could not be delivered within a day goes to the dead-letter queue."""


class CampaignScheduler:
    """Implements `campaigns.ports.Scheduler`.

    Args:
        group: schedule group.
        target_arn: state machine ``send_campaign``.
        role_arn: role that the scheduler takes on.
        dead_letter_arn: queue for what could not be delivered.
    """

    def __init__(
        self,
        *,
        group: str,
        target_arn: str = "",
        role_arn: str = "",
        dead_letter_arn: str = "",
        client: "EventBridgeSchedulerClient | None" = None,
    ) -> None:
        self._group = group
        self._target_arn = target_arn
        self._role_arn = role_arn
        self._dead_letter_arn = dead_letter_arn
        self._client = client or boto3.client("scheduler")

    def schedule(self, campaign_id: str, *, part_list_key: str, at: datetime) -> None:
        """Create or replace the campaign's one-time schedule."""
        request: dict[str, Any] = {
            "Name": campaign_id,
            "GroupName": self._group,
            "ScheduleExpression": f"at({at.astimezone(UTC):%Y-%m-%dT%H:%M:%S})",
            "ScheduleExpressionTimezone": "UTC",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ActionAfterCompletion": "DELETE",
            "Target": {
                "Arn": self._target_arn,
                "RoleArn": self._role_arn,
                "Input": json.dumps({"campaign_id": campaign_id, "part_list_key": part_list_key}),
                "DeadLetterConfig": {"Arn": self._dead_letter_arn},
                "RetryPolicy": {"MaximumEventAgeInSeconds": _LATEST_SECONDS, "MaximumRetryAttempts": 185},
            },
        }
        try:
            self._client.create_schedule(**request)
        except ClientError as error:
            if error.response["Error"].get("Code") != "ConflictException":
                raise TemporarilyUnavailableError("The scheduler did not take the schedule.") from error
            self._replace(request)

    def _replace(self, request: dict[str, Any]) -> None:
        try:
            self._client.update_schedule(**request)
        except ClientError as error:  # the schedule before has just fired and was deleted, among others
            raise TemporarilyUnavailableError("The scheduler did not change the schedule; try again.") from error

    def cancel(self, campaign_id: str) -> None:
        """Delete the campaign's schedule if there is one."""
        try:
            self._client.delete_schedule(Name=campaign_id, GroupName=self._group)
        except ClientError as error:
            if error.response["Error"].get("Code") != "ResourceNotFoundException":
                raise TemporarilyUnavailableError("The scheduler did not delete the schedule.") from error
