"""One empty AWS account for each test, with the platform's tables, buckets, workflows, schedule group and key."""

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from chalicelib.adapters.webhook_requests import SystemResolver
from tests.integration.api import platform
from tests.integration.api.journeys import Journeys
from tests.integration.api.platform import Api

_ROLE = "arn:aws:iam::123456789012:role/tests"
_PASS = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", platform.REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr(SystemResolver, "resolve", lambda _self, host, _port: platform.NAMES.get(host, []))
    with mock_aws():
        platform.answer_quota(per_second=100.0)
        platform.forget_services()
        for name, value in _account(tmp_path).items():
            monkeypatch.setenv(name, value)
        yield
        platform.forget_services()


def _account(folder: Path) -> dict[str, str]:
    """Make what the API needs; return the environment that names it."""
    s3 = boto3.client("s3")
    for bucket in (platform.TEMPLATE_BUCKET, platform.RECIPIENT_BUCKET, platform.EVENT_BUCKET):
        s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    workflows = boto3.client("stepfunctions")
    arns = {
        name: workflows.create_state_machine(name=name, definition=_PASS, roleArn=_ROLE)["stateMachineArn"]
        for name in (
            "create_messages",
            "send_campaign",
            "watch_campaign",
            "check_campaign",
            "export_messages",
            "import_recipients",
            "remove_recipients",
            "suppression_jobs",
        )
    }
    boto3.client("scheduler").create_schedule_group(Name=platform.GROUP)
    key, webhook_key = (
        boto3.client("kms").create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]
        for _ in range(2)
    )
    return {
        **platform.make_tables(),
        "TEMPLATE_BUCKET": platform.TEMPLATE_BUCKET,
        "RECIPIENT_BUCKET": platform.RECIPIENT_BUCKET,
        "EVENT_BUCKET": platform.EVENT_BUCKET,
        "EVENT_QUEUE_URL": boto3.client("sqs").create_queue(QueueName="ses-events")["QueueUrl"],
        "CREATE_MESSAGES_ARN": arns["create_messages"],
        "SEND_CAMPAIGN_ARN": arns["send_campaign"],
        "WATCH_CAMPAIGN_ARN": arns["watch_campaign"],
        "CHECK_CAMPAIGN_ARN": arns["check_campaign"],
        "EXPORT_MESSAGES_ARN": arns["export_messages"],
        "IMPORT_RECIPIENTS_ARN": arns["import_recipients"],
        "REMOVE_RECIPIENTS_ARN": arns["remove_recipients"],
        "SUPPRESSION_JOBS_ARN": arns["suppression_jobs"],
        "SCHEDULE_GROUP": platform.GROUP,
        "SCHEDULE_ROLE_ARN": _ROLE,
        "SCHEDULE_DEAD_LETTER_ARN": "arn:aws:sqs:us-east-1:123456789012:not-started",
        "CONFIGURATION_SET": "of-tests",
        "SEND_LIMITS": '{"reserve_percent": 0, "domains": {}, "warm_up": null, "bulk": 1}',
        "REPUTATION_LIMITS": '{"bounce_percent": 5, "complaint_percent": 0.1, "least_deliveries": 3}',
        "SETTLE_SECONDS": "1",
        "SENDER_DOMAIN": "mail.example.com",
        "EXTRA_SENDER_DOMAINS": '["shop.example.org"]',
        "API_CALLERS": json.dumps({role: [held] for held, role in platform.ROLES.items()}),
        "KEY_RATE_LIMIT": "1000",
        "AUDIT_RETENTION_DAYS": "400",
        "ANALYTICS_URL": f"sqlite:///{folder}/analytics.db",
        "STREAM_DEAD_LETTER_URL": boto3.client("sqs").create_queue(QueueName="messages-stream-dead")["QueueUrl"],
        "PUBLIC_BASE_URL": "https://mail.example.com",
        "TOKEN_KEY_ID": key["KeyId"],
        "TOKEN_GENERATIONS": "1",
        "WEBHOOK_KEY_ID": webhook_key["KeyId"],
        "WEBHOOK_TURNS_URL": boto3.client("sqs").create_queue(QueueName="webhook-turns")["QueueUrl"],
        "WEBHOOK_NETWORKS": '["127.0.0.0/8"]',
    }


@pytest.fixture
def api(aws: None) -> Api:
    """A caller that may do everything."""
    del aws
    return Api()


@pytest.fixture
def journeys(api: Api) -> Journeys:
    """The ways to a template, a file and a campaign."""
    return Journeys(api)
