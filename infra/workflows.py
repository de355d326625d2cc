"""The state machines, each with a role that may call its own functions and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, sfn

from infra import asl
from infra.functions import Functions
from infra.iam import WORKFLOW_TRACES, ServiceRole, Statement, allow
from infra.wiring import Foundation

_LOG_DELIVERY = (
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
)


@dataclass(frozen=True, slots=True)
class _Machine:
    """What a definition is filled with: its functions; for a Distributed Map the setting of its concurrency."""

    functions: tuple[str, ...]
    concurrency: str | None = None


MACHINES: Mapping[str, _Machine] = {
    "import_recipients": _Machine(("import_recipient_file", "fail_recipient_file")),
    "remove_recipients": _Machine(("remove_recipient_file",)),
    "check_campaign": _Machine(("check_preflight_part", "finish_preflight", "fail_preflight"), "check_concurrency"),
    "create_messages": _Machine(("create_part_messages", "finish_message_plan", "fail_campaign"), "create_concurrency"),
    "send_campaign": _Machine(
        ("claim_campaign", "send_part", "check_reputation", "settle_campaign", "halt_campaign"), "send_concurrency"
    ),
    "watch_campaign": _Machine(("check_reputation", "halt_campaign")),
    "export_messages": _Machine(("write_export", "fail_export")),
    "suppression_jobs": _Machine(
        ("import_suppressions", "export_suppressions", "copy_suppressions", "fail_suppression_job")
    ),
    "replay_events": _Machine(("plan_replay", "replay_hour")),
    "rebuild_statistics": _Machine(("manage_indices", "fill_indices", "compare_indices")),
    "reconcile_statistics": _Machine(("find_due_campaigns", "reconcile_campaign", "expire_statistics")),
}


class Workflows(pulumi.ComponentResource):
    """Every state machine by name."""

    def __init__(self, base: Foundation, functions: Functions, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("email-platform:infra:Workflows", base.names.of("workflows"), None, opts)
        self._base = base
        self._names = base.names
        self._functions = functions.by_name
        self.by_name = {name: self._machine(name, machine) for name, machine in MACHINES.items()}
        self.register_outputs({})

    def _machine(self, name: str, machine: _Machine) -> sfn.StateMachine:
        template = asl.load(name)
        if found := asl.faults(template):
            raise asl.RenderError(f"{name}.asl.json: {'; '.join(found)}")
        full_name = self._names.of(name)
        child = pulumi.ResourceOptions(parent=self)
        # This prefix keeps the log group out of a resource policy that would grow with every state machine.
        logs = cloudwatch.LogGroup(
            full_name,
            name=f"/aws/vendedlogs/states/{full_name}",
            retention_in_days=self._base.config.log_retention_days,
            kms_key_id=self._base.keys.data.arn,
            opts=child,
        )
        role = ServiceRole(
            full_name,
            service="states.amazonaws.com",
            trust_conditions={"StringEquals": {"aws:SourceAccount": self._names.account}},
            statements=self._statements(full_name, machine),
            opts=child,
        )
        values: dict[str, pulumi.Input[str | int]] = {
            function: self._functions[function].arn for function in machine.functions
        }
        if machine.concurrency:
            values["partition"] = self._names.partition
            values["recipient_bucket"] = self._base.storage.recipients.bucket
            values[machine.concurrency] = getattr(self._base.config, machine.concurrency)
        definition = pulumi.Output.all(**values).apply(lambda known: asl.render(template, known))
        return sfn.StateMachine(
            full_name,
            name=full_name,
            type="STANDARD",
            role_arn=role.arn,
            definition=pulumi.Output.json_dumps(definition),
            logging_configuration={
                "level": "ERROR",
                "include_execution_data": False,
                "log_destination": pulumi.Output.concat(logs.arn, ":*"),
            },
            tracing_configuration={"enabled": True} if self._base.config.tracing else None,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[role.policy]),
        )

    def _statements(self, full_name: str, machine: _Machine) -> Sequence[Statement]:
        arns = [self._functions[function].arn for function in machine.functions]
        statements = [
            allow(["lambda:InvokeFunction"], arns),
            allow(
                ["lambda:InvokeFunction"],
                [pulumi.Output.concat(arn, ":*") for arn in arns],
                sid="FunctionVersions",
            ),
            allow(_LOG_DELIVERY, ["*"], sid="LogDelivery"),
            *([WORKFLOW_TRACES] if self._base.config.tracing else []),
        ]
        if machine.concurrency:
            own = self._names.arn("states", f"execution:{full_name}")
            statements += [
                allow(["states:StartExecution"], [self._names.arn("states", f"stateMachine:{full_name}")]),
                allow(
                    ["states:DescribeExecution", "states:StopExecution", "states:RedriveExecution"],
                    [f"{own}:*", f"{own}/*"],
                    sid="OwnExecutions",
                ),
                allow(
                    ["s3:GetObject"],
                    [pulumi.Output.concat(self._base.storage.recipients.arn, "/files/*")],
                    sid="RecipientFiles",
                ),
                allow(
                    ["kms:Decrypt"],
                    [self._base.keys.data.arn],
                    conditions={"StringEquals": {"kms:ViaService": f"s3.{self._names.region}.amazonaws.com"}},
                ),
            ]
        return statements
