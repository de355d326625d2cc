"""A plan: a campaign in the making, from the first idea to its approval and sending."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final

from message_centre.wrapper_api.centre.kernel.errors import CentreError, ConflictError, NotFoundError
from message_centre.wrapper_api.centre.people.model import Person, PersonRef


class PlanStatus(StrEnum):
    """How far a plan is."""

    EDITING = "editing"
    CHECKING = "checking"
    CHECKED = "checked"
    AWAITING_APPROVAL = "awaiting_approval"
    APPROVED = "approved"
    REJECTED = "rejected"
    SENT = "sent"
    SCHEDULED = "scheduled"


class Decision(StrEnum):
    """What became of a request for approval."""

    APPROVED = "approved"
    REJECTED = "rejected"


class TimingKind(StrEnum):
    """When a campaign is sent: at once, at a moment, or at a wall-clock time in each recipient's own zone."""

    NOW = "now"
    AT = "at"
    LOCAL = "local"


class PlanNotFoundError(NotFoundError):
    """There is no such plan."""


class PlanFinishedError(ConflictError):
    """The plan was sent or scheduled; the campaign is the thing to look at."""

    problem = "plan-finished"
    help = "This campaign has been sent or scheduled already: open it, or copy the plan to send another one."


class IncompletePlanError(CentreError):
    """Something that a campaign needs has not been said yet."""

    problem = "incomplete-plan"
    help = "Fill in what is missing, then check the campaign again."


class TemplateInvalidError(CentreError):
    """The platform does not take the content."""

    problem = "template-invalid"
    help = "Correct the content where the editor marks it, then save it again."


class NotCheckedError(ConflictError):
    """The plan as it stands has not passed its check."""

    problem = "not-checked"
    help = "Check the campaign and resolve what blocks it before you go on."


class RecipientsChangedError(ConflictError):
    """The person saw another number of recipients than would get the mail."""

    problem = "recipients-changed"
    help = "The number of recipients is another one now: look at it and confirm again."


class ApprovalRequiredError(CentreError):
    """So many recipients take the approval of a second person."""

    problem = "approval-required"
    status = HTTPStatus.FORBIDDEN
    help = "Ask somebody with the right to send for approval; you cannot approve it yourself."


class NoApprovalAskedError(ConflictError):
    """Nobody asked for approval of the plan as it stands."""

    problem = "no-approval-asked"
    help = "Ask for approval first."


class OwnRequestError(CentreError):
    """Who asks for approval cannot give it."""

    problem = "own-request"
    status = HTTPStatus.FORBIDDEN
    help = "Somebody else has to look at it: ask a colleague with the right to send."


class PlanTooLargeError(CentreError):
    """The content is larger than can be kept."""

    problem = "plan-too-large"
    help = "Make the mail smaller: pictures belong on a server, not into the HTML."


@dataclass(frozen=True, slots=True)
class Audience:
    """Who gets the mail: a recipient file of the platform."""

    file_id: str | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What the mail says.

    Attributes:
        template_id, version: of the platform; the version None: the template's current one.
        html, text: Jinja2 sources from the editor; None: as the template has them.
    """

    template_id: str | None = None
    version: int | None = None
    html: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """How it is sent, by the names of the platform's draft; subject and preheader None: as the template has them."""

    from_address: str | None = None
    from_name: str | None = None
    reply_to: str | None = None
    subject: str | None = None
    preheader: str | None = None
    topic: str | None = None
    rate_limit: float | None = None
    canary: Mapping[str, Any] | None = None
    tolerated_failures: int | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """When it is sent; ``local_time`` is a wall-clock time such as ``2026-12-01T09:00``."""

    kind: TimingKind = TimingKind.NOW
    local_time: str | None = None
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """The content as the platform has it.

    Attributes:
        own: the template was made for this plan, so that new versions of it change no other campaign.
        digest: of the sources that were saved.
    """

    template_id: str
    version: int
    digest: str
    own: bool = True


@dataclass(frozen=True, slots=True)
class Check:
    """A pre-flight of the platform's draft that was made of the plan as it stands.

    Attributes:
        campaign_revision: of the draft that is checked (If-Match).
        preflight: the platform's document as it was seen last.
    """

    campaign_revision: int
    preflight: Mapping[str, Any]

    @property
    def finished(self) -> bool:
        """Whether the platform has come to an end."""
        return str(self.preflight["state"]) != "checking"

    @property
    def passed(self) -> bool:
        """Whether nothing blocks the campaign."""
        return bool(self.preflight.get("passed")) and not self.preflight.get("outdated")

    @property
    def recipients(self) -> int | None:
        """How many would get the mail now; None while that is not known."""
        report = self.preflight.get("report")
        return int(report["sendable"]) if report else None


@dataclass(frozen=True, slots=True)
class Approval:
    """A request for approval of the plan as it was checked, and what became of it."""

    recipients: int
    asked_by: PersonRef
    asked_at: datetime
    asked_comment: str | None = None
    decided_by: PersonRef | None = None
    decided_at: datetime | None = None
    decision: Decision | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A campaign in the making.

    Attributes:
        revision: counts what people changed (ETag).
        writes: counts every time that it was stored, also when only the state of a check was noted.
        outcome: ``sent`` or ``scheduled``; None: neither yet.
    """

    plan_id: str
    revision: int
    writes: int
    name: str
    created_by: PersonRef
    created_at: datetime
    updated_by: PersonRef
    updated_at: datetime
    audience: Audience = field(default_factory=Audience)
    content: Content = field(default_factory=Content)
    settings: Settings = field(default_factory=Settings)
    timing: Timing = field(default_factory=Timing)
    campaign_id: str | None = None
    saved: Saved | None = None
    check: Check | None = None
    approval: Approval | None = None
    outcome: PlanStatus | None = None

    @property
    def status(self) -> PlanStatus:
        """How far it is, by what has been done."""
        if self.outcome:
            return self.outcome
        if self.check is None:
            return PlanStatus.EDITING
        if not self.check.finished:
            return PlanStatus.CHECKING
        if self.approval is None:
            return PlanStatus.CHECKED
        by_decision = {Decision.APPROVED: PlanStatus.APPROVED, Decision.REJECTED: PlanStatus.REJECTED}
        return by_decision[self.approval.decision] if self.approval.decision else PlanStatus.AWAITING_APPROVAL

    def touched(self, person: Person, now: datetime, **changes: Any) -> "Plan":
        """Return the plan after a change that a person made."""
        return replace(self, revision=self.revision + 1, updated_by=person.ref, updated_at=now, **changes)

    def open(self) -> "Plan":
        """Return the plan.

        Raises:
            PlanFinishedError: it was sent or scheduled, so nothing of it changes any more.
        """
        if self.outcome:
            raise PlanFinishedError(f"The plan is {self.outcome}.")
        return self

    def passed(self) -> Check:
        """Return its check.

        Raises:
            NotCheckedError: it has not passed one as it stands.
        """
        if self.check is None or not self.check.finished or not self.check.passed or self.check.recipients is None:
            raise NotCheckedError("The plan as it stands has not passed its check.")
        return self.check


SECTIONS: Final[Mapping[str, type[Any]]] = {
    "audience": Audience,
    "content": Content,
    "settings": Settings,
    "timing": Timing,
}


def edited(plan: Plan, change: Mapping[str, Any], person: Person, now: datetime) -> Plan:
    """Return the plan merged with a change (RFC 7396); whatever was checked or approved no longer is.

    The time alone is no part of the check; but who approved the plan approved its time too.

    Args:
        plan: as it is; still open.
        change: ``name`` and the sections, each value checked.
        person: who changes it.
        now: when.
    """
    changes: dict[str, Any] = {}
    for name, kind in SECTIONS.items():
        if name not in change:
            continue
        before = getattr(plan, name)
        given = change[name]
        after = kind() if given is None else replace(before, **_defaults(kind, given))
        if name == "content":
            after = _other_template(before, after, given or {})
        if after != before:
            changes[name] = after
    if change.get("name") not in {None, plan.name}:
        changes["name"] = change["name"]
    if not changes:
        return plan
    if changes.keys() - {"timing"}:
        changes["check"] = None
    return plan.touched(person, now, approval=None, **changes)


def _defaults(kind: type[Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values; a null takes a value out, which leaves its default."""
    empty = asdict(kind())
    return {name: empty[name] if value is None else value for name, value in given.items()}


def _other_template(before: Content, after: Content, given: Mapping[str, Any]) -> Content:
    """Forget the version and the sources of a template when another one is chosen."""
    if after.template_id == before.template_id or "template_id" not in given:
        return after
    forgotten = {name: None for name in ("version", "html", "text") if name not in given}
    return replace(after, **forgotten)
