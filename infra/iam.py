"""Policy documents and service roles; whoever writes a wildcard names its reason here."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_aws import iam

WILDCARDS: Mapping[str, str] = {
    "AccountAdministersKey": "In a key policy * is the key itself; this lets IAM policies grant its use.",
    "ServicesUseKey": "In a key policy * is the key itself.",
    "LogsUseKey": "In a key policy * is the key itself; the context names log groups of this account.",
    "TlsOnly": "A refusal must name everything that it refuses.",
    "TemplateUploads": "Objects are granted by prefix; their keys are made from template ids.",
    "ReadyTemplates": "Objects are granted by prefix; their keys are made from template ids.",
    "RecipientUploads": "Objects are granted by prefix; their keys are made from file ids.",
    "RecipientFiles": "Objects are granted by prefix; their keys are made from file ids.",
    "Exports": "Objects are granted by prefix; their keys are made from campaign and export ids.",
    "SuppressionUploads": "Objects are granted by prefix; their keys are made from job ids.",
    "SuppressionJobs": "Objects are granted by prefix; their keys are made from job ids.",
    "RawEvents": "Objects are granted by prefix; their keys are made from the time and the records.",
    "StreamedEvents": "Objects are granted by prefix; Firehose makes their keys from the time.",
    "CampaignSchedules": "Schedules are granted by group; their names are made from campaign ids.",
    "LogStreams": "Lambda names the streams of the function's own log group.",
    "NetworkInterfaces": "Lambda makes them; EC2's actions that describe them have no resource level.",
    "Traces": "X-Ray's actions that write traces have no resource level.",
    "LogDelivery": "CloudWatch's log delivery actions have no resource level.",
    "ListStreams": "dynamodb:ListStreams has no resource level.",
    "SesAccount": "ses:GetAccount has no resource level.",
    "SesSuppressions": "SES's actions on the account's suppression list have no resource level.",
    **{
        f"Analytics{of}": "OpenSearch's HTTP actions are granted on paths of the domain."
        for of in ("Paths", "Delete", "Get", "Head", "Post", "Put")
    },
    "FunctionVersions": "A qualified ARN ends in a version or alias.",
    "OwnExecutions": "Executions of the state machine itself; their names are made when they start.",
}
"""Reason for each wildcard, by the statement's Sid. A test finds every policy that has one without an entry here."""

Statement = dict[str, Any]


def allow(
    actions: Sequence[str],
    resources: Sequence[pulumi.Input[str]],
    *,
    sid: str | None = None,
    services: Sequence[str] = (),
    conditions: Mapping[str, Mapping[str, Any]] | None = None,
) -> Statement:
    """Return a statement that allows something.

    Args:
        actions: exact names.
        resources: ARNs.
        sid: key in `WILDCARDS`, needed when a resource holds a ``*``.
        services: principals, in the policy of a resource.
        conditions: operator -> condition key -> value.
    """
    statement: Statement = {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}
    if sid:
        statement["Sid"] = sid
    if services:
        statement["Principal"] = {"Service": list(services)}
    if conditions:
        statement["Condition"] = conditions
    return statement


_WRITE_TRACES = ("xray:PutTelemetryRecords", "xray:PutTraceSegments")
FUNCTION_TRACES = allow(_WRITE_TRACES, ["*"], sid="Traces")
"""What a function that is traced may do besides."""
WORKFLOW_TRACES = allow((*_WRITE_TRACES, "xray:GetSamplingRules", "xray:GetSamplingTargets"), ["*"], sid="Traces")
"""What a state machine that is traced may do besides."""


def document(statements: Sequence[Statement]) -> pulumi.Output[str]:
    """Return a policy document as JSON."""
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)})


class ServiceRole(pulumi.ComponentResource):
    """A role that one AWS service takes on, with one inline policy."""

    def __init__(
        self,
        name: str,
        *,
        service: str,
        statements: Sequence[Statement],
        trust_conditions: Mapping[str, Mapping[str, Any]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("email-platform:infra:ServiceRole", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        trust: Statement = {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": service},
        }
        if trust_conditions:
            trust["Condition"] = trust_conditions
        self.role = iam.Role(f"{name}-role", assume_role_policy=document([trust]), opts=child)
        self.policy = iam.RolePolicy(f"{name}-role", role=self.role.name, policy=document(statements), opts=child)
        self.arn: pulumi.Output[str] = self.role.arn
        self.register_outputs({})
