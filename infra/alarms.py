"""What an operator is woken for; every alarm goes to one topic and names its chapter of docs/operations.md."""

import pulumi
from pulumi_aws import budgets, cloudwatch, opensearch, sns

from infra.alarm import LATE_SECONDS, METRICS, MINUTE, Alarm, counted, late_queue
from infra.chalice_manifest import ROUTE_FUNCTIONS
from infra.iam import allow, document
from infra.probe import MINUTES as PROBE_MINUTES
from infra.rest_api import STAGE
from infra.stream_alarms import stream_alarms
from infra.wiring import Foundation
from infra.workflows import Workflows

_HOUR = 60 * MINUTE
_LATE_MILLISECONDS = 1_000 * LATE_SECONDS
_SLOW_MILLISECONDS = 3_000
_FULL_MEGABYTES = 2_048  # free storage below which OpenSearch is near to refusing writes
_BOUNCES, _COMPLAINTS = 0.05, 0.001
"""Shares at which SES begins to review an account; it pauses sending at twice and five times as much:
https://docs.aws.amazon.com/ses/latest/dg/reputationdashboardmessages.html"""
_ALWAYS_BUSY = (
    "api",
    "authorize",
    "unsubscribe",
    "transactional",
    "send_part",
    "apply_ses_events",
    "apply_event_objects",
    "index_messages",
)
"""Functions whose throttling somebody notices: callers, recipients, or statistics that fall behind."""
_WRITTEN_MOST = ("messages", "claims", "rate", "suppressions")


class Alarms(pulumi.ComponentResource):
    """The alarms and their topic."""

    def __init__(self, base: Foundation, workflows: Workflows, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("email-platform:infra:Alarms", base.names.of("alarms"), None, opts)
        self._base = base
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
        self._tell(base.config.alarm_address, base.config.monthly_budget)
        alarms = {
            **self._undone(workflows),
            **self._answers(),
            **self._sending(),
            **self._feedback(),
            **stream_alarms(self._base),
            **self._statistics(),
        }
        for name, alarm in alarms.items():
            self._make(name, alarm)
        self.register_outputs({})

    def _tell(self, address: str | None, budget: int | None) -> None:
        child = pulumi.ResourceOptions(parent=self)
        if address is not None:
            sns.TopicSubscription(
                self._names.of("alarms"), topic=self.topic.arn, protocol="email", endpoint=address, opts=child
            )
        if address is not None and budget is not None:
            budgets.Budget(
                self._names.of("monthly"),
                budget_type="COST",
                limit_amount=str(budget),
                limit_unit="USD",
                time_unit="MONTHLY",
                notifications=[
                    {
                        "comparison_operator": "GREATER_THAN",
                        "notification_type": kind,
                        "threshold": 100,
                        "threshold_type": "PERCENTAGE",
                        "subscriber_email_addresses": [address],
                    }
                    for kind in ("ACTUAL", "FORECASTED")
                ],
                opts=child,
            )

    def _undone(self, workflows: Workflows) -> dict[str, Alarm]:
        """What could not be handled or did not end well."""
        waiting = {
            f"{name}-not-empty": Alarm(
                reason="Something could not be handled; it waits 14 days in the dead-letter queue.",
                runbook="dead-letters",
                namespace="AWS/SQS",
                metric="ApproximateNumberOfMessagesVisible",
                dimensions={"QueueName": queue.name},
                statistic="Maximum",
            )
            for name, queue in self._base.dead_letters.items()
        }
        ended = {
            f"{name}-{metric.removeprefix('Executions').lower()}": Alarm(
                reason=f"An execution of {name} did not end well.",
                runbook="workflows-that-failed",
                namespace="AWS/States",
                metric=metric,
                dimensions={"StateMachineArn": machine.arn},
            )
            for name, machine in workflows.by_name.items()
            for metric in ("ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted")
        }
        return waiting | ended

    def _answers(self) -> dict[str, Alarm]:
        """How callers and recipients are answered."""
        throttled = {
            f"{name}-throttled": Alarm(
                reason=f"Lambda refused to start {name}: too many functions run at once in this account.",
                runbook="throttled-functions-and-tables",
                namespace="AWS/Lambda",
                metric="Throttles",
                dimensions={"FunctionName": self._names.of(name)},
                periods=3,  # what is passing is tried again by whoever called
            )
            for name in _ALWAYS_BUSY
        }
        unlogged = {
            f"audit-gaps-{name}": Alarm(
                reason="The audit log did not take an entry; it stands in the function's own log.",
                runbook="gaps-of-the-audit-log",
                namespace=METRICS,
                metric="AuditGaps",
                dimensions={"FunctionName": self._names.of(name)},
            )
            for name in ("api", *sorted(set(ROUTE_FUNCTIONS.values()) - {"unsubscribe"}))
        }
        stages = self._base.api.rest_apis.items()
        served = {name: alarm for label, api in stages for name, alarm in _of_api(label, api.name).items()}
        return served | throttled | unlogged

    def _sending(self) -> dict[str, Alarm]:
        """What may stop the account from sending."""
        reputation = {
            f"account-{name}": Alarm(
                reason=f"{share:.1%} of this account's mail is answered by {name}; SES reviews accounts above that.",
                runbook="bounces-and-complaints",
                namespace="AWS/SES",
                metric=metric,
                dimensions={},
                statistic="Maximum",
                threshold=share,
                period=_HOUR,
            )
            for name, metric, share in (
                ("bounces", "Reputation.BounceRate", _BOUNCES),
                ("complaints", "Reputation.ComplaintRate", _COMPLAINTS),
            )
        }
        probe = {
            "probe-failed": Alarm(
                reason="Mail to SES's simulator was not accepted, or its events did not come, twice in a row.",
                runbook="the-probe",
                namespace="AWS/Lambda",
                metric="Errors",
                dimensions={"FunctionName": self._names.of("probe_sending")},
                period=PROBE_MINUTES * MINUTE,
                periods=2,
            )
        }
        tables = {
            f"{name}-table-throttled": Alarm(
                reason=f"DynamoDB refused writes to {name} for 15 minutes: a partition is too busy.",
                runbook="throttled-functions-and-tables",
                namespace="AWS/DynamoDB",
                metric="WriteThrottleEvents",
                dimensions={"TableName": self._base.tables.by_name[name].name},
                periods=3,
            )
            for name in _WRITTEN_MOST
        }
        return reputation | tables | (probe if self._base.config.probe else {})

    def _feedback(self) -> dict[str, Alarm]:
        """Whether SES's events arrive and are understood."""
        return {
            "ses-events-late": late_queue(
                self._base.tracking.queue.name,
                "Events of SES wait for more than 15 minutes to be applied.",
                "events-that-could-not-be-applied",
            ),
            "unknown-events": counted(
                "UnknownEvents",
                self._names.of("apply_ses_events"),
                "SES sent events of a kind that is not known here; they are in the archive.",
                "events-that-could-not-be-applied",
            ),
            "events-not-replayed": counted(
                "EventsNotReplayed",
                self._names.of("replay_hour"),
                "A replay could not apply some records of the archive; its output names the hours.",
                "replaying-events",
            ),
            "webhooks-late": late_queue(
                self._base.webhooks.events.name,
                "Events wait for more than 15 minutes to be planned for webhooks.",
                "webhooks",
            ),
            "webhook-turns-late": late_queue(
                self._base.webhooks.turns.name,
                "Endpoints of webhooks wait for more than half an hour to be visited.",
                "webhooks",
                seconds=2 * LATE_SECONDS,  # a wake-up may be delayed by a quarter of an hour
            ),
            "webhooks-disabled": counted(
                "WebhooksDisabled",
                self._names.of("deliver_webhooks"),
                "A webhook was disabled, because it answered 410 or took nothing for days.",
                "webhooks",
            ),
            "events-late": self._behind(
                "publish_changes",
                "Other programs are told what happened more than 15 minutes late.",
                "events-for-other-programs-that-are-late",
            ),
        }

    def _statistics(self) -> dict[str, Alarm]:
        """Whether the numbers are those of the messages."""
        found = {
            "statistics-late": self._behind(
                "index_messages",
                "Statistics lag behind by more than 15 minutes.",
                "messages-that-statistics-refuse",
            ),
            "indexing-refusals": counted(
                "IndexingRefusals",
                self._names.of("index_messages"),
                "Statistics refused changed messages; they wait in the dead-letter queue of the messages' streams.",
                "messages-that-statistics-refuse",
            ),
            "statistics-drift": counted(
                "StatisticsDrift",
                self._names.of("reconcile_campaign"),
                "Statistics differed from the message store; what could be mended was.",
                "statistics-that-differ-from-the-messages",
            ),
        }
        domain = self._base.analytics.domain
        if domain is None:
            return found
        return found | {
            "domain-red": self._of_domain(
                domain, "ClusterStatus.red", "OpenSearch has lost a shard: some statistics are not there."
            ),
            "domain-blocked": self._of_domain(
                domain, "ClusterIndexWritesBlocked", "OpenSearch refuses writes: its disk or its memory is full."
            ),
            "domain-filling": self._of_domain(
                domain,
                "FreeStorageSpace",
                f"OpenSearch has less than {_FULL_MEGABYTES} MB left.",
                least=_FULL_MEGABYTES,
            ),
        }

    def _of_domain(self, domain: opensearch.Domain, metric: str, reason: str, *, least: int | None = None) -> Alarm:
        """One that rings for any number of OpenSearch's, or for less than ``least``."""
        return Alarm(
            reason=reason,
            runbook="the-opensearch-domain",
            namespace="AWS/ES",
            metric=metric,
            dimensions={"DomainName": domain.domain_name, "ClientId": self._names.account},
            statistic="Maximum" if least is None else "Minimum",
            threshold=least or 0,
            below=least is not None,
        )

    def _behind(self, function: str, reason: str, runbook: str) -> Alarm:
        """One that rings when a stream is read late."""
        return Alarm(
            reason=reason,
            runbook=runbook,
            namespace="AWS/Lambda",
            metric="IteratorAge",
            dimensions={"FunctionName": self._names.of(function)},
            statistic="Maximum",
            threshold=_LATE_MILLISECONDS,
        )

    def _make(self, name: str, alarm: Alarm) -> None:
        percentile = alarm.statistic.startswith("p")
        cloudwatch.MetricAlarm(
            self._names.of(name),
            alarm_description=f"{alarm.reason} What to do: docs/operations.md#{alarm.runbook}",
            namespace=alarm.namespace,
            metric_name=alarm.metric,
            dimensions=alarm.dimensions or None,
            statistic=None if percentile else alarm.statistic,
            extended_statistic=alarm.statistic if percentile else None,
            period=alarm.period,
            evaluation_periods=alarm.periods,
            threshold=alarm.threshold,
            comparison_operator="LessThanThreshold" if alarm.below else "GreaterThanThreshold",
            treat_missing_data="notBreaching",
            alarm_actions=[self.topic.arn],
            ok_actions=[self.topic.arn],
            opts=pulumi.ResourceOptions(parent=self),
        )


def _of_api(label: str, name: pulumi.Input[str]) -> dict[str, Alarm]:
    """How one REST API answers."""
    stage: dict[str, pulumi.Input[str]] = {"ApiName": name, "Stage": STAGE}
    return {
        f"{label}-5xx": Alarm(
            reason="The API answers with server errors.",
            runbook="the-api-answers-with-errors-or-late",
            namespace="AWS/ApiGateway",
            metric="5XXError",
            dimensions=stage,
        ),
        f"{label}-slow": Alarm(
            reason="One answer of the API in twenty took longer than three seconds for 15 minutes.",
            runbook="the-api-answers-with-errors-or-late",
            namespace="AWS/ApiGateway",
            metric="Latency",
            dimensions=stage,
            statistic="p95",
            threshold=_SLOW_MILLISECONDS,
            periods=3,
        ),
    }
