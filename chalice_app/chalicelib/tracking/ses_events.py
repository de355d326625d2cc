"""Reads what SES publishes into the platform's own vocabulary.

The format is that of event publishing ("Contents of event data that Amazon SES publishes to Amazon SNS",
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.kernel.clock import from_rfc3339
from chalicelib.tracking.model import (
    EventKind,
    ForeignEventError,
    MalformedEventError,
    TrackedEvent,
    UnknownEventError,
)

LONGEST_TEXT = 2000
"""Characters kept of a link, a user agent or a diagnostic: readers and foreign servers write them, so they are cut."""


def normalise(document: object) -> list[TrackedEvent]:
    """Return one event for each recipient that an SES event is about.

    Args:
        document: the JSON value that SES published, out of its SNS envelope.

    Raises:
        UnknownEventError: its kind is not known here.
        ForeignEventError: its mail was sent without the platform's tags.
        MalformedEventError: it is no SES event.
    """
    if not isinstance(document, dict):
        raise MalformedEventError("It is no JSON object.")
    kind_name = _required(document, "eventType")
    shape = _SHAPES.get(kind_name)
    if shape is None:
        raise UnknownEventError(f"The event type {kind_name[:100]!r} is not known.")
    mail = _object(document, "mail")
    tags = mail.get("tags")
    message_id, campaign_id = _tag(tags, "message_id"), _tag(tags, "campaign_id")
    detail = _object(document, shape.detail) if shape.detail else {}
    provider_id = _required(mail, "messageId")
    at = _moment(detail if shape.own_time else mail)
    return [
        TrackedEvent(
            kind=shape.kind,
            message_id=message_id,
            campaign_id=campaign_id,
            provider_id=provider_id,
            recipient=recipient,
            at=at,
            link=_text(detail, "link"),
            user_agent=_text(detail, "userAgent") if shape.by_reader else None,
            ip_address=_text(detail, "ipAddress") if shape.by_reader else None,
            bounce_type=_text(detail, "bounceType"),
            bounce_subtype=_text(detail, "bounceSubType"),
            diagnostic=diagnostic,
            bot=_BOT_WORDS.get(_text(detail, "isBotEvent") or "") if shape.by_reader else None,
        )
        for recipient, diagnostic in shape.recipients(mail, detail)
    ]


_BOT_WORDS = {"Likely": True, "Unlikely": False}
"""What SES says in ``open.isBotEvent`` and ``click.isBotEvent``, where it says anything."""


def _object(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = parent.get(name)
    if not isinstance(value, dict):
        raise MalformedEventError(f"There is no object {name!r}.")
    return value


def _list(parent: Mapping[str, Any], name: str) -> list[Any]:
    value = parent.get(name)
    if not isinstance(value, list) or not value:
        raise MalformedEventError(f"There is no list {name!r}, or it is empty.")
    return value


def _text(parent: Mapping[str, Any], name: str) -> str | None:
    value = parent.get(name)
    return _storable(value[:LONGEST_TEXT]) if isinstance(value, str) and value else None


def _storable(text: str) -> str:
    """Replace halves of surrogate pairs: JSON can write them by an escape, UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode() if not text.isascii() else text


def _required(parent: Mapping[str, Any], name: str) -> str:
    value = _text(parent, name)
    if value is None:
        raise MalformedEventError(f"There is no text {name!r}.")
    return value


def _tag(tags: object, name: str) -> str:
    values = tags.get(name) if isinstance(tags, dict) else None
    if not isinstance(values, list) or len(values) != 1 or not isinstance(values[0], str):
        raise ForeignEventError(f"The mail has no tag {name!r}: it is no message of the platform.")
    return _storable(values[0])


def _moment(parent: Mapping[str, Any]) -> datetime:
    try:
        return from_rfc3339(_required(parent, "timestamp"))
    except (ValueError, OverflowError) as error:
        raise MalformedEventError(str(error)) from None


_Named = list[tuple[str, str | None]]
"""Addresses, each with what was said about it."""


def _destination(diagnostic: str | None = None) -> Callable[[Mapping[str, Any], Mapping[str, Any]], _Named]:
    """Name everyone whom the mail went to; ``diagnostic`` is the field that holds the reason, if any."""

    def recipients(mail: Mapping[str, Any], detail: Mapping[str, Any]) -> _Named:
        said = _text(detail, diagnostic) if diagnostic else None
        return [(_address(address), said) for address in _list(mail, "destination")]

    return recipients


def _listed(field: str, diagnostic: str) -> Callable[[Mapping[str, Any], Mapping[str, Any]], _Named]:
    """Name the recipients of a list of objects; the reason stands beside the address or else in the event."""

    def recipients(_mail: Mapping[str, Any], detail: Mapping[str, Any]) -> _Named:
        found: _Named = []
        for entry in _list(detail, field):
            if not isinstance(entry, dict):
                raise MalformedEventError(f"{field!r} must list objects.")
            found.append((_required(entry, "emailAddress"), _text(entry, diagnostic) or _text(detail, diagnostic)))
        return found

    return recipients


def _delivered(_mail: Mapping[str, Any], detail: Mapping[str, Any]) -> _Named:
    said = _text(detail, "smtpResponse")
    return [(_address(address), said) for address in _list(detail, "recipients")]


def _address(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise MalformedEventError("A recipient must be a text.")
    return _storable(value[:LONGEST_TEXT])


@dataclass(frozen=True, slots=True)
class _Shape:
    """Where an event type keeps what; ``own_time``: its object has a time, otherwise the mail's counts."""

    kind: EventKind
    detail: str | None
    recipients: Callable[[Mapping[str, Any], Mapping[str, Any]], _Named]
    own_time: bool = True
    by_reader: bool = False


_SHAPES = {
    "Send": _Shape(EventKind.SEND, None, _destination(), own_time=False),
    "Delivery": _Shape(EventKind.DELIVERY, "delivery", _delivered),
    "DeliveryDelay": _Shape(EventKind.DELIVERY_DELAY, "deliveryDelay", _listed("delayedRecipients", "diagnosticCode")),
    "Bounce": _Shape(EventKind.BOUNCE, "bounce", _listed("bouncedRecipients", "diagnosticCode")),
    "Complaint": _Shape(EventKind.COMPLAINT, "complaint", _listed("complainedRecipients", "complaintFeedbackType")),
    "Reject": _Shape(EventKind.REJECT, "reject", _destination("reason"), own_time=False),
    "Rendering Failure": _Shape(EventKind.RENDERING_FAILURE, "failure", _destination("errorMessage"), own_time=False),
    "Open": _Shape(EventKind.OPEN, "open", _destination(), by_reader=True),
    "Click": _Shape(EventKind.CLICK, "click", _destination(), by_reader=True),
    "Subscription": _Shape(EventKind.SUBSCRIPTION, "subscription", _destination()),
}
