"""The environment of a function, typed; a variable is read when it is first used, never at import."""

import os
from collections.abc import Mapping

from chalicelib.kernel.errors import ConfigurationError


class Settings:
    """What the deployment tells a function.

    Each property reads one variable, so a function needs only those that it uses; `infra` sets exactly these.
    """

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = os.environ if environ is None else environ

    def _text(self, name: str) -> str:
        value = self._environ.get(name, "")
        if not value:
            raise ConfigurationError(f"The environment variable {name} is not set for this function.")
        return value

    def _number(self, name: str) -> int:
        text = self._text(name)
        try:
            return int(text)
        except ValueError:
            raise ConfigurationError(f"{name} must be a whole number, not {text!r}.") from None

    def table(self, name: str) -> str:
        """Name of the DynamoDB table that holds one aggregate (``templates``, ``campaigns``, ...)."""
        return self._text(f"TABLE_{name.upper()}")

    @property
    def template_bucket(self) -> str:
        """Bucket that receives and keeps template HTML."""
        return self._text("TEMPLATE_BUCKET")

    @property
    def recipient_bucket(self) -> str:
        """Bucket that receives recipient files and keeps their parts and reports."""
        return self._text("RECIPIENT_BUCKET")

    @property
    def event_bucket(self) -> str:
        """Bucket that keeps SES's events as they came."""
        return self._text("EVENT_BUCKET")

    @property
    def event_queue_url(self) -> str:
        """Queue in which single events of SES wait until they are applied."""
        return self._text("EVENT_QUEUE_URL")

    @property
    def create_messages_arn(self) -> str:
        """State machine that makes the messages of a campaign."""
        return self._text("CREATE_MESSAGES_ARN")

    @property
    def send_campaign_arn(self) -> str:
        """State machine that sends a campaign."""
        return self._text("SEND_CAMPAIGN_ARN")

    @property
    def watch_campaign_arn(self) -> str:
        """State machine that watches what becomes of a campaign's mail."""
        return self._text("WATCH_CAMPAIGN_ARN")

    @property
    def check_campaign_arn(self) -> str:
        """State machine that checks a campaign before it is sent."""
        return self._text("CHECK_CAMPAIGN_ARN")

    @property
    def export_messages_arn(self) -> str:
        """State machine that writes a campaign's messages into a file."""
        return self._text("EXPORT_MESSAGES_ARN")

    @property
    def suppression_jobs_arn(self) -> str:
        """State machine that works on the whole list of suppressions."""
        return self._text("SUPPRESSION_JOBS_ARN")

    @property
    def extra_sender_domains(self) -> str:
        """Domains that mail may be from besides that of the stack, a JSON array; the API makes their identities."""
        return self._text("EXTRA_SENDER_DOMAINS")

    @property
    def import_recipients_arn(self) -> str:
        """State machine that imports an uploaded recipient file."""
        return self._text("IMPORT_RECIPIENTS_ARN")

    @property
    def remove_recipients_arn(self) -> str:
        """State machine that removes a recipient file."""
        return self._text("REMOVE_RECIPIENTS_ARN")

    @property
    def schedule_group(self) -> str:
        """EventBridge Scheduler group that holds the campaigns' schedules."""
        return self._text("SCHEDULE_GROUP")

    @property
    def schedule_role_arn(self) -> str:
        """Role that the scheduler takes on to start a state machine."""
        return self._text("SCHEDULE_ROLE_ARN")

    @property
    def schedule_dead_letter_arn(self) -> str:
        """Queue that keeps what the scheduler could not deliver."""
        return self._text("SCHEDULE_DEAD_LETTER_ARN")

    @property
    def configuration_set(self) -> str:
        """SES configuration set that publishes the events."""
        return self._text("CONFIGURATION_SET")

    @property
    def send_limits(self) -> str:
        """The operator's limits on campaigns, a JSON object: see `sending.limits.read_limits`."""
        return self._text("SEND_LIMITS")

    @property
    def reputation_limits(self) -> str:
        """What halts a campaign, a JSON object: see `campaigns.reputation.read_limits`."""
        return self._text("REPUTATION_LIMITS")

    @property
    def analytics_url(self) -> str:
        """Where statistics are kept: ``https://<OpenSearch endpoint>``, ``http://<host>:<port>`` or ``sqlite:///<path>``."""
        return self._text("ANALYTICS_URL")

    @property
    def analytics_retention_months(self) -> int:
        """Whole months before the present one whose statistics are kept."""
        return self._number("ANALYTICS_RETENTION_MONTHS")

    @property
    def stream_dead_letter_url(self) -> str:
        """Queue that keeps messages which the statistics refuse."""
        return self._text("STREAM_DEAD_LETTER_URL")

    @property
    def event_bus(self) -> str:
        """EventBridge bus on which the platform tells other programs what happened."""
        return self._text("EVENT_BUS")

    @property
    def changes_dead_letter_url(self) -> str:
        """Queue that keeps changes which cannot be told to other programs."""
        return self._text("CHANGES_DEAD_LETTER_URL")

    @property
    def public_base_url(self) -> str:
        """Address under which recipients reach the unsubscribe page, without a slash at the end."""
        return self._text("PUBLIC_BASE_URL").rstrip("/")

    @property
    def token_key_id(self) -> str:
        """KMS HMAC key from which the key of unsubscribe tokens is derived."""
        return self._text("TOKEN_KEY_ID")

    @property
    def token_generations(self) -> range:
        """Generations of keys whose unsubscribe tokens are taken (``1`` or ``1-3``); the last one signs new tokens."""
        first, _, last = self._text("TOKEN_GENERATIONS").partition("-")
        try:
            generations = range(int(first), int(last or first) + 1)
        except ValueError:
            generations = range(0)
        if not generations:
            raise ConfigurationError("TOKEN_GENERATIONS must be a number or two with a hyphen between.")
        return generations

    @property
    def webhook_key_id(self) -> str:
        """KMS HMAC key from which the secrets of webhooks are derived."""
        return self._text("WEBHOOK_KEY_ID")

    @property
    def webhook_turns_url(self) -> str:
        """Queue whose messages each have the endpoint of a webhook visited."""
        return self._text("WEBHOOK_TURNS_URL")

    @property
    def webhook_networks(self) -> str:
        """Networks to which webhooks may go besides public ones, a JSON list: see `webhooks.targets.read_networks`."""
        return self._text("WEBHOOK_NETWORKS")

    @property
    def settle_seconds(self) -> int:
        """How long SES's own events are awaited for a message whose answer was lost, in seconds."""
        return self._number("SETTLE_SECONDS")

    @property
    def sender_domain(self) -> str:
        """Domain that mail is sent from."""
        return self._text("SENDER_DOMAIN")

    @property
    def key_rate_limit(self) -> int:
        """Requests a second that a caller may make."""
        return self._number("KEY_RATE_LIMIT")

    @property
    def api_callers(self) -> str:
        """Roles and users whose signed requests are taken, a JSON object: see `access.signers.read_callers`."""
        return self._text("API_CALLERS")

    @property
    def audit_retention_days(self) -> int:
        """Days that the audit log keeps an entry."""
        return self._number("AUDIT_RETENTION_DAYS")
