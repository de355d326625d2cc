"""The rule that has mail sent to SES's mailbox simulator and followed, every quarter of an hour."""

import pulumi
from pulumi_aws import cloudwatch, lambda_

from infra.functions import Functions
from infra.wiring import Foundation

MINUTES = 15
SENDER = "probe"
"""What the mail's sender is called at the stack's domain."""


class Probe(pulumi.ComponentResource):
    """What starts ``probe_sending``.

    Attributes:
        rules: the rules whose events must not be lost in silence.
    """

    def __init__(self, base: Foundation, functions: Functions, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("email-platform:infra:Probe", base.names.of("probe"), None, opts)
        self.rules: list[cloudwatch.EventRule] = []
        if base.config.probe:
            self._start(base, functions.by_name["probe_sending"])
        self.register_outputs({})

    def _start(self, base: Foundation, function: lambda_.Function) -> None:
        child = pulumi.ResourceOptions(parent=self)
        name = base.names.of("probe-sending")
        rule = cloudwatch.EventRule(name, schedule_expression=f"rate({MINUTES} minutes)", opts=child)
        self.rules.append(rule)
        lambda_.Permission(
            name,
            action="lambda:InvokeFunction",
            function=function.name,
            principal="events.amazonaws.com",
            source_arn=rule.arn,
            opts=child,
        )
        # One that failed is not worth a second try: the next round comes, and the failure must be seen.
        lambda_.FunctionEventInvokeConfig(name, function_name=function.name, maximum_retry_attempts=0, opts=child)
        event = {"api_url": base.api.public_url, "sender": f"{SENDER}@{base.config.sender_domain}"}
        cloudwatch.EventTarget(
            name,
            rule=rule.name,
            arn=function.arn,
            input=pulumi.Output.json_dumps(event),
            dead_letter_config={"arn": base.scheduling.dead_letters.arn},
            opts=child,
        )
