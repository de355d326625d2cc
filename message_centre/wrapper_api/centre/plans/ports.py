"""What plans need from outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from message_centre.wrapper_api.centre.kernel.pages import Page
from message_centre.wrapper_api.centre.plans.comments import Comment
from message_centre.wrapper_api.centre.plans.model import Plan, PlanStatus


class Plans(Protocol):
    """Keeps plans."""

    def get(self, plan_id: str) -> Plan:
        """Return a plan.

        Raises:
            PlanNotFoundError: there is none.
        """
        ...

    def add(self, plan: Plan) -> Plan:
        """Keep a new plan; one that has its id already is returned in its place."""
        ...

    def save(self, plan: Plan) -> Plan:
        """Keep a plan in place of the state that was read; return it as it is stored.

        Raises:
            StaleRevisionError: it was stored in between.
            PlanTooLargeError: it is larger than can be kept.
        """
        ...

    def delete(self, plan: Plan) -> None:
        """Forget a plan in the state that was read.

        Raises:
            StaleRevisionError: it was stored in between.
        """
        ...

    def page(self, *, statuses: frozenset[PlanStatus] | None, limit: int, position: object) -> Page[Plan]:
        """Return a page, changed last first; without the sources of the content and the report of the check."""
        ...


class Comments(Protocol):
    """Keeps comments."""

    def add(self, comment: Comment) -> Comment:
        """Keep a comment; one that has its id already is returned in its place."""
        ...

    def page(self, plan_id: str, *, limit: int, position: object) -> Page[Comment]:
        """Return a page of a plan's comments, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Sources:
    """What a template version consists of."""

    subject: str
    html: str
    text: str | None
    preheader: str | None


@dataclass(frozen=True, slots=True)
class Draft:
    """The platform's draft: its id, and the revision by which it is changed or sent."""

    campaign_id: str
    revision: int


class Platform(Protocol):
    """The Email Platform; each method may raise `PlatformRefusedError` or `TemporarilyUnavailableError`."""

    def template_version(self, template_id: str, version: int | None) -> Mapping[str, Any]:
        """Return a version, the current one when None."""
        ...

    def template_html(self, template_id: str, version: int) -> str:
        """Return the HTML as it was uploaded."""
        ...

    def make_template(self, name: str, sources: Sources, *, once: str) -> Mapping[str, Any]:
        """Make a template; return its first version when the platform has judged it, or after some seconds."""
        ...

    def make_version(self, template_id: str, sources: Sources, *, once: str) -> Mapping[str, Any]:
        """Make a version, likewise."""
        ...

    def make_draft(self, draft: Mapping[str, Any], *, once: str) -> Draft:
        """Make a draft."""
        ...

    def change_draft(self, campaign_id: str, draft: Mapping[str, Any]) -> Draft:
        """Make a draft be as told."""
        ...

    def delete_draft(self, campaign_id: str) -> None:
        """Remove a draft; one that is gone already, or no draft any more, is passed over."""
        ...

    def campaign(self, campaign_id: str) -> Mapping[str, Any]:
        """Return a campaign."""
        ...

    def start_preflight(self, campaign_id: str, tolerated_failures: int) -> Mapping[str, Any]:
        """Begin to check a draft."""
        ...

    def preflight(self, campaign_id: str) -> Mapping[str, Any]:
        """Return the last check of a draft."""
        ...

    def test_send(
        self, campaign_id: str, addresses: Sequence[str], recipient: Mapping[str, Any] | None
    ) -> Mapping[str, Any]:
        """Send the mail of a draft to a few addresses."""
        ...

    def send(self, draft: Draft) -> None:
        """Send a draft at once, as it was checked."""
        ...

    def schedule(self, draft: Draft, *, at: str, time_zone: str, recipient_local: bool) -> None:
        """Send a draft later, as it was checked."""
        ...
