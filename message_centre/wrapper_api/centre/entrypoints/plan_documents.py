"""A plan as the API shows it."""

from typing import Any

from typing_extensions import TypedDict

from message_centre.wrapper_api.centre.entrypoints.api import Time, shown_time
from message_centre.wrapper_api.centre.kernel.clock import rfc3339
from message_centre.wrapper_api.centre.people.model import PersonRef
from message_centre.wrapper_api.centre.plans.approvals import is_required
from message_centre.wrapper_api.centre.plans.comments import Comment
from message_centre.wrapper_api.centre.plans.model import Decision, Plan, PlanStatus, TimingKind


class PersonRefDocument(TypedDict):
    """Who did something."""

    id: str
    name: str


class AudienceDocument(TypedDict):
    """Who gets the mail."""

    file_id: str | None


class ContentDocument(TypedDict):
    """What the mail says; html and text null: as the template version has them (in lists they are always null)."""

    template_id: str | None
    version: int | None
    html: str | None
    text: str | None


class CanaryDocument(TypedDict):
    """Who is mailed before the others."""

    recipients: int | None
    share: float | None
    wait_minutes: int


class PlanSettingsDocument(TypedDict):
    """How it is sent; subject and preheader null: as the template version has them."""

    from_address: str | None
    from_name: str | None
    reply_to: str | None
    subject: str | None
    preheader: str | None
    topic: str | None
    rate_limit: float | None
    canary: CanaryDocument | None
    tolerated_failures: int | None


class TimingDocument(TypedDict):
    """When it is sent; local_time is a wall-clock time in time_zone, or in each recipient's own zone."""

    kind: TimingKind
    local_time: str | None
    time_zone: str | None


class ApprovalDocument(TypedDict):
    """The approval of a second person: whether it takes one, who asked, and what was decided."""

    required: bool
    recipients: int | None
    asked_by: PersonRefDocument | None
    asked_at: Time | None
    asked_comment: str | None
    decided_by: PersonRefDocument | None
    decided_at: Time | None
    decision: Decision | None
    comment: str | None


class PlanDocument(TypedDict):
    """A campaign in the making; preflight is the platform's document, in lists without its report."""

    plan_id: str
    revision: int
    name: str
    status: PlanStatus
    created_by: PersonRefDocument
    created_at: Time
    updated_by: PersonRefDocument
    updated_at: Time
    audience: AudienceDocument
    content: ContentDocument
    settings: PlanSettingsDocument
    timing: TimingDocument
    campaign_id: str | None
    preflight: dict[str, Any] | None
    approval: ApprovalDocument | None


class SavedPlanDocument(PlanDocument):
    """A plan and the platform's template version that its content became, with findings where it is invalid."""

    template_version: dict[str, Any]


class CommentDocument(TypedDict):
    """A remark about a plan."""

    comment_id: str
    text: str
    by: PersonRefDocument
    at: Time


def person_document(person: PersonRef) -> PersonRefDocument:
    """Show who did something."""
    return {"id": person.id, "name": person.name}


def plan_document(plan: Plan, approval_from: int | None) -> PlanDocument:
    """Show a plan.

    Args:
        plan: as it is.
        approval_from: the number of recipients from which on a second person has to approve; None: never.
    """
    settings, timing, canary = plan.settings, plan.timing, plan.settings.canary
    return {
        "plan_id": plan.plan_id,
        "revision": plan.revision,
        "name": plan.name,
        "status": plan.status,
        "created_by": person_document(plan.created_by),
        "created_at": rfc3339(plan.created_at),
        "updated_by": person_document(plan.updated_by),
        "updated_at": rfc3339(plan.updated_at),
        "audience": {"file_id": plan.audience.file_id},
        "content": {
            "template_id": plan.content.template_id,
            "version": plan.content.version,
            "html": plan.content.html,
            "text": plan.content.text,
        },
        "settings": {
            "from_address": settings.from_address,
            "from_name": settings.from_name,
            "reply_to": settings.reply_to,
            "subject": settings.subject,
            "preheader": settings.preheader,
            "topic": settings.topic,
            "rate_limit": settings.rate_limit,
            "canary": None
            if canary is None
            else {
                "recipients": canary.get("recipients"),
                "share": canary.get("share"),
                "wait_minutes": canary.get("wait_minutes", 30),
            },
            "tolerated_failures": settings.tolerated_failures,
        },
        "timing": {"kind": timing.kind, "local_time": timing.local_time, "time_zone": timing.time_zone},
        "campaign_id": plan.campaign_id,
        "preflight": dict(plan.check.preflight) if plan.check else None,
        "approval": _approval(plan, approval_from),
    }


def _approval(plan: Plan, approval_from: int | None) -> ApprovalDocument | None:
    """Show the approval; None: none is required and nobody asked."""
    asked = plan.approval
    recipients = plan.check.recipients if plan.check else None
    if recipients is None and asked is not None:
        recipients = asked.recipients
    required = is_required(recipients, approval_from)
    if asked is None and not required:
        return None
    return {
        "required": required,
        "recipients": recipients,
        "asked_by": person_document(asked.asked_by) if asked else None,
        "asked_at": shown_time(asked.asked_at) if asked else None,
        "asked_comment": asked.asked_comment if asked else None,
        "decided_by": person_document(asked.decided_by) if asked and asked.decided_by else None,
        "decided_at": shown_time(asked.decided_at) if asked else None,
        "decision": asked.decision if asked else None,
        "comment": asked.comment if asked else None,
    }


def comment_document(comment: Comment) -> CommentDocument:
    """Show a remark."""
    return {
        "comment_id": comment.comment_id,
        "text": comment.text,
        "by": person_document(comment.by),
        "at": rfc3339(comment.at),
    }
