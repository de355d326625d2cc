"""The queue that SES's events wait in until they are applied."""

import pulumi
from pulumi_aws import sns, sqs

from infra.function_specs import FUNCTIONS
from infra.keys import Keys
from infra.names import Names
from infra.queues import admit, dead_letter_queue

_RECEIVES = 5


class Tracking(pulumi.ComponentResource):
    """The queue behind the topic of SES's events, and where it leaves what cannot be applied."""

    def __init__(self, names: Names, keys: Keys, topic: sns.Topic, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("email-platform:infra:Tracking", names.of("tracking"), None, opts)
        self.dead_letters = dead_letter_queue("ses-events-dead", names, keys, self)
        self.queue = sqs.Queue(
            names.of("ses-events"),
            # Lambda asks for six times the function's time-out, so that a throttled batch does not come back too early.
            visibility_timeout_seconds=6 * FUNCTIONS["apply_ses_events"].timeout,
            message_retention_seconds=14 * 24 * 3600,
            kms_master_key_id=keys.data.arn,
            redrive_policy=pulumi.Output.json_dumps(
                {"deadLetterTargetArn": self.dead_letters.arn, "maxReceiveCount": _RECEIVES}
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        admit(self.queue, names.of("ses-events"), "sns.amazonaws.com", [topic.arn], self)
        admit(self.dead_letters, names.of("ses-events-dead"), "sns.amazonaws.com", [topic.arn], self)
        sns.TopicSubscription(
            names.of("ses-events"),
            topic=topic.arn,
            protocol="sqs",
            endpoint=self.queue.arn,
            raw_message_delivery=True,
            redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": self.dead_letters.arn}),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
