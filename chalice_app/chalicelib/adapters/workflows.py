"""Step Functions: starting an execution twice under one name starts it once."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.suppression_jobs.model import JobKind

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.client import SFNClient

_STARTED_ALREADY = "ExecutionAlreadyExists"


class StepFunctions:
    """Implements `campaigns.ports.Workflows`.

    Args:
        create_messages_arn: state machine that makes messages.
        send_campaign_arn: state machine that sends.
        watch_campaign_arn: state machine that watches what becomes of it.
    """

    def __init__(
        self,
        *,
        create_messages_arn: str = "",
        send_campaign_arn: str = "",
        watch_campaign_arn: str = "",
        client: "SFNClient | None" = None,
    ) -> None:
        self._create_messages_arn = create_messages_arn
        self._send_campaign_arn = send_campaign_arn
        self._watch_campaign_arn = watch_campaign_arn
        self._client = client or boto3.client("stepfunctions")

    def create_messages(self, campaign_id: str, *, part_list_key: str) -> None:
        """Start making a campaign's messages."""
        self._start(self._create_messages_arn, campaign_id, campaign_id, part_list_key)

    def send_campaign(self, campaign_id: str, *, part_list_key: str, run: str) -> None:
        """Start a campaign's send pipeline; ``run`` tells one intended start from another."""
        self._start(self._send_campaign_arn, f"{campaign_id}-{run}", campaign_id, part_list_key)

    def watch_campaign(self, campaign_id: str, *, execution: str, workers: int) -> None:
        """Start watching a campaign while an execution sends it with so many workers at the same time."""
        payload = {"campaign_id": campaign_id, "execution": execution, "workers": workers}
        _start(self._client, self._watch_campaign_arn, execution.rpartition(":")[2], payload)

    def _start(self, arn: str, name: str, campaign_id: str, part_list_key: str) -> None:
        _start(self._client, arn, name, {"campaign_id": campaign_id, "part_list_key": part_list_key})


class RecipientStepFunctions:
    """Implements `recipients.ports.RecipientWorkflows`.

    Args:
        import_recipients_arn: state machine that imports an upload.
        remove_recipients_arn: state machine that removes a file.
    """

    def __init__(
        self, *, import_recipients_arn: str, remove_recipients_arn: str, client: "SFNClient | None" = None
    ) -> None:
        self._import_recipients_arn = import_recipients_arn
        self._remove_recipients_arn = remove_recipients_arn
        self._client = client or boto3.client("stepfunctions")

    def import_upload(self, file_id: str, *, attempt: int, key: str, version: str | None, size: int) -> None:
        """Start an import with the input that the event of the upload would give it."""
        event = {"detail": {"object": {"key": key, "version-id": version, "size": size}}}
        _start(self._client, self._import_recipients_arn, f"{file_id}-{attempt}", event)

    def remove(self, file_id: str, *, run: int) -> None:
        """Start removing a file; ``run`` tells one intended start from another."""
        _start(self._client, self._remove_recipients_arn, f"{file_id}-{run}", {"file_id": file_id})


class PreflightStepFunctions:
    """Implements `preflight.ports.PreflightWorkflows`.

    Args:
        check_campaign_arn: state machine that checks a campaign.
    """

    def __init__(self, *, check_campaign_arn: str, client: "SFNClient | None" = None) -> None:
        self._check_campaign_arn = check_campaign_arn
        self._client = client or boto3.client("stepfunctions")

    def check_campaign(self, campaign_id: str, *, run: int, part_list_key: str) -> None:
        """Start a run."""
        payload = {"campaign_id": campaign_id, "run": run, "part_list_key": part_list_key}
        _start(self._client, self._check_campaign_arn, f"{campaign_id}-{run}", payload)


class ExportStepFunctions:
    """Implements `exports.ports.ExportWorkflows`.

    Args:
        export_messages_arn: state machine that writes exports.
    """

    def __init__(self, *, export_messages_arn: str, client: "SFNClient | None" = None) -> None:
        self._export_messages_arn = export_messages_arn
        self._client = client or boto3.client("stepfunctions")

    def export_messages(self, campaign_id: str, export_id: str) -> None:
        """Start writing."""
        payload = {"campaign_id": campaign_id, "export_id": export_id, "position": {}}
        _start(self._client, self._export_messages_arn, export_id, payload)


class SuppressionStepFunctions:
    """Implements `suppression_jobs.ports.JobWorkflows`.

    Args:
        suppression_jobs_arn: state machine that does the jobs.
    """

    def __init__(self, *, suppression_jobs_arn: str, client: "SFNClient | None" = None) -> None:
        self._suppression_jobs_arn = suppression_jobs_arn
        self._client = client or boto3.client("stepfunctions")

    def run(self, job_id: str, kind: JobKind) -> None:
        """Start a job."""
        payload = {"job_id": job_id, "kind": kind, "position": {}}
        _start(self._client, self._suppression_jobs_arn, job_id, payload)


def _start(client: "SFNClient", arn: str, name: str, payload: Mapping[str, Any]) -> None:
    try:
        client.start_execution(stateMachineArn=arn, name=name, input=json.dumps(payload, sort_keys=True))
    except ClientError as error:
        if error.response["Error"].get("Code") != _STARTED_ALREADY:
            raise TemporarilyUnavailableError("Step Functions did not start the workflow.") from error
    except BotoCoreError as error:
        raise TemporarilyUnavailableError("Step Functions could not be reached.") from error
