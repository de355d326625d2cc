"""What SES says of the account and of its senders, and the DNS records that a sender needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Account:
    """What SES allows the account now.

    Attributes:
        per_second: mails a second at most (MaxSendRate).
        max_24_hours: mails in any 24 hours at most; None: any number.
        sent_24_hours: mails of the last 24 hours, whoever sent them.
        production: False in the sandbox, where only verified addresses get mail.
        status: SES's ``HEALTHY``, ``PROBATION`` (under review) or ``SHUTDOWN``.
    """

    sending_enabled: bool
    production: bool
    status: str
    per_second: float
    max_24_hours: float | None
    sent_24_hours: float


@dataclass(frozen=True, slots=True)
class SenderIdentity:
    """What SES knows of a domain that mail may be from.

    Attributes:
        verified: SES sends from it.
        dkim_status: SES's ``SUCCESS``, ``PENDING``, ``FAILED``, ``TEMPORARY_FAILURE`` or ``NOT_STARTED``.
        dkim_tokens: name the records of DKIM.
        mail_from: the subdomain that bounces go to; None: SES's own, so that SPF is not aligned with the sender.
        region: where SES runs.
    """

    domain: str
    verified: bool
    dkim_status: str
    dkim_signing: bool
    dkim_tokens: tuple[str, ...]
    mail_from: str | None
    mail_from_status: str | None
    region: str


class RecordPurpose(StrEnum):
    """What a DNS record is for."""

    DKIM = "dkim"
    MAIL_FROM = "mail_from"
    SPF = "spf"
    DMARC = "dmarc"


class RecordState(StrEnum):
    """Whether DNS answers what it should."""

    FOUND = "found"
    MISSING = "missing"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class WantedRecord:
    """A DNS record that a sender needs, with the value to add where it has none."""

    purpose: RecordPurpose
    type: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class CheckedRecord:
    """A record and what DNS answers.

    Attributes:
        found: the values that are there; of DMARC those of the domain that decides.
    """

    wanted: WantedRecord
    state: RecordState
    found: tuple[str, ...] = ()


def wanted_records(sender: SenderIdentity) -> Iterator[WantedRecord]:
    """Yield the records of a sender.

    Sources: SES developer guide, "Easy DKIM", "Using a custom MAIL FROM domain" and "Complying with DMARC".
    """
    for token in sender.dkim_tokens:
        name = f"{token}._domainkey.{sender.domain}"
        yield WantedRecord(RecordPurpose.DKIM, "CNAME", name, f"{token}.dkim.amazonses.com")
    if sender.mail_from:
        exchange = f"10 feedback-smtp.{sender.region}.amazonses.com"
        yield WantedRecord(RecordPurpose.MAIL_FROM, "MX", sender.mail_from, exchange)
        yield WantedRecord(RecordPurpose.SPF, "TXT", sender.mail_from, "v=spf1 include:amazonses.com ~all")
    yield WantedRecord(RecordPurpose.DMARC, "TXT", f"_dmarc.{sender.domain}", "v=DMARC1; p=none")


def is_met(wanted: WantedRecord, value: str) -> bool:
    """Tell whether one value of DNS does what a record is for; it may say more than the one that is proposed."""
    words = value.casefold().split()
    match wanted.purpose:
        case RecordPurpose.DKIM:
            return value.casefold().rstrip(".") == wanted.value
        case RecordPurpose.MAIL_FROM:
            return [word.rstrip(".") for word in words][1:] == wanted.value.split()[1:]
        case RecordPurpose.SPF:
            return words[:1] == ["v=spf1"] and any(word.lstrip("+") == "include:amazonses.com" for word in words)
        case RecordPurpose.DMARC:
            return dmarc_policy(value) is not None


def is_of(purpose: RecordPurpose, value: str) -> bool:
    """Tell whether a value is of a record for this purpose at all: a name may have other TXT records."""
    begins = {RecordPurpose.SPF: "v=spf1", RecordPurpose.DMARC: "v=dmarc1"}
    return value.casefold().startswith(begins.get(purpose, ""))


def dmarc_policy(value: str) -> str | None:
    """Return the policy of a DMARC record, None if it is none (RFC 7489, 6.4)."""
    version, *tags = (part.partition("=") for part in value.split(";"))
    if (version[0].strip().casefold(), version[2].strip()) != ("v", "DMARC1"):
        return None
    return next((text.strip().casefold() for name, _, text in tags if name.strip().casefold() == "p"), None)
