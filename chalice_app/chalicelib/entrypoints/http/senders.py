"""``/v1/senders``: the domains that mail may be from, and the DNS records that they need."""

from http import HTTPStatus
from typing import Annotated

from pydantic import StringConstraints
from typing_extensions import TypedDict

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.account.model import CheckedRecord, RecordPurpose, RecordState, SenderIdentity
from chalicelib.account.senders import SenderFixedError
from chalicelib.account.service import SenderNotFoundError
from chalicelib.entrypoints.http.api import Answer, Api, answer, decoded, nothing
from chalicelib.entrypoints.http.schemas import NoDetails, Request

senders = Api(__name__)


class CreateSender(Request):
    """A domain that mail is to be from, and the label below it that bounces go to."""

    domain: Annotated[
        str,
        StringConstraints(
            strip_whitespace=True, to_lower=True, max_length=253, pattern=r"^([A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}$"
        ),
    ]
    mail_from: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")] | None = "bounce"


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


@senders.operation("GET", "/v1/senders", scope=Scope.READ)
def list_senders() -> Answer[SendersDocument]:
    """List the domains that mail may be from."""
    return answer({"items": [_sender(identity) for identity in bootstrap.account().senders()]})


@senders.operation(
    "POST",
    "/v1/senders",
    scope=Scope.ADMIN,
    status=HTTPStatus.CREATED,
    refuses=(SenderFixedError, SenderNotFoundError),
    creates="snd",
)
def create_sender(request: CreateSender) -> Answer[CheckedSenderDocument]:
    """Let SES send from a domain that the deployment allows; the answer names the DNS records to add."""
    bootstrap.sender_management().add(request.domain, request.mail_from)
    shown = _checked(request.domain)
    return answer(shown, location=f"/v1/senders/{shown['domain']}")


@senders.operation("GET", "/v1/senders/{domain}", scope=Scope.READ, refuses=(SenderNotFoundError,))
def get_sender(domain: str) -> Answer[CheckedSenderDocument]:
    """Show a sender: what SES knows of it, and the DNS records that it needs as they are now."""
    return answer(_checked(decoded(domain)))


@senders.operation(
    "POST",
    "/v1/senders/{domain}/refresh",
    scope=Scope.ADMIN,
    refuses=(SenderFixedError, SenderNotFoundError),
)
def refresh_sender(domain: str, request: NoDetails) -> Answer[CheckedSenderDocument]:
    """Have SES look for the DKIM records anew, after it gave up; its answer may name other records."""
    del request
    bootstrap.sender_management().refresh(decoded(domain))
    return answer(_checked(decoded(domain)))


@senders.operation(
    "DELETE",
    "/v1/senders/{domain}",
    scope=Scope.ADMIN,
    status=HTTPStatus.NO_CONTENT,
    refuses=(SenderFixedError, SenderNotFoundError),
)
def delete_sender(domain: str) -> Answer[None]:
    """Have SES send from a domain no more; campaigns from it are refused by SES from then on."""
    bootstrap.sender_management().remove(decoded(domain))
    return nothing()


def _checked(domain: str) -> CheckedSenderDocument:
    checked = bootstrap.account().sender(domain)
    return {
        **_sender(checked.identity),
        "dmarc_policy": checked.policy,
        "records": [_record(record) for record in checked.records],
    }


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
