"""What each answer of SES to a send, and each failure on the way to it, means for the message: one table.

Codes: SES API v2 reference, SendEmail, "Errors", and "Common Error Types"; entries of SendBulkEmail:
BulkEmailEntryResult, by which every message with a status of failure may be handed over again; texts: SES developer
guide, "Errors related to the sending quotas for your Amazon SES account".
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    MetadataRetrievalError,
    NoAuthTokenError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
    ProxyConnectionError,
    SSLError,
    SSOError,
    TokenRetrievalError,
)
from botocore.parsers import ResponseParserError

from chalicelib.sending.model import Accepted, AccountStopped, Answer, Refused, Throttled, Unanswered

QUOTA_SECONDS = 900
"""A day's quota is looked at again after so long: it is one of 24 moving hours, so some of it comes back any time."""

_LONGEST_REASON = 500
_QUOTA_TEXT = "daily message quota exceeded"
_NOT_VERIFIED = "not verified"
_BAD_CERTIFICATE = "CERTIFICATE_VERIFY_FAILED"
_CLIENT_ERRORS = range(400, 500)


class Meaning(Enum):
    """What becomes of the message.

    THROTTLED: nothing was taken; the same claim goes on with it in a moment.
    EXHAUSTED: nothing was taken, nor will it be for a while; the workflow waits.
    REFUSED: it failed, for this reason.
    STOPPED: nothing was taken and it stays pending; the campaign halts, shows the reason and can be resumed.
    UNANSWERED: SES may have taken it; it is unknown until SES's events settle it, and never sent again by itself.
    """

    THROTTLED = "throttled"
    EXHAUSTED = "exhausted"
    REFUSED = "refused"
    STOPPED = "stopped"
    UNANSWERED = "unanswered"


CODES: Mapping[str, Meaning] = {
    "TooManyRequestsException": Meaning.THROTTLED,
    "ThrottlingException": Meaning.THROTTLED,
    "Throttling": Meaning.THROTTLED,
    "RequestLimitExceeded": Meaning.THROTTLED,
    "LimitExceededException": Meaning.EXHAUSTED,
    "MessageRejected": Meaning.REFUSED,
    "BadRequestException": Meaning.REFUSED,
    "ValidationError": Meaning.REFUSED,
    "RequestEntityTooLargeException": Meaning.REFUSED,
    "AccountSuspendedException": Meaning.STOPPED,
    "SendingPausedException": Meaning.STOPPED,
    "MailFromDomainNotVerifiedException": Meaning.STOPPED,
    "NotFoundException": Meaning.STOPPED,  # the configuration set is gone
    "AccessDeniedException": Meaning.STOPPED,
    "NotAuthorized": Meaning.STOPPED,
    "OptInRequired": Meaning.STOPPED,
    "UnrecognizedClientException": Meaning.STOPPED,
    "InvalidClientTokenId": Meaning.STOPPED,
    "InvalidSignatureException": Meaning.STOPPED,
    "IncompleteSignature": Meaning.STOPPED,
    "ExpiredTokenException": Meaning.STOPPED,
    "RequestExpired": Meaning.STOPPED,  # this machine's clock is wrong
    "InternalFailure": Meaning.UNANSWERED,
    "InternalServiceErrorException": Meaning.UNANSWERED,
    "ServiceUnavailable": Meaning.UNANSWERED,
    "RequestTimeoutException": Meaning.UNANSWERED,
    "RequestAbortedException": Meaning.UNANSWERED,
}
"""By the code of the answer."""

STATUSES: Mapping[int, Meaning] = {
    401: Meaning.STOPPED,
    403: Meaning.STOPPED,
    404: Meaning.STOPPED,
    408: Meaning.UNANSWERED,
    429: Meaning.THROTTLED,
}
"""By the HTTP status, where the code is not one of `CODES`; any other 4xx is refused, and the rest is unanswered."""

FAILURES: tuple[tuple[type[Exception], Meaning], ...] = (
    # Before the request was written: there was no connection, or nothing to sign it with yet.
    (ConnectTimeoutError, Meaning.THROTTLED),
    (EndpointConnectionError, Meaning.THROTTLED),
    (ProxyConnectionError, Meaning.THROTTLED),
    (CredentialRetrievalError, Meaning.THROTTLED),
    (MetadataRetrievalError, Meaning.THROTTLED),
    # Before the request was written, and as long as nobody mends it.
    (NoCredentialsError, Meaning.STOPPED),
    (PartialCredentialsError, Meaning.STOPPED),
    (NoAuthTokenError, Meaning.STOPPED),
    (TokenRetrievalError, Meaning.STOPPED),
    (SSOError, Meaning.STOPPED),
    (NoRegionError, Meaning.STOPPED),
    # The request cannot be made of this message.
    (ParamValidationError, Meaning.REFUSED),
    # Read time-outs, closed connections, answers that cannot be read, and whatever else the SDK may meet.
    (BotoCoreError, Meaning.UNANSWERED),
    (ResponseParserError, Meaning.UNANSWERED),
)
"""By what the SDK raises when there is no answer; the first one that fits."""

ENTRIES: Mapping[str, Meaning] = {
    "ACCOUNT_THROTTLED": Meaning.THROTTLED,
    "TRANSIENT_FAILURE": Meaning.THROTTLED,
    "ACCOUNT_DAILY_QUOTA_EXCEEDED": Meaning.EXHAUSTED,
    "MESSAGE_REJECTED": Meaning.REFUSED,
    "INVALID_PARAMETER": Meaning.REFUSED,
    "FAILED": Meaning.REFUSED,
    "MAIL_FROM_DOMAIN_NOT_VERIFIED": Meaning.STOPPED,
    "CONFIGURATION_SET_NOT_FOUND": Meaning.STOPPED,
    "CONFIGURATION_SET_SENDING_PAUSED": Meaning.STOPPED,
    "INVALID_SENDING_POOL_NAME": Meaning.STOPPED,
    "TEMPLATE_NOT_FOUND": Meaning.STOPPED,
    "ACCOUNT_SUSPENDED": Meaning.STOPPED,
    "ACCOUNT_SENDING_PAUSED": Meaning.STOPPED,
}
"""By the status of an entry of SendBulkEmail; one that is not known is unanswered."""

NO_ANSWER = tuple(kind for kind, _ in FAILURES)
"""What the SDK raises when there is no answer."""


def answer_of(error: ClientError) -> Answer:
    """Map an error that SES answered to what it means for the message."""
    code = error.response["Error"].get("Code", "")
    text = error.response["Error"].get("Message", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    meaning = CODES.get(code) or STATUSES.get(status)
    if meaning is None:
        meaning = Meaning.REFUSED if status in _CLIENT_ERRORS else Meaning.UNANSWERED
    return _worded(meaning, code, text)


def answer_of_entry(result: Mapping[str, Any]) -> Answer:
    """Map what SendBulkEmail says of one entry to what it means for the message."""
    status, text = result.get("Status", ""), result.get("Error", "")
    if status == "SUCCESS":
        provider_id = result.get("MessageId")
        return Accepted(provider_id) if provider_id else Unanswered("SES's answer names no message.")
    return _worded(ENTRIES.get(status, Meaning.UNANSWERED), status, text)


def answer_without(error: Exception) -> Answer:
    """Map what the SDK raised when it got no answer (`NO_ANSWER`) to what it means for the message."""
    name = type(error).__name__
    if isinstance(error, SSLError) and _BAD_CERTIFICATE in str(error):
        # The handshake failed, so nothing was written; other TLS errors may come after the request.
        return _answer(Meaning.STOPPED, f"SES cannot be reached: {error}")
    meaning = next(meaning for kind, meaning in FAILURES if isinstance(error, kind))
    match meaning:
        case Meaning.UNANSWERED:
            return _answer(meaning, name)
        case Meaning.REFUSED:
            return _answer(meaning, f"{name}: {error}")
        case _:
            return _answer(meaning, f"SES cannot be reached: {name}")


def _worded(meaning: Meaning, code: str, text: str) -> Answer:
    """Take into account what the text says besides the code."""
    if meaning is Meaning.THROTTLED and _QUOTA_TEXT in text.lower():
        meaning = Meaning.EXHAUSTED
    if meaning is Meaning.REFUSED and _NOT_VERIFIED in text:
        meaning = Meaning.STOPPED  # true of the next message as well
    return _answer(meaning, f"{code}: {text}")


def _answer(meaning: Meaning, reason: str) -> Answer:
    reason = reason[:_LONGEST_REASON]
    match meaning:
        case Meaning.THROTTLED:
            return Throttled(reason)
        case Meaning.EXHAUSTED:
            return Throttled(reason, QUOTA_SECONDS)
        case Meaning.REFUSED:
            return Refused(reason)
        case Meaning.STOPPED:
            return AccountStopped(reason)
        case Meaning.UNANSWERED:
            return Unanswered(reason)
