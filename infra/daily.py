"""What runs once a day by itself."""

from collections.abc import Sequence

import pulumi
from pulumi_aws import cloudwatch

from infra.iam import ServiceRole, allow
from infra.queues import admit
from infra.wiring import Foundation
from infra.workflows import Workflows

_AT_NIGHT = "cron(30 3 * * ? *)"  # UTC


class Daily(pulumi.ComponentResource):
    """The rule that starts the comparison of statistics with the message store.

    Args:
        base: what it stands on.
        workflows: of which it starts one.
        others: rules whose events go to the same dead letters, for a queue has one policy.
    """

    def __init__(
        self,
        base: Foundation,
        workflows: Workflows,
        others: Sequence[cloudwatch.EventRule],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("email-platform:infra:Daily", base.names.of("daily"), None, opts)
        child = pulumi.ResourceOptions(parent=self)
        name = base.names.of("reconcile-statistics")
        machine = workflows.by_name["reconcile_statistics"]
        rule = cloudwatch.EventRule(name, schedule_expression=_AT_NIGHT, opts=child)
        role = ServiceRole(
            base.names.of("start-reconcile"),
            service="events.amazonaws.com",
            trust_conditions={"StringEquals": {"aws:SourceAccount": base.names.account}},
            statements=[allow(["states:StartExecution"], [machine.arn])],
            opts=child,
        )
        dead_letters = base.scheduling.dead_letters
        sources = [one.arn for one in (rule, *others)]
        admit(dead_letters, base.names.of("schedule-dead"), "events.amazonaws.com", sources, self)
        cloudwatch.EventTarget(
            name,
            rule=rule.name,
            arn=machine.arn,
            role_arn=role.arn,
            input="{}",
            dead_letter_config={"arn": dead_letters.arn},
            opts=child,
        )
        self.register_outputs({})
