"""What an operator is woken for; every alarm goes to one topic, which the operator subscribes to."""

from collections.abc import Mapping

import pulumi
from pulumi_aws import cloudwatch, sns

from infra.api import STAGE
from infra.iam import allow, document
from infra.wiring import Foundation
from infra.workflows import Workflows

_MINUTE = 60
_LATE_MILLISECONDS = 15 * 60 * 1000
_METRICS = "EmailPlatform"
"""Namespace of `chalicelib.kernel.logs.METRICS`."""


class Alarms(pulumi.ComponentResource):
    """The alarms and their topic."""

    def __init__(self, base: Foundation, workflows: Workflows, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("email-platform:infra:Alarms", base.names.of("alarms"), None, opts)
        names = self._names = base.names
        child = pulumi.ResourceOptions(parent=self)
        self.topic = sns.Topic(names.of("alarms"), kms_master_key_id=base.keys.data.arn, opts=child)
        sns.TopicPolicy(
            names.of("alarms"),
            arn=self.topic.arn,
            policy=document(
                [
                    allow(
                        ["sns:Publish"],
                        [self.topic.arn],
                        services=["cloudwatch.amazonaws.com"],
                        conditions={"StringEquals": {"aws:SourceAccount": names.account}},
                    )
                ]
            ),
            opts=child,
        )
        for name, queue in base.dead_letters.items():
            self._alarm(
                f"{name}-not-empty",
                "Something could not be handled; it waits 14 days in the dead-letter queue.",
                "AWS/SQS",
                "ApproximateNumberOfMessagesVisible",
                {"QueueName": queue.name},
                statistic="Maximum",
            )
        for name, machine in workflows.by_name.items():
            for metric in ("ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"):
                self._alarm(
                    f"{name}-{metric.removeprefix('Executions').lower()}",
                    f"An execution of {name} did not end well.",
                    "AWS/States",
                    metric,
                    {"StateMachineArn": machine.arn},
                )
        self._alarm(
            "api-5xx",
            "The API answers with server errors.",
            "AWS/ApiGateway",
            "5XXError",
            {"ApiName": base.api.rest_api.name, "Stage": STAGE},
        )
        self._alarm(
            "statistics-late",
            "Statistics lag behind by more than 15 minutes.",
            "AWS/Lambda",
            "IteratorAge",
            {"FunctionName": names.of("index_messages")},
            statistic="Maximum",
            threshold=_LATE_MILLISECONDS,
        )
        self._alarm(
            "indexing-refusals",
            "Statistics refused changed messages; they wait in the dead-letter queue of the messages' streams.",
            _METRICS,
            "IndexingRefusals",
            {"FunctionName": names.of("index_messages")},
        )
        self._alarm(
            "events-late",
            "Other programs are told what happened more than 15 minutes late.",
            "AWS/Lambda",
            "IteratorAge",
            {"FunctionName": names.of("publish_changes")},
            statistic="Maximum",
            threshold=_LATE_MILLISECONDS,
        )
        self._alarm(
            "statistics-drift",
            "Statistics differed from the message store; what could be mended was (docs/operations.md).",
            _METRICS,
            "StatisticsDrift",
            {"FunctionName": names.of("reconcile_campaign")},
        )
        self._alarm(
            "unknown-events",
            "SES sent events of a kind that is not known here; they are in the archive (docs/operations.md).",
            _METRICS,
            "UnknownEvents",
            {"FunctionName": names.of("apply_ses_events")},
        )
        self._alarm(
            "events-not-replayed",
            "A replay could not apply some records of the archive; its output names the hours (docs/operations.md).",
            _METRICS,
            "EventsNotReplayed",
            {"FunctionName": names.of("replay_hour")},
        )
        self.register_outputs({})

    def _alarm(
        self,
        name: str,
        description: str,
        namespace: str,
        metric: str,
        dimensions: Mapping[str, pulumi.Input[str]],
        *,
        statistic: str = "Sum",
        threshold: int = 0,
    ) -> None:
        cloudwatch.MetricAlarm(
            self._names.of(name),
            alarm_description=description,
            namespace=namespace,
            metric_name=metric,
            dimensions=dimensions,
            statistic=statistic,
            period=5 * _MINUTE,
            evaluation_periods=1,
            threshold=threshold,
            comparison_operator="GreaterThanThreshold",
            treat_missing_data="notBreaching",
            alarm_actions=[self.topic.arn],
            opts=pulumi.ResourceOptions(parent=self),
        )
