"""SES: the sender's identity, the configuration set, and the topic that its events are published to.

The topic stands in every stack, whichever way SES publishes (`eventDelivery`); so does the delivery stream.
"""

import pulumi
from pulumi_aws import sesv2, sns

from infra.config import StackConfig
from infra.event_config import NOTIFICATIONS
from infra.iam import allow, document
from infra.keys import Keys
from infra.names import Names

EVENT_TYPES = (
    "SEND",
    "REJECT",
    "BOUNCE",
    "COMPLAINT",
    "DELIVERY",
    "OPEN",
    "CLICK",
    "RENDERING_FAILURE",
    "DELIVERY_DELAY",
    "SUBSCRIPTION",
)


class Email(pulumi.ComponentResource):
    """What sending needs of SES."""

    def __init__(
        self, names: Names, config: StackConfig, keys: Keys, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("email-platform:infra:Email", names.of("email"), None, opts)
        child = pulumi.ResourceOptions(parent=self)
        delivery: sesv2.ConfigurationSetDeliveryOptionsArgsDict = {"tls_policy": "REQUIRE"}
        if config.dedicated_ips:
            pool = sesv2.DedicatedIpPool(
                names.of("senders"), pool_name=names.of("senders"), scaling_mode="MANAGED", opts=child
            )
            delivery["sending_pool_name"] = pool.pool_name
        tracking: sesv2.ConfigurationSetTrackingOptionsArgsDict | None = None
        if config.tracking_domain:
            tracking = {"custom_redirect_domain": config.tracking_domain, "https_policy": "REQUIRE"}
        self.configuration_set = sesv2.ConfigurationSet(
            names.of("campaigns"),
            configuration_set_name=names.of("campaigns"),
            delivery_options=delivery,
            tracking_options=tracking,
            reputation_options={"reputation_metrics_enabled": True},
            sending_options={"sending_enabled": True},
            suppression_options={"suppressed_reasons": ["BOUNCE", "COMPLAINT"]},
            opts=child,
        )
        self.identity = sesv2.EmailIdentity(
            names.of("sender"),
            email_identity=config.sender_domain,
            configuration_set_name=self.configuration_set.configuration_set_name,
            opts=child,
        )
        sesv2.EmailIdentityMailFromAttributes(
            names.of("sender"),
            email_identity=self.identity.email_identity,
            mail_from_domain=f"{config.mail_from_subdomain}.{config.sender_domain}",
            # Until its MX record is found SES uses a domain of its own: mail goes out, with SPF not aligned.
            behavior_on_mx_failure="USE_DEFAULT_VALUE",
            opts=child,
        )
        self.topic = sns.Topic(names.of("ses-events"), kms_master_key_id=keys.data.arn, opts=child)
        publish = sns.TopicPolicy(
            names.of("ses-events"),
            arn=self.topic.arn,
            policy=document(
                [
                    allow(
                        ["sns:Publish"],
                        [self.topic.arn],
                        services=["ses.amazonaws.com"],
                        conditions={
                            "StringEquals": {
                                "aws:SourceAccount": names.account,
                                "aws:SourceArn": self.configuration_set.arn,
                            }
                        },
                    )
                ]
            ),
            opts=child,
        )
        if config.event_delivery == NOTIFICATIONS:
            sesv2.ConfigurationSetEventDestination(
                names.of("ses-events"),
                configuration_set_name=self.configuration_set.configuration_set_name,
                event_destination_name="tracking",
                event_destination={
                    "enabled": True,
                    "matching_event_types": list(EVENT_TYPES),
                    "sns_destination": {"topic_arn": self.topic.arn},
                },
                # SES publishes a test message at once and refuses a topic that it may not publish to.
                opts=pulumi.ResourceOptions(parent=self, depends_on=[publish]),
            )
        self.register_outputs({})
