"""What an upload sets off: the check of a template, the import of a recipient file."""

import json

import pulumi
from pulumi_aws import cloudwatch, lambda_, s3

from infra.functions import Functions
from infra.iam import ServiceRole, allow
from infra.queues import admit
from infra.wiring import Foundation
from infra.workflows import Workflows

_LONGEST_EVENT_AGE = 6 * 3600
_RETRIES = 2  # the most that Lambda offers for asynchronous calls


class Uploads(pulumi.ComponentResource):
    """The EventBridge rules from the buckets to their handlers; what fails goes to the uploads' dead letters."""

    def __init__(
        self,
        base: Foundation,
        functions: Functions,
        workflows: Workflows,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("email-platform:infra:Uploads", base.names.of("uploads"), None, opts)
        names = base.names
        validate = functions.by_name["validate_template"]
        self._dead_letters = base.uploads_dead
        child = pulumi.ResourceOptions(parent=self)

        template_rule = self._rule(names.of("template-uploaded"), base.storage.templates)
        permission = lambda_.Permission(
            names.of("template-uploaded"),
            action="lambda:InvokeFunction",
            function=validate.name,
            principal="events.amazonaws.com",
            source_arn=template_rule.arn,
            opts=child,
        )
        lambda_.FunctionEventInvokeConfig(
            names.of("validate-template"),
            function_name=validate.name,
            maximum_event_age_in_seconds=_LONGEST_EVENT_AGE,
            maximum_retry_attempts=_RETRIES,
            destination_config={"on_failure": {"destination": base.uploads_dead.arn}},
            opts=child,
        )
        self._target(
            names.of("template-uploaded"),
            template_rule,
            validate.arn,
            None,
            pulumi.ResourceOptions(parent=self, depends_on=[permission]),
        )

        recipient_rule = self._rule(names.of("recipients-uploaded"), base.storage.recipients)
        suppression_rule = self._rule(
            names.of("suppressions-uploaded"), base.storage.recipients, folder="suppressions/uploads/"
        )
        for name, rule, machine, role in (
            ("recipients-uploaded", recipient_rule, "import_recipients", "start-import"),
            ("suppressions-uploaded", suppression_rule, "suppression_jobs", "start-suppression-import"),
        ):
            started = workflows.by_name[machine].arn
            start = ServiceRole(
                names.of(role),
                service="events.amazonaws.com",
                trust_conditions={"StringEquals": {"aws:SourceAccount": names.account}},
                statements=[allow(["states:StartExecution"], [started])],
                opts=child,
            )
            self._target(names.of(name), rule, started, start.arn, child)

        admit(
            base.uploads_dead,
            names.of("uploads-dead"),
            "events.amazonaws.com",
            [template_rule.arn, recipient_rule.arn, suppression_rule.arn],
            self,
        )
        self.register_outputs({})

    def _rule(self, name: str, bucket: s3.Bucket, folder: str = "uploads/") -> cloudwatch.EventRule:
        pattern = bucket.bucket.apply(
            lambda bucket_name: json.dumps(
                {
                    "source": ["aws.s3"],
                    "detail-type": ["Object Created"],
                    "detail": {
                        "bucket": {"name": [bucket_name]},
                        "object": {"key": [{"prefix": folder}]},
                    },
                }
            )
        )
        return cloudwatch.EventRule(name, event_pattern=pattern, opts=pulumi.ResourceOptions(parent=self))

    def _target(
        self,
        name: str,
        rule: cloudwatch.EventRule,
        target: pulumi.Input[str],
        role: pulumi.Input[str] | None,
        opts: pulumi.ResourceOptions,
    ) -> None:
        cloudwatch.EventTarget(
            name,
            rule=rule.name,
            arn=target,
            role_arn=role,
            dead_letter_config={"arn": self._dead_letters.arn},
            opts=opts,
        )
