"""What the platform is given of a plan: its template version and its draft."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from message_centre.wrapper_api.centre.kernel.errors import FieldError
from message_centre.wrapper_api.centre.plans.model import IncompletePlanError, Plan, Saved, Timing, TimingKind
from message_centre.wrapper_api.centre.plans.ports import Platform, Sources


@dataclass(frozen=True, slots=True)
class SavedContent:
    """The template version that a plan's content is on the platform.

    Attributes:
        version: the platform's document; None: nothing had to be saved.
        saved: None: the chosen template is used as it is.
    """

    saved: Saved | None
    version: Mapping[str, Any] | None
    template_id: str
    number: int


def digest_of(sources: Sources) -> str:
    """Return what two sources have in common only if they are the same."""
    parts = [sources.subject, sources.html, sources.text, sources.preheader]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def save_content(plan: Plan, platform: Platform) -> SavedContent:
    """Have the platform keep the content of a plan as a template version, if it does not already.

    A template out of the list is never changed: what a plan has of its own goes into a template of its own.

    Raises:
        IncompletePlanError: there is no template and no HTML, or no subject.
    """
    content = plan.content
    saved = plan.saved if plan.saved and plan.saved.template_id == content.template_id else None
    if content.template_id is None and content.html is None:
        raise incomplete(("/content", "Choose a template or write the mail."))
    own = _own_sources(plan, platform, saved)
    if isinstance(own, SavedContent):
        return own
    digest = digest_of(own)
    if saved and saved.digest == digest:
        return SavedContent(saved, None, saved.template_id, saved.version)
    # The same content of the same plan makes one version, however often the call is repeated.
    once = f"{plan.plan_id}-{digest[:32]}-{saved.version if saved else 0}"
    version = (
        platform.make_version(saved.template_id, own, once=once)
        if saved
        else platform.make_template(plan.name, own, once=once)
    )
    kept = Saved(str(version["template_id"]), int(version["version"]), digest)
    return SavedContent(kept, version, kept.template_id, kept.version)


def _own_sources(plan: Plan, platform: Platform, saved: Saved | None) -> Sources | SavedContent:
    """Return what the plan's content consists of, or the version of the chosen template where that says it all."""
    content, settings = plan.content, plan.settings
    if content.template_id is None:
        if not settings.subject:
            raise incomplete(("/settings/subject", "Write a subject."))
        return Sources(settings.subject, content.html or "", content.text, settings.preheader)
    chosen = platform.template_version(content.template_id, content.version)
    number = int(chosen["version"])
    subject = settings.subject or str(chosen["subject"])
    preheader = settings.preheader or chosen["preheader"]
    if content.html is None and content.text is None:
        if subject == chosen["subject"] and preheader == chosen["preheader"]:
            return SavedContent(saved, None, content.template_id, number)
        if saved and saved.version == number:
            # Only the subject changed of what is the plan's own already.
            return Sources(subject, platform.template_html(content.template_id, number), None, preheader)
    html = content.html if content.html is not None else platform.template_html(content.template_id, number)
    return Sources(subject, html, content.text, preheader)


def draft_of(plan: Plan, content: SavedContent) -> dict[str, Any]:
    """Return the platform's draft.

    Raises:
        IncompletePlanError: something is missing.
    """
    settings = plan.settings
    missing = []
    if plan.audience.file_id is None:
        missing.append(("/audience/file_id", "Choose who gets the mail."))
    if settings.from_address is None:
        missing.append(("/settings/from_address", "Choose who the mail is from."))
    if missing:
        raise incomplete(*missing)
    sender = {"address": settings.from_address} | ({"name": settings.from_name} if settings.from_name else {})
    return {
        "name": plan.name,
        "template_id": content.template_id,
        "template_version": content.number,
        "file_id": plan.audience.file_id,
        "sender": sender,
        "reply_to": settings.reply_to,
        "topic": settings.topic,
        "rate_limit": settings.rate_limit,
        "canary": dict(settings.canary) if settings.canary else None,
    }


def check_complete(plan: Plan) -> None:
    """Look for everything that is missing before anything is made.

    Raises:
        IncompletePlanError: with all that is missing.
    """
    missing = []
    if plan.audience.file_id is None:
        missing.append(("/audience/file_id", "Choose who gets the mail."))
    if plan.content.template_id is None and plan.content.html is None:
        missing.append(("/content", "Choose a template or write the mail."))
    if plan.content.template_id is None and not plan.settings.subject:
        missing.append(("/settings/subject", "Write a subject."))
    if plan.settings.from_address is None:
        missing.append(("/settings/from_address", "Choose who the mail is from."))
    missing += timing_faults(plan.timing)
    if missing:
        raise incomplete(*missing)


def timing_faults(timing: Timing) -> list[tuple[str, str]]:
    """Return what is missing to know when to send."""
    if timing.kind is not TimingKind.NOW and timing.local_time is None:
        return [("/timing/local_time", "Say when to send.")]
    return []


def incomplete(*missing: tuple[str, str]) -> IncompletePlanError:
    """Return the refusal of a plan in which something is missing."""
    errors = tuple(FieldError(pointer, detail) for pointer, detail in missing)
    return IncompletePlanError(" ".join(error.detail for error in errors), errors=errors)
