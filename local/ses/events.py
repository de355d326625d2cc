"""Events in the JSON that SES publishes to SNS.

Fields as in AWS's pages "Contents of event data that Amazon SES publishes to Amazon SNS" and "Examples of event
data that Amazon SES publishes to Amazon SNS" (docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-*).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from local.ses.links import Link
from local.ses.mail import ADDED_HEADERS, Envelope, new_id
from local.ses.rules import Pairs

_MAX_HEADER_BYTES = 10 * 1024  # SES cuts longer header lists and says so in headersTruncated
_REPORTING_MTA = "a8-50.smtp-out.amazonses.com"
_OUTGOING_IP = "127.0.0.1"
_HOURS_OF_RETRIES = 14


class Kind(StrEnum):
    """SES's ``eventType``."""

    SEND = "Send"
    DELIVERY = "Delivery"
    DELIVERY_DELAY = "DeliveryDelay"
    BOUNCE = "Bounce"
    COMPLAINT = "Complaint"
    REJECT = "Reject"
    OPEN = "Open"
    CLICK = "Click"

    @property
    def field(self) -> str:
        """Return the name of the kind's own object in the document."""
        return self.value[0].lower() + self.value[1:]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens to a mail: when (seconds since the epoch), and the kind's own object."""

    kind: Kind
    at: float
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bounce:
    """SES's words for a bounce."""

    kind: str
    subkind: str
    status: str
    diagnostic: str


def send(at: float) -> Event:
    """SES took the mail."""
    return Event(Kind.SEND, at, {})


def reject(at: float) -> Event:
    """SES found a virus in the mail."""
    return Event(Kind.REJECT, at, {"reason": "Bad content"})


def delivery(at: float, address: str, *, sent_at: float) -> Event:
    """The recipient's server took the mail."""
    detail = {
        "timestamp": timestamp(at),
        "processingTimeMillis": round((at - sent_at) * 1000),
        "recipients": [address],
        "smtpResponse": "250 2.6.0 Message received",
        "remoteMtaIp": "127.0.0.1",
        "reportingMTA": _REPORTING_MTA,
    }
    return Event(Kind.DELIVERY, at, detail)


def delivery_delay(at: float, address: str) -> Event:
    """The recipient's server cannot take the mail yet."""
    recipient = {
        "emailAddress": address,
        "status": "4.4.1",
        "diagnosticCode": "smtp; 421 4.4.1 Unable to connect to remote host",
    }
    detail = {
        "timestamp": timestamp(at),
        "delayType": "TransientCommunicationFailure",
        "expirationTime": timestamp(at + _HOURS_OF_RETRIES * 3600),
        "delayedRecipients": [recipient],
        "reportingMTA": _REPORTING_MTA,
    }
    return Event(Kind.DELIVERY_DELAY, at, detail)


def bounce(at: float, address: str, reason: Bounce) -> Event:
    """The mail came back."""
    recipient = {
        "emailAddress": address,
        "action": "failed",
        "status": reason.status,
        "diagnosticCode": reason.diagnostic,
    }
    detail = {
        "bounceType": reason.kind,
        "bounceSubType": reason.subkind,
        "bouncedRecipients": [recipient],
        "timestamp": timestamp(at),
        "feedbackId": new_id(at),
        "reportingMTA": f"dns; {_REPORTING_MTA}",
    }
    return Event(Kind.BOUNCE, at, detail)


def complaint(at: float, address: str) -> Event:
    """The recipient called the mail spam."""
    detail = {
        "complainedRecipients": [{"emailAddress": address}],
        "timestamp": timestamp(at),
        "feedbackId": new_id(at),
        "complaintSubType": None,
        "userAgent": "Amazon SES Mailbox Simulator",
        "complaintFeedbackType": "abuse",
        "arrivalDate": timestamp(at),
    }
    return Event(Kind.COMPLAINT, at, detail)


def opened(at: float, *, ip_address: str, user_agent: str) -> Event:
    """The pixel was loaded."""
    return Event(Kind.OPEN, at, {"ipAddress": ip_address, "timestamp": timestamp(at), "userAgent": user_agent})


def clicked(at: float, link: Link, *, ip_address: str, user_agent: str) -> Event:
    """A link was followed."""
    detail = {
        "ipAddress": ip_address,
        "link": link.target,
        "linkTags": link.tags or None,
        "timestamp": timestamp(at),
        "userAgent": user_agent,
    }
    return Event(Kind.CLICK, at, detail)


def document(envelope: Envelope, event: Event, *, account: str, region: str) -> dict[str, Any]:
    """Return the document that SES publishes for one event."""
    headers, truncated = _cut(tuple(pair for pair in envelope.headers if pair[0].lower() not in ADDED_HEADERS))
    mail = {
        "timestamp": timestamp(envelope.sent_at),
        "source": envelope.sender,
        "sourceArn": f"arn:aws:ses:{region}:{account}:identity/{envelope.sender_domain}",
        "sendingAccountId": account,
        "messageId": envelope.id,
        "destination": list(envelope.recipients),
        "headersTruncated": truncated,
        "headers": [{"name": name, "value": value} for name, value in headers],
        "commonHeaders": _common_headers(envelope),
        "tags": _tags(envelope, event.kind),
    }
    return {"eventType": event.kind.value, "mail": mail, event.kind.field: dict(event.detail)}


def timestamp(at: float) -> str:
    """Return seconds since the epoch as SES writes them: ISO 8601, milliseconds, UTC."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _common_headers(envelope: Envelope) -> dict[str, Any]:
    header = envelope.header
    lists = {"from": "from", "replyTo": "reply-to", "to": "to", "cc": "cc"}
    common: dict[str, Any] = {ours: [header[theirs]] for ours, theirs in lists.items() if theirs in header}
    return {**common, "date": header["date"], "messageId": envelope.id, "subject": envelope.subject}


def _tags(envelope: Envelope, kind: Kind) -> dict[str, list[str]]:
    tags = {
        "ses:operation": ["SendEmail"],
        "ses:configuration-set": [envelope.configuration_set or ""],
        "ses:source-ip": [envelope.source_ip],
        "ses:from-domain": [envelope.sender_domain],
        "ses:caller-identity": ["local"],
    }
    if kind is Kind.DELIVERY:
        tags["ses:outgoing-ip"] = [_OUTGOING_IP]
    for name, value in envelope.tags:
        tags.setdefault(name, []).append(value)
    return tags


def _cut(headers: Pairs) -> tuple[Pairs, bool]:
    size = 0
    for count, (name, value) in enumerate(headers):
        size += len(name) + len(value.encode())
        if size > _MAX_HEADER_BYTES:
            return headers[:count], True
    return headers, False
