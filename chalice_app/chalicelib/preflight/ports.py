"""What the pre-flight stage needs from outside."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from chalicelib.campaigns.model import Campaign
from chalicelib.preflight.model import Identity, Preflight
from chalicelib.recipients.model import Recipient, RecipientFile
from chalicelib.sending.model import Answer, Permit, PermitRequest, Quota, RenderedMail, SendOrder
from chalicelib.suppressions.model import Suppression, SuppressionScope
from chalicelib.templates.model import TemplateSources, TemplateVersion


class PreflightRepository(Protocol):
    """Keeps the last pre-flight of each campaign."""

    def get(self, campaign_id: str) -> Preflight | None:
        """Return the campaign's pre-flight, read consistently, or None."""
        ...

    def save(self, preflight: Preflight) -> Preflight:
        """Replace the record whose stored revision equals this one's (0: none yet); return it with the next revision.

        Raises:
            StaleRevisionError: it was changed in between.
        """
        ...


class PreflightResults(Protocol):
    """JSON documents of what was found."""

    def write(self, key: str, document: Mapping[str, Any]) -> None:
        """Store a document, replacing what is there."""
        ...

    def read(self, key: str) -> dict[str, Any] | None:
        """Return a document, or None."""
        ...

    def read_all(self, keys: Sequence[str]) -> Iterable[dict[str, Any] | None]:
        """Return documents in the order of their keys, None where there is none."""
        ...

    def count(self, prefix: str) -> int:
        """Return how many documents there are below a prefix."""
        ...


class PreflightWorkflows(Protocol):
    """Starts the state machine of pre-flights; starting one run twice starts it once."""

    def check_campaign(self, campaign_id: str, *, run: int, part_list_key: str) -> None:
        """Start a run.

        Raises:
            TemporarilyUnavailableError: it was not started.
        """
        ...


class Campaigns(Protocol):
    """The campaigns, as far as a pre-flight looks at them."""

    def get(self, campaign_id: str) -> Campaign:
        """Return a campaign, read consistently.

        Raises:
            CampaignNotFoundError: there is none.
        """
        ...


class Orders(Protocol):
    """What the mails of a campaign are made of."""

    def order(self, campaign_id: str) -> SendOrder:
        """Return what the campaign's messages have in common."""
        ...


class Templates(Protocol):
    """The template stage, as far as a pre-flight looks at it."""

    def get(self, template_id: str, version: int | None = None) -> TemplateVersion:
        """Return a version.

        Raises:
            TemplateNotFoundError: there is none.
        """
        ...

    def content(self, template_id: str, version: int) -> TemplateSources:
        """Return the sources that messages are rendered from.

        Raises:
            TemplateNotReadyError: it cannot be rendered.
        """
        ...


class RecipientFiles(Protocol):
    """The records of recipient files."""

    def get(self, file_id: str) -> RecipientFile | None:
        """Return the record, or None."""
        ...


class RecipientParts(Protocol):
    """The part files of an imported recipient file."""

    def read(self, file_id: str, part: int) -> Iterator[Recipient]:
        """Return a part's recipients in order."""
        ...


class SuppressionList(Protocol):
    """The suppressions, as far as a pre-flight looks at them."""

    def blocked(self, addresses: Iterable[str], scopes: Iterable[SuppressionScope]) -> dict[str, Suppression]:
        """Return the suppressed ones among the addresses."""
        ...


class Identities(Protocol):
    """The sender identities that this deployment may send from."""

    def find(self, domain: str) -> Identity | None:
        """Return the identity of a domain, or None when there is none or it may not be used.

        Raises:
            TemporarilyUnavailableError: SES did not say.
        """
        ...


class Mailer(Protocol):
    """SES, as far as a test send goes."""

    def send(self, mail: RenderedMail) -> Answer:
        """Hand one mail over; never raises for what SES or the network answers."""
        ...


class Governor(Protocol):
    """The send rate that everything which sends shares."""

    def acquire(self, request: PermitRequest) -> tuple[Permit, ...]:
        """Take permits for some of the messages, at least for one.

        Raises:
            PermitsUnavailableError: none can be had now.
        """
        ...


class Pace(Protocol):
    """How much of the invocation is left, and how it waits."""

    def sleep_until(self, moment: float) -> None:
        """Return at the moment (seconds since the epoch), at once if it has passed."""
        ...

    def remaining_seconds(self) -> float:
        """Return how long the invocation may still run."""
        ...


class QuotaSource(Protocol):
    """What SES allows the account."""

    def __call__(self) -> Quota:
        """Return it as it is now.

        Raises:
            TemporarilyUnavailableError: SES did not say.
        """
        ...
