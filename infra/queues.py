"""Queues for what could not be handled, and the one that SES's events pass through."""

from collections.abc import Sequence

import pulumi
from pulumi_aws import sqs

from infra.iam import allow, document
from infra.keys import Keys
from infra.names import Names

_KEPT_SECONDS = 14 * 24 * 3600  # the longest that SQS allows


def dead_letter_queue(name: str, names: Names, keys: Keys, parent: pulumi.Resource | None = None) -> sqs.Queue:
    """Make a queue that keeps what failed for 14 days."""
    return sqs.Queue(
        names.of(name),
        message_retention_seconds=_KEPT_SECONDS,
        kms_master_key_id=keys.data.arn,
        opts=pulumi.ResourceOptions(parent=parent),
    )


def admit(
    queue: sqs.Queue, name: str, service: str, sources: Sequence[pulumi.Input[str]], parent: pulumi.Resource
) -> sqs.QueuePolicy:
    """Let one AWS service send to a queue on behalf of exactly these resources."""
    return sqs.QueuePolicy(
        name,
        queue_url=queue.url,
        policy=document(
            [
                allow(
                    ["sqs:SendMessage"],
                    [queue.arn],
                    services=[service],
                    conditions={"ArnEquals": {"aws:SourceArn": list(sources)}},
                )
            ]
        ),
        opts=pulumi.ResourceOptions(parent=parent),
    )
