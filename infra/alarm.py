"""What one alarm is made of."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

MINUTE = 60
LATE_SECONDS = 15 * MINUTE
"""After which what should take seconds is told to somebody."""

METRICS = "EmailPlatform"
"""Namespace of `chalicelib.kernel.logs.METRICS`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """When somebody is told.

    Attributes:
        reason: what happened and why it matters.
        runbook: heading of docs/operations.md, as its anchor.
        statistic: of one period; a percentile such as ``p95`` too.
        periods: how many in a row.
    """

    reason: str
    runbook: str
    namespace: str
    metric: str
    dimensions: Mapping[str, pulumi.Input[str]]
    statistic: str = "Sum"
    threshold: float = 0
    below: bool = False
    period: int = 5 * MINUTE
    periods: int = 1


def late_queue(queue: pulumi.Input[str], reason: str, runbook: str, *, seconds: int = LATE_SECONDS) -> Alarm:
    """One that rings when the oldest message of a queue waits for too long."""
    return Alarm(
        reason=reason,
        runbook=runbook,
        namespace="AWS/SQS",
        metric="ApproximateAgeOfOldestMessage",
        dimensions={"QueueName": queue},
        statistic="Maximum",
        threshold=seconds,
    )


def counted(metric: str, function: str, reason: str, runbook: str) -> Alarm:
    """One that rings for any number which a function logs.

    Args:
        metric: its name.
        function: name of the Lambda function in AWS.
        reason: why somebody is told.
        runbook: heading of docs/operations.md, as its anchor.
    """
    return Alarm(
        reason=reason, runbook=runbook, namespace=METRICS, metric=metric, dimensions={"FunctionName": function}
    )
