"""An accepted mail: what SES adds to a submission."""

import base64
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from local.ses.links import Link, track
from local.ses.rules import Pairs, Submission

ADDED_HEADERS = frozenset({"message-id", "date", "x-ses-outgoing", "feedback-id"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """All of a mail but its bodies.

    Attributes:
        id: SES's message id.
        sent_at: seconds since the epoch.
        sender: the From header.
        recipients: bare addresses, Bcc included.
        headers: every header in order, those that SES adds last.
        source_ip: the caller's address.
    """

    id: str
    sent_at: float
    sender: str
    sender_domain: str
    recipients: tuple[str, ...]
    subject: str
    headers: Pairs
    tags: Pairs
    configuration_set: str | None
    source_ip: str

    @property
    def header(self) -> Mapping[str, str]:
        """Return the headers by lower-case name; of several the last."""
        return {name.lower(): value for name, value in self.headers}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail as it lies in the recipient's mailbox: links and pixel are in the bodies.

    Attributes:
        links: the targets of the tracked links, by their number.
        raw: the caller's own MIME message, if it sent one.
    """

    envelope: Envelope
    html: str | None
    text: str | None
    links: tuple[Link, ...]
    raw: bytes | None


def new_id(now: float) -> str:
    """Return an id of SES's shape: the time in milliseconds, a UUID, a counter."""
    return f"0100{int(now * 1000):012x}-{uuid.uuid4()}-000000"


def accept(submission: Submission, *, now: float, base_url: str, region: str, source_ip: str) -> Mail:
    """Turn a checked submission into the mail that is delivered.

    Args:
        submission: what the caller sent.
        now: seconds since the epoch.
        base_url: scheme, host and port of the tracking endpoint.
        region: as it stands in the Feedback-ID.
        source_ip: the caller's address.
    """
    message_id = new_id(now)
    links_wanted, pixel_wanted = submission.track_clicks, submission.track_opens
    if submission.configuration_set is None:
        links_wanted = pixel_wanted = False
    tracked = track(
        submission.html,
        submission.text,
        link_url=f"{base_url}/l/{message_id}/",
        pixel_url=f"{base_url}/o/{message_id}.gif" if pixel_wanted else None,
        clicks=links_wanted,
    )
    sent = datetime.fromtimestamp(now, UTC)
    added = (
        ("Message-ID", f"<{message_id}@email.amazonses.com>"),
        ("Date", format_datetime(sent)),
        ("Feedback-ID", f"::1.{region}.{base64.b64encode(submission.sender.domain.encode()).decode()}:AmazonSES"),
        ("X-SES-Outgoing", f"{sent:%Y.%m.%d}-127.0.0.1"),
    )
    envelope = Envelope(
        id=message_id,
        sent_at=now,
        sender=submission.sender.text,
        sender_domain=submission.sender.domain,
        recipients=tuple(address.bare for address in submission.recipients),
        subject=submission.subject,
        headers=(*(pair for pair in submission.headers if pair[0].lower() not in ADDED_HEADERS), *added),
        tags=submission.tags,
        configuration_set=submission.configuration_set,
        source_ip=source_ip,
    )
    return Mail(envelope=envelope, html=tracked.html, text=tracked.text, links=tracked.links, raw=submission.raw)
