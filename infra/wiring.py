"""What functions are told and what their grants refer to, gathered from the components that they stand on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, sqs

from infra.analytics import Analytics
from infra.api import Api
from infra.config import StackConfig
from infra.email import Email
from infra.event_stream import EventStream
from infra.keys import Keys
from infra.names import Names
from infra.network import Network
from infra.scheduling import Scheduling
from infra.storage import Storage
from infra.tables import Tables
from infra.tracking import Tracking
from infra.webhooks import Webhooks


@dataclass(frozen=True, slots=True, kw_only=True)
class Foundation:
    """Everything that exists before the first function."""

    names: Names
    config: StackConfig
    keys: Keys
    storage: Storage
    tables: Tables
    email: Email
    tracking: Tracking
    stream: EventStream
    scheduling: Scheduling
    network: Network
    analytics: Analytics
    api: Api
    uploads_dead: sqs.Queue
    stream_dead: sqs.Queue
    events: cloudwatch.EventBus
    changes_dead: sqs.Queue
    webhooks: Webhooks

    @property
    def dead_letters(self) -> dict[str, sqs.Queue]:
        """Every dead-letter queue by what could not be handled."""
        return {
            "ses-events": self.tracking.dead_letters,
            "event-objects": self.stream.dead_letters,
            "uploads": self.uploads_dead,
            "messages-stream": self.stream_dead,
            "changes": self.changes_dead,
            "webhook-events": self.webhooks.events_dead,
            "webhook-turns": self.webhooks.turns_dead,
            "schedules": self.scheduling.dead_letters,
        }

    def environment(self) -> dict[str, pulumi.Input[str]]:
        """Return the value of every variable of `chalicelib.settings`."""
        tables = {f"TABLE_{name.upper()}": table.name for name, table in self.tables.by_name.items()}
        return {
            **tables,
            "TEMPLATE_BUCKET": self.storage.templates.bucket,
            "RECIPIENT_BUCKET": self.storage.recipients.bucket,
            "EVENT_BUCKET": self.storage.events.bucket,
            "EVENT_QUEUE_URL": self.tracking.queue.url,
            "CREATE_MESSAGES_ARN": self.names.state_machine_arn("create_messages"),
            "SEND_CAMPAIGN_ARN": self.names.state_machine_arn("send_campaign"),
            "WATCH_CAMPAIGN_ARN": self.names.state_machine_arn("watch_campaign"),
            "CHECK_CAMPAIGN_ARN": self.names.state_machine_arn("check_campaign"),
            "EXPORT_MESSAGES_ARN": self.names.state_machine_arn("export_messages"),
            "IMPORT_RECIPIENTS_ARN": self.names.state_machine_arn("import_recipients"),
            "REMOVE_RECIPIENTS_ARN": self.names.state_machine_arn("remove_recipients"),
            "SUPPRESSION_JOBS_ARN": self.names.state_machine_arn("suppression_jobs"),
            "SCHEDULE_GROUP": self.scheduling.group.name,
            "SCHEDULE_ROLE_ARN": self.scheduling.role.arn,
            "SCHEDULE_DEAD_LETTER_ARN": self.scheduling.dead_letters.arn,
            "CONFIGURATION_SET": self.email.configuration_set.configuration_set_name,
            "SEND_LIMITS": self.config.send_limits,
            "REPUTATION_LIMITS": self.config.reputation_limits,
            "ANALYTICS_URL": self.analytics.url,
            "ANALYTICS_RETENTION_MONTHS": str(self.config.statistics_retention_months),
            "STREAM_DEAD_LETTER_URL": self.stream_dead.url,
            "EVENT_BUS": self.events.name,
            "CHANGES_DEAD_LETTER_URL": self.changes_dead.url,
            "PUBLIC_BASE_URL": self.config.public_base_url or self.api.public_url,
            "TOKEN_KEY_ID": self.keys.token.key_id,
            "TOKEN_GENERATIONS": f"{self.config.oldest_token_generation}-{self.config.token_generation}",
            "WEBHOOK_KEY_ID": self.keys.webhooks.key_id,
            "WEBHOOK_TURNS_URL": self.webhooks.turns.url,
            "WEBHOOK_NETWORKS": json.dumps(self.config.webhook_networks),
            "SETTLE_SECONDS": str(self.config.settle_seconds),
            "SENDER_DOMAIN": self.config.sender_domain,
            "EXTRA_SENDER_DOMAINS": json.dumps(self.config.extra_sender_domains),
            "API_CALLERS": json.dumps(self.config.api_callers, separators=(",", ":")),
            "KEY_RATE_LIMIT": str(self.config.key_rate_limit),
            "AUDIT_RETENTION_DAYS": str(self.config.audit_retention_days),
        }

    def arns(self) -> Mapping[str, Sequence[pulumi.Input[str]]]:
        """Return the ARNs of everything that `infra.function_specs` grants something on, none where it is not there."""
        tables = {f"table.{name}": table.arn for name, table in self.tables.by_name.items()}
        machines = (
            "create_messages",
            "send_campaign",
            "watch_campaign",
            "check_campaign",
            "export_messages",
            "import_recipients",
            "remove_recipients",
            "suppression_jobs",
        )
        streamed = ("campaigns", "messages", "suppressions", "transactional", "webhooks")
        schedules = self.scheduling.group.name.apply(lambda group: self.names.arn("scheduler", f"schedule/{group}"))
        extra = [self.names.arn("ses", f"identity/{domain}") for domain in self.config.extra_sender_domains]
        single: dict[str, pulumi.Input[str]] = {
            **tables,
            **{f"state_machine.{name}": self.names.state_machine_arn(name) for name in machines},
            **{f"stream.{name}": self.tables.by_name[name].stream_arn for name in streamed},
            "bus.events": self.events.arn,
            "bucket.templates": self.storage.templates.arn,
            "bucket.recipients": self.storage.recipients.arn,
            "bucket.events": self.storage.events.arn,
            "schedules": schedules,
            "role.schedule": self.scheduling.role.arn,
            "key.token": self.keys.token.arn,
            "key.webhooks": self.keys.webhooks.arn,
            "queue.ses_events": self.tracking.queue.arn,
            "queue.event_objects": self.stream.queue.arn,
            "queue.uploads_dead": self.uploads_dead.arn,
            "queue.stream_dead": self.stream_dead.arn,
            "queue.changes_dead": self.changes_dead.arn,
            "queue.webhook_events": self.webhooks.events.arn,
            "queue.webhook_turns": self.webhooks.turns.arn,
            "ses.configuration_set": self.email.configuration_set.arn,
            "any": "*",
        }
        return {
            **{name: (arn,) for name, arn in single.items()},
            "ses.identity": (self.email.identity.arn, *extra),
            "ses.extra_identities": extra,
            "analytics": (self.analytics.domain.arn,) if self.analytics.domain else (),
        }
