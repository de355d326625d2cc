"""``/v1/account`` and ``/v1/senders``: what SES allows, how the account is seen, whom mail may be from."""

from typing_extensions import TypedDict

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.account.model import CheckedRecord, RecordPurpose, RecordState, SenderIdentity
from chalicelib.account.service import SenderNotFoundError
from chalicelib.entrypoints.http.api import Answer, Api, Time, answer, decoded, shown_time

account = Api(__name__)


class SendingDocument(TypedDict):
    """What SES allows the account now.

    Attributes:
        status: `HEALTHY`, `PROBATION` (under review) or `SHUTDOWN`.
        production: false in the sandbox, where only verified addresses get mail.
        max_24_hours: null: any number.
    """

    enabled: bool
    status: str
    production: bool
    max_per_second: float
    max_24_hours: float | None
    sent_24_hours: float


class ReputationDocument(TypedDict):
    """What became of the mails that SES accepted in the last seven days; rates are shares between 0 and 1.

    Attributes:
        bounce_rate: hard_bounced / accepted, null without any.
        complaint_rate: complained / delivered, null without any.
        bounce_limit, complaint_limit: at which campaigns halt.
    """

    since: Time | None
    until: Time | None
    accepted: int
    delivered: int
    hard_bounced: int
    complained: int
    bounce_rate: float | None
    bounce_limit: float
    complaint_rate: float | None
    complaint_limit: float


class AccountDocument(TypedDict):
    """The account: SES's limits, and the reputation by the own statistics."""

    sending: SendingDocument
    reputation: ReputationDocument


class SenderIdentityDocument(TypedDict):
    """A domain that mail may be from, as SES knows it."""

    domain: str
    verified: bool
    dkim_status: str
    dkim_signing: bool
    mail_from: str | None
    mail_from_status: str | None


class RecordDocument(TypedDict):
    """A DNS record that the sender needs.

    Attributes:
        value: what to add where it is missing.
        found: what DNS answers now.
    """

    purpose: RecordPurpose
    type: str
    name: str
    value: str
    state: RecordState
    found: list[str]


class CheckedSenderDocument(SenderIdentityDocument):
    """A sender with its DNS records as they are now.

    Attributes:
        dmarc_policy: `none`, `quarantine` or `reject`; null: no record was found.
    """

    dmarc_policy: str | None
    records: list[RecordDocument]


class SendersDocument(TypedDict):
    """The domains that mail may be from."""

    items: list[SenderIdentityDocument]


@account.operation("GET", "/v1/account", scope=Scope.READ)
def get_account() -> Answer[AccountDocument]:
    """Show what SES allows the account, what it used, and its reputation."""
    service = bootstrap.account()
    allowed, seen = service.account(), service.reputation()
    return answer(
        {
            "sending": {
                "enabled": allowed.sending_enabled,
                "status": allowed.status,
                "production": allowed.production,
                "max_per_second": allowed.per_second,
                "max_24_hours": allowed.max_24_hours,
                "sent_24_hours": allowed.sent_24_hours,
            },
            "reputation": {
                "since": shown_time(seen.period.start),
                "until": shown_time(seen.period.end),
                "accepted": seen.accepted,
                "delivered": seen.delivered,
                "hard_bounced": seen.hard_bounced,
                "complained": seen.complained,
                "bounce_rate": seen.bounce_rate,
                "bounce_limit": service.limits.bounce_percent / 100,
                "complaint_rate": seen.complaint_rate,
                "complaint_limit": service.limits.complaint_percent / 100,
            },
        }
    )


@account.operation("GET", "/v1/senders", scope=Scope.READ)
def list_senders() -> Answer[SendersDocument]:
    """List the domains that mail may be from."""
    return answer({"items": [_sender(identity) for identity in bootstrap.account().senders()]})


@account.operation("GET", "/v1/senders/{domain}", scope=Scope.READ, refuses=(SenderNotFoundError,))
def get_sender(domain: str) -> Answer[CheckedSenderDocument]:
    """Show a sender: what SES knows of it, and the DNS records that it needs as they are now."""
    checked = bootstrap.account().sender(decoded(domain))
    return answer(
        {
            **_sender(checked.identity),
            "dmarc_policy": checked.policy,
            "records": [_record(record) for record in checked.records],
        }
    )


def _sender(identity: SenderIdentity) -> SenderIdentityDocument:
    return {
        "domain": identity.domain,
        "verified": identity.verified,
        "dkim_status": identity.dkim_status,
        "dkim_signing": identity.dkim_signing,
        "mail_from": identity.mail_from,
        "mail_from_status": identity.mail_from_status,
    }


def _record(record: CheckedRecord) -> RecordDocument:
    return {
        "purpose": record.wanted.purpose,
        "type": record.wanted.type,
        "name": record.wanted.name,
        "value": record.wanted.value,
        "state": record.state,
        "found": list(record.found),
    }
