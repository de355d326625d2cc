"""What an operator is told."""

import pulumi
from pulumi_aws import cloudwatch, lambda_, sns

from message_centre.infra.api import STAGE, Api
from message_centre.infra.config import StackConfig
from message_centre.infra.names import Names

_SLOW_MILLISECONDS = 5_000


class Alarms(pulumi.ComponentResource):
    """The alarms and their topic."""

    def __init__(
        self,
        names: Names,
        config: StackConfig,
        function: lambda_.Function,
        api: Api,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("message-centre:infra:Alarms", names.of("alarms"), None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.topic = sns.Topic(names.of("alarms"), opts=child)
        sns.TopicPolicy(
            names.of("alarms"),
            arn=self.topic.arn,
            policy=pulumi.Output.json_dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "cloudwatch.amazonaws.com"},
                            "Action": "sns:Publish",
                            "Resource": self.topic.arn,
                            "Condition": {"StringEquals": {"aws:SourceAccount": names.account}},
                        }
                    ],
                }
            ),
            opts=child,
        )
        if config.alarm_address:
            sns.TopicSubscription(
                names.of("alarms"), topic=self.topic.arn, protocol="email", endpoint=config.alarm_address, opts=child
            )
        of_function = {"FunctionName": function.name}
        of_api = {"ApiName": names.of("api"), "Stage": STAGE}
        watched: dict[str, tuple[str, str, dict[str, pulumi.Input[str]], str, float, int, str]] = {
            "errors": ("AWS/Lambda", "Errors", {**of_function}, "Sum", 0, 1, "The wrapper API failed."),
            "throttles": ("AWS/Lambda", "Throttles", {**of_function}, "Sum", 0, 1, "Requests found no free worker."),
            "refused": ("AWS/ApiGateway", "5XXError", {**of_api}, "Sum", 5, 1, "Requests ended in errors."),
            "slow": (
                "AWS/ApiGateway",
                "Latency",
                {**of_api},
                "p95",
                _SLOW_MILLISECONDS,
                3,
                "One request in twenty takes longer than five seconds.",
            ),
        }
        for name, (namespace, metric, dimensions, statistic, threshold, periods, reason) in watched.items():
            percentile = statistic.startswith("p")
            cloudwatch.MetricAlarm(
                names.of(f"alarm-{name}"),
                name=names.of(f"alarm-{name}"),
                alarm_description=f"{reason} See message_centre/docs/operations.md.",
                namespace=namespace,
                metric_name=metric,
                dimensions=dimensions,
                statistic=None if percentile else statistic,
                extended_statistic=statistic if percentile else None,
                comparison_operator="GreaterThanThreshold",
                threshold=threshold,
                period=300,
                evaluation_periods=periods,
                treat_missing_data="notBreaching",
                alarm_actions=[self.topic.arn],
                opts=pulumi.ResourceOptions(parent=self, depends_on=[api]),
            )
        self.register_outputs({})
