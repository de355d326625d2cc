"""The operations of SES v2 that the platform uses."""

import time
from collections.abc import Callable
from typing import Any

from local.ses import bulk, simulator
from local.ses.addresses import parse_address
from local.ses.errors import ServiceError, bad_request
from local.ses.faults import Faults
from local.ses.limits import SendLimits
from local.ses.mail import accept
from local.ses.outbox import Outbox
from local.ses.rules import Submission, parse_submission
from local.ses.settings import Settings
from local.ses.suppressions import Suppressed, SuppressionList

_REASONS = ("BOUNCE", "COMPLAINT")

_ENTRY_STATUS = {
    "TooManyRequestsException": "ACCOUNT_THROTTLED",
    "LimitExceededException": "ACCOUNT_DAILY_QUOTA_EXCEEDED",
}
"""What SES says of an entry of SendBulkEmail for what it answers to a SendEmail (BulkEmailEntryResult)."""

Document = dict[str, Any]


class AnswerLostError(ConnectionAbortedError):
    """The operation was done, and the connection is to close without an answer (a fault)."""


class SesApi:
    """Each operation takes the request's document and returns the answer's; refusals are ServiceError."""

    def __init__(
        self,
        settings: Settings,
        *,
        outbox: Outbox,
        suppressions: SuppressionList,
        limits: SendLimits,
        faults: Faults,
        base_url: str,
        wake: Callable[[], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take the parts.

        Args:
            settings: the account.
            outbox: where mails and events go.
            suppressions: the account's suppression list.
            limits: the account's rate and quota.
            faults: what goes wrong.
            base_url: of the tracking endpoint.
            wake: called after new events.
            clock: seconds since the epoch.
        """
        self._settings = settings
        self._outbox = outbox
        self._suppressions = suppressions
        self._limits = limits
        self._faults = faults
        self._base_url = base_url
        self._wake = wake
        self._clock = clock

    def send_email(self, document: Any, *, source_ip: str) -> Document:
        """SendEmail.

        Raises:
            ServiceError: the mail was not accepted.
            AnswerLostError: the mail was accepted, and the fault wants no answer.
        """
        self._suffer_faults()
        submission = parse_submission(document)
        self._check_account(submission)
        message_id = self._accept(submission, source_ip)
        self._wake()
        if self._faults.take("fail_after"):
            raise AnswerLostError
        return {"MessageId": message_id}

    def send_bulk_email(self, document: Any, *, size: int, source_ip: str) -> Document:
        """SendBulkEmail: an entry that is wrong refuses the whole call, the account's limits refuse single entries.

        Raises:
            ServiceError: no mail was accepted.
            AnswerLostError: mails were accepted, and the fault wants no answer.
        """
        self._suffer_faults()
        submissions = [parse_submission(entry) for entry in bulk.entries(document, size)]
        for submission in submissions:
            self._check_account(submission)
        results = [self._accept_entry(submission, source_ip) for submission in submissions]
        self._wake()
        if self._faults.take("fail_after"):
            raise AnswerLostError
        return {"BulkEmailEntryResults": results}

    def _suffer_faults(self) -> None:
        latency = self._faults.plan.latency_ms
        if latency:
            time.sleep(latency / 1000)
        if self._faults.take("fail_before"):
            raise ServiceError("InternalFailure", "The request failed because of an internal error.", 500)
        if self._faults.take("throttle"):
            raise ServiceError("TooManyRequestsException", "Maximum sending rate exceeded.", 429)

    def _accept_entry(self, submission: Submission, source_ip: str) -> Document:
        try:
            return {"Status": "SUCCESS", "MessageId": self._accept(submission, source_ip)}
        except ServiceError as error:
            return {"Status": _ENTRY_STATUS[error.code], "Error": str(error)}

    def _accept(self, submission: Submission, source_ip: str) -> str:
        """Take a mail, if rate and quota allow it; return its id."""
        now = self._clock()
        self._limits.take(len(submission.recipients), rate=self._rate, now=now)
        mail = accept(submission, now=now, base_url=self._base_url, region=self._settings.region, source_ip=source_ip)
        events = simulator.plan(
            mail.envelope,
            suppressed=self._suppressions.among(mail.envelope.recipients),
            delay=self._settings.delivery_delay,
            infected=simulator.is_infected(mail.html, mail.text),
        )
        self._outbox.add(mail, events)
        return mail.envelope.id

    def get_account(self) -> Document:
        """GetAccount."""
        paused = self._faults.plan.pause_account
        return {
            "DedicatedIpAutoWarmupEnabled": False,
            "EnforcementStatus": "SHUTDOWN" if paused else "HEALTHY",
            "ProductionAccessEnabled": True,
            "SendQuota": {
                "Max24HourSend": self._settings.max_24_hour_send,
                "MaxSendRate": self._rate,
                "SentLast24Hours": float(self._limits.sent_last_24_hours(self._clock())),
            },
            "SendingEnabled": not paused,
            "SuppressionAttributes": {"SuppressedReasons": list(_REASONS)},
        }

    def get_email_identity(self, identity: str) -> Document:
        """GetEmailIdentity: every identity exists, and is verified unless a fault names it."""
        verified = not self._is_unverified(identity.lower())
        status = "SUCCESS" if verified else "PENDING"
        return {
            "IdentityType": "EMAIL_ADDRESS" if "@" in identity else "DOMAIN",
            "FeedbackForwardingStatus": True,
            "VerifiedForSendingStatus": verified,
            "VerificationStatus": status,
            "DkimAttributes": {
                "SigningEnabled": verified,
                "Status": status,
                "SigningAttributesOrigin": "AWS_SES",
                "CurrentSigningKeyLength": "RSA_2048_BIT",
                "NextSigningKeyLength": "RSA_2048_BIT",
            },
            "Policies": {},
            "Tags": [],
        }

    def create_email_identity(self, document: Any) -> Document:
        """CreateEmailIdentity; see `get_email_identity`."""
        if not isinstance(document, dict) or not isinstance(document.get("EmailIdentity"), str):
            raise bad_request("EmailIdentity is required, as a string.")
        found = self.get_email_identity(document["EmailIdentity"])
        return {name: found[name] for name in ("IdentityType", "VerifiedForSendingStatus", "DkimAttributes")}

    def put_suppressed_destination(self, document: Any) -> Document:
        """PutSuppressedDestination."""
        if not isinstance(document, dict) or not isinstance(document.get("EmailAddress"), str):
            raise bad_request("EmailAddress is required, as a string.")
        if document.get("Reason") not in _REASONS:
            raise bad_request("Reason is BOUNCE or COMPLAINT.")
        address = parse_address(document["EmailAddress"]).bare
        self._suppressions.put(Suppressed(address, document["Reason"], self._clock()))
        return {}

    def list_suppressed_destinations(self, *, size: int, token: str) -> Document:
        """ListSuppressedDestinations, by address; the token of a page is the last address of the one before."""
        found = self._suppressions.page(token, size + 1)
        summaries = [
            {"EmailAddress": one.address, "Reason": one.reason, "LastUpdateTime": one.updated_at}
            for one in found[:size]
        ]
        following = {"NextToken": found[size - 1].address} if len(found) > size else {}
        return {"SuppressedDestinationSummaries": summaries, **following}

    def get_suppressed_destination(self, address: str) -> Document:
        """GetSuppressedDestination."""
        entry = self._suppressions.get(address)
        if entry is None:
            raise _not_suppressed()
        return {
            "SuppressedDestination": {
                "EmailAddress": entry.address,
                "Reason": entry.reason,
                "LastUpdateTime": entry.updated_at,
            }
        }

    def delete_suppressed_destination(self, address: str) -> Document:
        """DeleteSuppressedDestination."""
        if not self._suppressions.delete(address):
            raise _not_suppressed()
        return {}

    @property
    def _rate(self) -> float:
        limit = self._faults.plan.rate_limit
        return self._settings.max_send_rate if limit is None else limit

    def _check_account(self, submission: Submission) -> None:
        if self._faults.plan.pause_account:
            raise ServiceError("SendingPausedException", "Email sending is paused for this account.")
        name, known = submission.configuration_set, self._settings.configuration_sets
        if name is not None and known is not None and name not in known:
            raise ServiceError("NotFoundException", f"Configuration set <{name}> does not exist.", 404)
        sender = submission.sender
        if self._is_unverified(sender.bare.lower()) or self._is_unverified(sender.domain):
            region = self._settings.region.upper()
            raise ServiceError(
                "MessageRejected",
                "Email address is not verified. The following identities failed the check in region"
                f" {region}: {sender.bare}",
            )

    def _is_unverified(self, identity: str) -> bool:
        return identity in self._faults.plan.unverified


def _not_suppressed() -> ServiceError:
    return ServiceError("NotFoundException", "The address is not on the suppression list.", 404)
