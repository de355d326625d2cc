"""SES v2: one SendEmail a message, no retries by the SDK, its answers mapped by a table."""

from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
)

from chalicelib.sending.model import (
    Accepted,
    AccountStopped,
    Answer,
    Quota,
    Refused,
    RenderedMail,
    Throttled,
    Unanswered,
)

if TYPE_CHECKING:
    from mypy_boto3_sesv2.client import SESV2Client

_STOPPED = frozenset(
    {
        "AccountSuspendedException",
        "SendingPausedException",
        "MailFromDomainNotVerifiedException",
        "NotFoundException",  # the configuration set is gone
        "AccessDeniedException",
    }
)
_THROTTLED = frozenset({"TooManyRequestsException", "ThrottlingException", "Throttling"})
_REFUSED = frozenset({"MessageRejected", "BadRequestException"})
_DAILY_QUOTA = "LimitExceededException"
_NOT_VERIFIED = "not verified"
_CLIENT_ERROR, _SERVER_ERROR = 400, 500
_NEVER_SENT = (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError)
"""The request was not written: the same message may be handed over again."""


class SesTransport:
    """Implements `sending.ports.Transport`.

    Args:
        configuration_set: publishes the events of what is sent.
        connections: threads that send at once.
    """

    def __init__(self, configuration_set: str, *, connections: int, client: "SESV2Client | None" = None) -> None:
        self._configuration_set = configuration_set
        # One attempt only: a send that got no answer may have been accepted, and SES knows no idempotency token.
        self._client = client or boto3.client(
            "sesv2",
            config=Config(
                retries={"total_max_attempts": 1, "mode": "standard"},
                connect_timeout=3,
                read_timeout=20,
                max_pool_connections=connections,
            ),
        )

    def send(self, mail: RenderedMail) -> Answer:
        """Hand one mail over; never raises for what SES or the network answers."""
        request: dict[str, Any] = {
            "FromEmailAddress": mail.sender,
            "Destination": {"ToAddresses": [mail.recipient]},
            "ConfigurationSetName": self._configuration_set,
            "EmailTags": [{"Name": name, "Value": value} for name, value in mail.tags],
            "Content": {
                "Simple": {
                    "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
                    "Body": {
                        "Text": {"Data": mail.text, "Charset": "UTF-8"},
                        "Html": {"Data": mail.html, "Charset": "UTF-8"},
                    },
                    "Headers": [{"Name": name, "Value": value} for name, value in mail.headers],
                }
            },
        }
        if mail.reply_to:
            request["ReplyToAddresses"] = [mail.reply_to]
        try:
            return Accepted(self._client.send_email(**request)["MessageId"])
        except ClientError as error:
            return answer_of(error)
        except _NEVER_SENT as error:
            return Throttled(f"SES cannot be reached: {type(error).__name__}")
        except BotoCoreError as error:
            return Unanswered(type(error).__name__)

    def quota(self) -> Quota:
        """Return what SES allows now."""
        account = self._client.get_account()
        return Quota(
            per_second=float(account.get("SendQuota", {}).get("MaxSendRate", 1.0)),
            sending_enabled=bool(account.get("SendingEnabled", True)),
        )


def answer_of(error: ClientError) -> Answer:
    """Map an error that SES answered to what it means for the message.

    Codes: SES API v2 reference, SendEmail, "Errors". A server error says nothing about acceptance.
    """
    code = error.response["Error"].get("Code", "")
    message = error.response["Error"].get("Message", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    reason = f"{code}: {message}"[:500]
    if code in _THROTTLED:
        return Throttled(reason)
    if code in _STOPPED or code == _DAILY_QUOTA or _NOT_VERIFIED in message:
        return AccountStopped(reason)
    if code in _REFUSED or _CLIENT_ERROR <= status < _SERVER_ERROR:
        return Refused(reason)
    return Unanswered(reason)
