"""One page of CloudWatch that shows how mail flows: callers, sending, SES's answers, what waits, what failed."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pulumi
from pulumi_aws import cloudwatch

from infra.rest_api import STAGE
from infra.signed_api import LABEL as SIGNED
from infra.wiring import Foundation
from infra.workflows import Workflows

_WIDTH, _HEIGHT = 8, 6  # three graphs a row: CloudWatch's grid is 24 wide

_API_LABELS = {"api.api": "keys", f"api.{SIGNED}": "signatures"}

Metric = list[Any]


class Dashboard(pulumi.ComponentResource):
    """The page.

    Attributes:
        name: under which CloudWatch shows it.
    """

    def __init__(self, base: Foundation, workflows: Workflows, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("email-platform:infra:Dashboard", base.names.of("dashboard"), None, opts)
        known = {
            "queue": base.tracking.queue.name,
            "objects": base.stream.queue.name,
            "stream": base.stream.stream.name,
            **{f"api.{name}": api.name for name, api in base.api.rest_apis.items()},
            **{f"dead.{name}": queue.name for name, queue in base.dead_letters.items()},
            **{f"machine.{name}": machine.arn for name, machine in workflows.by_name.items()},
        }
        names = base.names
        self.name = names.of("overview")
        cloudwatch.Dashboard(
            self.name,
            dashboard_name=self.name,
            dashboard_body=pulumi.Output.all(**known).apply(lambda values: _body(values, names.region, names.of)),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


def _body(known: Mapping[str, str], region: str, name_of: Callable[[str], str]) -> str:
    def functions(metric: str, *names: str) -> list[Metric]:
        return [["AWS/Lambda", metric, "FunctionName", name_of(name), {"label": name}] for name in names]

    def machines(metric: str) -> list[Metric]:
        return [
            ["AWS/States", metric, "StateMachineArn", arn, {"label": key.partition(".")[2]}]
            for key, arn in known.items()
            if key.startswith("machine.")
        ]

    def apis(metric: str) -> list[Metric]:
        return [
            ["AWS/ApiGateway", metric, "ApiName", api, "Stage", STAGE, {"label": f"{metric}, {label}"}]
            for key, api in sorted(known.items())
            if (label := _API_LABELS.get(key))
        ]

    graphs: Sequence[tuple[str, str, list[Metric]]] = [
        (
            "Requests and errors of the API",
            "Sum",
            [one for metric in ("Count", "4XXError", "5XXError") for one in apis(metric)],
        ),
        ("How long the API takes, 95 of 100 (ms)", "p95", apis("Latency")),
        ("Mail given to SES", "Sum", [["AWS/SES", metric] for metric in ("Send", "Delivery", "Bounce", "Complaint")]),
        (
            "Bounces and complaints of the account",
            "Maximum",
            [["AWS/SES", "Reputation.BounceRate"], ["AWS/SES", "Reputation.ComplaintRate"]],
        ),
        ("Workflows under way", "Sum", machines("ExecutionsStarted")),
        ("Workflows that failed", "Sum", machines("ExecutionsFailed")),
        (
            "Workers at once",
            "Maximum",
            functions(
                "ConcurrentExecutions", "send_part", "create_part_messages", "apply_ses_events", "apply_event_objects"
            ),
        ),
        (
            "Errors of functions",
            "Sum",
            functions("Errors", "api", "send_part", "apply_ses_events", "apply_event_objects", "index_messages"),
        ),
        ("How late streams are read (ms)", "Maximum", functions("IteratorAge", "index_messages", "publish_changes")),
        (
            "Events of SES that wait",
            "Maximum",
            [
                ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", known["queue"]],
                ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", known["objects"]],
            ],
        ),
        (
            "How late the delivery stream of events is (s)",
            "Maximum",
            [["AWS/Firehose", "DeliveryToS3.DataFreshness", "DeliveryStreamName", known["stream"]]],
        ),
        (
            "What could not be handled",
            "Maximum",
            [
                ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue, {"label": key.partition(".")[2]}]
                for key, queue in known.items()
                if key.startswith("dead.")
            ],
        ),
    ]
    widgets = [
        {
            "type": "metric",
            "width": _WIDTH,
            "height": _HEIGHT,
            "x": _WIDTH * (place % 3),
            "y": _HEIGHT * (place // 3),
            "properties": {"title": title, "region": region, "stat": stat, "period": 300, "metrics": metrics},
        }
        for place, (title, stat, metrics) in enumerate(graphs)
    ]
    return json.dumps({"widgets": widgets})
