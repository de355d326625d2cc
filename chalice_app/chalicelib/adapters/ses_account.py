"""What SES says of the account and of its identities."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from chalicelib.account.model import Account, SenderIdentity
from chalicelib.adapters.ses_asking import asking

if TYPE_CHECKING:
    from mypy_boto3_sesv2.client import SESV2Client

_UNLIMITED = -1.0
_BUSY = "SES did not say; it answers once a second."
_GONE = "NotFoundException"
_EXISTS = "AlreadyExistsException"


class SesAccount:
    """Implements `account.ports.Ses` and `account.ports.SenderIdentities`."""

    def __init__(self, client: "SESV2Client | None" = None) -> None:
        self._client = client or boto3.client("sesv2")

    def account(self) -> Account:
        """Return what SES allows."""
        with asking(_BUSY):
            answer = self._client.get_account()
        quota = answer.get("SendQuota", {})
        most = float(quota.get("Max24HourSend", _UNLIMITED))
        return Account(
            sending_enabled=bool(answer.get("SendingEnabled", True)),
            production=bool(answer.get("ProductionAccessEnabled", False)),
            status=str(answer.get("EnforcementStatus", "HEALTHY")),
            per_second=float(quota.get("MaxSendRate", 1.0)),
            max_24_hours=None if most == _UNLIMITED else most,
            sent_24_hours=float(quota.get("SentLast24Hours", 0.0)),
        )

    def sender(self, domain: str) -> SenderIdentity | None:
        """Return what SES knows of a domain, or None."""
        try:
            with asking(_BUSY):
                answer = self._client.get_email_identity(EmailIdentity=domain)
        except ClientError as error:
            if error.response["Error"].get("Code") == _GONE:
                return None
            raise
        dkim, mail_from = answer.get("DkimAttributes", {}), answer.get("MailFromAttributes", {})
        return SenderIdentity(
            domain=domain,
            verified=bool(answer.get("VerifiedForSendingStatus", False)),
            dkim_status=str(dkim.get("Status", "NOT_STARTED")),
            dkim_signing=bool(dkim.get("SigningEnabled", False)),
            dkim_tokens=tuple(dkim.get("Tokens", ())),
            mail_from=mail_from.get("MailFromDomain") or None,
            mail_from_status=mail_from.get("MailFromDomainStatus") if mail_from.get("MailFromDomain") else None,
            region=self._client.meta.region_name,
        )

    def create(self, domain: str) -> None:
        """Make the identity of a domain, with DKIM by SES's own keys; one that is there stays as it is."""
        with asking(_BUSY), _without(_EXISTS):
            self._client.create_email_identity(EmailIdentity=domain)

    def set_mail_from(self, domain: str, subdomain: str | None) -> None:
        """Address bounces to a subdomain; None: to SES's own. Mail goes out also while its MX record is not found."""
        named: Any = {} if subdomain is None else {"MailFromDomain": subdomain}
        with asking(_BUSY), _without(_GONE):  # removed meanwhile: the caller is told when it is shown
            self._client.put_email_identity_mail_from_attributes(
                EmailIdentity=domain, BehaviorOnMxFailure="USE_DEFAULT_VALUE", **named
            )

    def renew(self, domain: str) -> None:
        """Have SES look for the DKIM records of a domain anew, after it gave up."""
        with asking(_BUSY), _without(_GONE):
            self._client.put_email_identity_dkim_signing_attributes(
                EmailIdentity=domain, SigningAttributesOrigin="AWS_SES"
            )

    def delete(self, domain: str) -> bool:
        """Remove the identity of a domain; tell whether it was there."""
        with asking(_BUSY), _without(_GONE):
            self._client.delete_email_identity(EmailIdentity=domain)
            return True
        return False


@contextmanager
def _without(code: str) -> Iterator[None]:
    """Pass over one answer of SES."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"].get("Code") != code:
            raise
