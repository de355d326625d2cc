"""EventBridge Scheduler: the group of the campaigns' schedules, the role it starts them with, its dead letters."""

import pulumi
from pulumi_aws import scheduler

from infra.iam import ServiceRole, allow
from infra.keys import Keys
from infra.names import Names
from infra.queues import dead_letter_queue


class Scheduling(pulumi.ComponentResource):
    """What a campaign's schedule refers to."""

    def __init__(self, names: Names, keys: Keys, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("email-platform:infra:Scheduling", names.of("scheduling"), None, opts)
        self.group = scheduler.ScheduleGroup(
            names.of("campaigns"), name=names.of("campaigns"), opts=pulumi.ResourceOptions(parent=self)
        )
        self.dead_letters = dead_letter_queue("schedule-dead", names, keys, self)
        self.role = ServiceRole(
            names.of("schedule"),
            service="scheduler.amazonaws.com",
            trust_conditions={"StringEquals": {"aws:SourceAccount": names.account, "aws:SourceArn": self.group.arn}},
            statements=[
                allow(["states:StartExecution"], [names.state_machine_arn("send_campaign")]),
                allow(["sqs:SendMessage"], [self.dead_letters.arn]),
                allow(["kms:Decrypt", "kms:GenerateDataKey"], [keys.data.arn]),
            ],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
