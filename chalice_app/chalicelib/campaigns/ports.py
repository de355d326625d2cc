"""What the campaign stage needs from outside."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from chalicelib.campaigns.model import ALL_CAMPAIGNS, Campaign, CampaignFilter
from chalicelib.kernel.pages import Page
from chalicelib.messages.model import Tally
from chalicelib.recipients.model import RecipientFile
from chalicelib.templates.model import TemplateVersion


class CampaignRepository(Protocol):
    """Keeps campaigns and the account of each of their parts."""

    def add(self, campaign: Campaign) -> Campaign:
        """Store a new campaign; return it with its revision.

        Raises:
            StaleRevisionError: there is one with its id.
        """
        ...

    def get(self, campaign_id: str) -> Campaign | None:
        """Return a campaign, read consistently, or None."""
        ...

    def save(self, campaign: Campaign) -> Campaign:
        """Replace the campaign whose stored revision equals this one's; return it with the next revision.

        Raises:
            StaleRevisionError: it was changed in between.
        """
        ...

    def remove(self, campaign: Campaign) -> None:
        """Remove the campaign whose stored revision equals this one's, with what stands beside it.

        Raises:
            StaleRevisionError: it was changed in between.
        """
        ...

    def list(self, wanted: CampaignFilter = ALL_CAMPAIGNS, *, limit: int, cursor: str | None) -> Page[Campaign]:
        """Return the campaigns that are wanted; a page may be short though more follow."""
        ...

    def put_tally(self, campaign_id: str, part: int, tally: Tally) -> None:
        """Store a part's account, replacing the one before."""
        ...

    def tallies(self, campaign_id: str, parts: int) -> dict[int, Tally]:
        """Return the accounts stored so far, by part."""
        ...


class Templates(Protocol):
    """The template stage, as far as a campaign looks at it."""

    def get(self, template_id: str, version: int | None = None) -> TemplateVersion:
        """Return a version, the current one when none is named.

        Raises:
            TemplateNotFoundError: there is none.
        """
        ...

    def choose(self, template_id: str, version: int | None = None) -> TemplateVersion:
        """Return a version that something new is to be made of, the current one when none is named.

        Raises:
            TemplateNotFoundError: there is none.
            TemplateArchivedError: the template is archived.
        """
        ...


class Preflights(Protocol):
    """The pre-flights, as far as campaigns ask for them."""

    def require(self, campaign: Campaign) -> None:
        """Pass if the campaign, as it stands, was checked and nothing blocks it.

        Raises:
            ConflictError: it was not, or something does; the detail says what to do.
        """
        ...


class RecipientFiles(Protocol):
    """The recipient stage, as far as a campaign looks at it."""

    def get(self, file_id: str) -> RecipientFile:
        """Return the file's record.

        Raises:
            RecipientFileNotFoundError: there is none.
        """
        ...


class Slices(Protocol):
    """Where it is written down how the parts of a campaign are divided."""

    def read_all(self, keys: Sequence[str]) -> Iterator[dict[str, Any] | None]:
        """Yield documents in the order of their keys, None where there is none."""
        ...

    def write_lines(self, key: str, documents: Sequence[Mapping[str, Any]]) -> None:
        """Store documents as JSON Lines, replacing what is there."""
        ...


class Workflows(Protocol):
    """Starts the platform's state machines; starting one twice under the same name starts it once."""

    def create_messages(self, campaign_id: str, *, part_list_key: str) -> None:
        """Start making a campaign's messages."""
        ...

    def send_campaign(self, campaign_id: str, *, part_list_key: str, run: str) -> None:
        """Start a campaign's send pipeline; ``run`` tells one intended start from another."""
        ...


class Scheduler(Protocol):
    """Starts the send pipeline at a time to come."""

    def schedule(self, campaign_id: str, *, part_list_key: str, at: datetime) -> None:
        """Create or replace the campaign's one-time schedule."""
        ...

    def cancel(self, campaign_id: str) -> None:
        """Delete the campaign's schedule if there is one."""
        ...
