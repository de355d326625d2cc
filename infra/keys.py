"""KMS keys: one for data at rest; from the others keys of unsubscribe tokens and secrets of webhooks are derived."""

import pulumi
from pulumi_aws import kms

from infra.iam import Statement, allow, document
from infra.names import Names
from infra.protection import kept

_SERVICES = (
    "sns.amazonaws.com",
    "events.amazonaws.com",
    "ses.amazonaws.com",
    "cloudwatch.amazonaws.com",
    "s3.amazonaws.com",
)


class Keys(pulumi.ComponentResource):
    """The platform's keys."""

    def __init__(self, names: Names, *, protect: bool, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("email-platform:infra:Keys", names.of("keys"), None, opts)
        child = kept(self, protect=protect)
        administer: Statement = {
            "Sid": "AccountAdministersKey",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:{names.partition}:iam::{names.account}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
        # No source conditions here: not every service sends them to KMS, and an event that is dropped for that is lost
        # silently. The policies of the topics and queues behind the key carry them.
        services = allow(["kms:Decrypt", "kms:GenerateDataKey"], ["*"], sid="ServicesUseKey", services=_SERVICES)
        logs = allow(
            [
                "kms:Encrypt",
                "kms:Decrypt",
                "kms:ReEncryptFrom",
                "kms:ReEncryptTo",
                "kms:GenerateDataKey",
                "kms:GenerateDataKeyWithoutPlaintext",
                "kms:DescribeKey",
            ],
            ["*"],
            sid="LogsUseKey",
            services=[f"logs.{names.region}.amazonaws.com"],
            conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": names.arn("logs", "log-group:*")}},
        )
        self.data = kms.Key(
            names.of("data"),
            description="Tables, buckets, queues, topics and logs",
            enable_key_rotation=True,
            policy=document([administer, services, logs]),
            opts=child,
        )
        self.token = kms.Key(
            names.of("tokens"),
            description="Derives the keys of unsubscribe tokens",
            customer_master_key_spec="HMAC_256",
            key_usage="GENERATE_VERIFY_MAC",
            policy=document([administer]),
            opts=child,
        )
        # A key of its own: who makes unsubscribe links must not be able to sign for the platform.
        self.webhooks = kms.Key(
            names.of("webhooks"),
            description="Derives the secrets of webhooks",
            customer_master_key_spec="HMAC_256",
            key_usage="GENERATE_VERIFY_MAC",
            policy=document([administer]),
            opts=child,
        )
        self.register_outputs({})
