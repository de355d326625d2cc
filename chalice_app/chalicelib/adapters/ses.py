"""SES v2: one SendEmail a message, no retries by the SDK, its answers mapped by a table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.ses_answers import NO_ANSWER, answer_of, answer_without
from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.sending.model import (
    Accepted,
    Answer,
    Bundle,
    Quota,
    RenderedMail,
    Throttled,
    Unanswered,
)
from chalicelib.wire.direct import direct

if TYPE_CHECKING:
    from mypy_boto3_sesv2.client import SESV2Client

_UNLIMITED = -1.0


def ses_client(connections: int, answer_seconds: float, **options: Any) -> "SESV2Client":
    """Return a client whose sends are one attempt each: what got no answer may have been accepted.

    Args:
        connections: kept at most.
        answer_seconds: how long an answer is awaited.
        options: of the SDK's client.
    """
    client = boto3.client(
        "sesv2",
        config=Config(
            retries={"total_max_attempts": 1, "mode": "standard"},
            connect_timeout=3,
            read_timeout=answer_seconds,
            max_pool_connections=connections,
            parameter_validation=False,  # SES looks itself, and fifty mails are many members
        ),
        **options,
    )
    return direct(client, {"send_email": "SendEmail", "send_bulk_email": "SendBulkEmail"}, again=False)


class SesTransport:
    """Implements `sending.ports.Transport`.

    Args:
        configuration_set: publishes the events of what is sent.
        connections: threads that send at once.
        answer_seconds: how long the answer to a send is awaited.
    """

    def __init__(
        self,
        configuration_set: str,
        *,
        connections: int,
        answer_seconds: int = 20,
        client: "SESV2Client | None" = None,
    ) -> None:
        self._configuration_set = configuration_set
        self._client = client or ses_client(connections, answer_seconds)

    def send(self, mail: RenderedMail) -> Answer:
        """Hand one mail over; never raises for what SES or the network answers."""
        bodies = {"Text": mail.text, "Html": mail.html}
        request: dict[str, Any] = {
            "FromEmailAddress": mail.sender,
            "Destination": {"ToAddresses": [mail.recipient]},
            "ConfigurationSetName": self._configuration_set,
            "EmailTags": [{"Name": name, "Value": value} for name, value in mail.tags],
            "Content": {
                "Simple": {
                    "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
                    "Body": {kind: {"Data": body, "Charset": "UTF-8"} for kind, body in bodies.items() if body},
                    "Headers": [{"Name": name, "Value": value} for name, value in mail.headers],
                }
            },
        }
        if mail.reply_to:
            request["ReplyToAddresses"] = [mail.reply_to]
        try:
            provider_id = self._client.send_email(**request).get("MessageId")
        except ClientError as error:
            return answer_of(error)
        except NO_ANSWER as error:
            return answer_without(error)
        return Accepted(provider_id) if provider_id else Unanswered("SES's answer names no message.")

    def send_all(self, mails: Sequence[RenderedMail], prepared: object = None) -> list[Answer]:
        """Hand several mails over, each by a call of its own."""
        del prepared
        return [self.send(mail) for mail in mails]

    def bundles(self, mails: Sequence[RenderedMail]) -> list[Bundle]:
        """Return each mail's place by itself: a SendEmail carries one."""
        return [Bundle((place,)) for place in range(len(mails))]

    def quota(self) -> Quota:
        """Return what SES allows now.

        Raises:
            TemporarilyUnavailableError: SES did not say; it answers GetAccount once a second.
        """
        try:
            account = self._client.get_account()
        except ClientError as error:
            if isinstance(answer_of(error), Throttled | Unanswered):
                raise TemporarilyUnavailableError("SES did not say what it allows; try again.") from error
            raise
        except BotoCoreError as error:
            raise TemporarilyUnavailableError("SES cannot be reached; try again.") from error
        quota = account.get("SendQuota", {})
        most = float(quota.get("Max24HourSend", _UNLIMITED))
        return Quota(
            per_second=float(quota.get("MaxSendRate", 1.0)),
            sending_enabled=bool(account.get("SendingEnabled", True)),
            max_24_hours=None if most == _UNLIMITED else most,
            sent_24_hours=float(quota.get("SentLast24Hours", 0.0)),
        )
