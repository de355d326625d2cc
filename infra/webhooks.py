"""What delivers events to webhooks: a rule on the bus, the queue of events, the queue of wake-ups."""

import json

import pulumi
from pulumi_aws import cloudwatch, sqs

from infra.function_specs import FUNCTIONS
from infra.keys import Keys
from infra.names import Names
from infra.queues import admit, dead_letter_queue

SOURCE = "email-platform"
"""Source of the platform's events (`chalicelib.live.domain_events.SOURCE`); a test compares them."""

_RECEIVES = 5
_KEPT_SECONDS = 14 * 24 * 3600


class Webhooks(pulumi.ComponentResource):
    """The way from the bus to the functions.

    Attributes:
        events: queue of what happened.
        turns: queue whose messages each have one endpoint visited.
    """

    def __init__(
        self, names: Names, keys: Keys, bus: cloudwatch.EventBus, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("email-platform:infra:Webhooks", names.of("webhooks"), None, opts)
        self._names = names
        self._keys = keys
        self.events_dead = dead_letter_queue("webhook-events-dead", names, keys, self)
        self.turns_dead = dead_letter_queue("webhook-turns-dead", names, keys, self)
        self.events = self._queue("webhook-events", self.events_dead, "plan_deliveries")
        self.turns = self._queue("webhook-turns", self.turns_dead, "deliver_webhooks")
        rule = cloudwatch.EventRule(
            names.of("webhook-events"),
            event_bus_name=bus.name,
            event_pattern=json.dumps({"source": [SOURCE]}),
            opts=pulumi.ResourceOptions(parent=self),
        )
        for name, queue in (("webhook-events", self.events), ("webhook-events-dead", self.events_dead)):
            admit(queue, names.of(name), "events.amazonaws.com", [rule.arn], self)
        cloudwatch.EventTarget(
            names.of("webhook-events"),
            rule=rule.name,
            event_bus_name=bus.name,
            arn=self.events.arn,
            dead_letter_config={"arn": self.events_dead.arn},
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})

    def _queue(self, name: str, dead: sqs.Queue, function: str) -> sqs.Queue:
        return sqs.Queue(
            self._names.of(name),
            # Lambda asks for six times the function's time-out, so that a throttled batch does not come back too early.
            visibility_timeout_seconds=6 * FUNCTIONS[function].timeout,
            message_retention_seconds=_KEPT_SECONDS,
            kms_master_key_id=self._keys.data.arn,
            redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": _RECEIVES}),
            opts=pulumi.ResourceOptions(parent=self),
        )
