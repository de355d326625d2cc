"""What each answer of SES, and each failure on the way to it, means for a message.

Codes: SES API v2 reference, SendEmail, "Errors".
"""

from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from chalicelib.adapters.ses import SesTransport, answer_of
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

URL = "https://email.eu-central-1.amazonaws.com"
MAIL = RenderedMail(
    "Shop <shop@example.com>",
    "anna@example.org",
    "Hi",
    "<p>Hi</p>",
    "Hi",
    reply_to="help@example.com",
    headers=(("List-Unsubscribe", "<https://example.com/u/1>"),),
    tags=(("message_id", "m-1"),),
)


def error(code: str, status: int, message: str = "said so") -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]  # as much as is read
        "SendEmail",
    )


@pytest.mark.parametrize(
    ("answered", "meaning"),
    [
        (error("TooManyRequestsException", 429), Throttled),
        (error("ThrottlingException", 400), Throttled),
        (error("Throttling", 400), Throttled),
        (error("AccountSuspendedException", 400), AccountStopped),
        (error("SendingPausedException", 400), AccountStopped),
        (error("MailFromDomainNotVerifiedException", 400), AccountStopped),
        (error("NotFoundException", 404), AccountStopped),
        (error("AccessDeniedException", 403), AccountStopped),
        (error("LimitExceededException", 400), AccountStopped),
        (error("MessageRejected", 400, "Email address is not verified. Failed: shop@example.com"), AccountStopped),
        (error("MessageRejected", 400), Refused),
        (error("BadRequestException", 400), Refused),
        (error("SomethingNewException", 400), Refused),
        (error("InternalServiceErrorException", 500), Unanswered),
        (error("ServiceUnavailable", 503), Unanswered),
        (error("", 0, ""), Unanswered),
    ],
    ids=lambda value: value.response["Error"]["Code"] if isinstance(value, ClientError) else None,
)
def test_an_error_of_ses_means_one_thing(answered: ClientError, meaning: type[Any]) -> None:
    answer = answer_of(answered)
    assert type(answer) is meaning
    assert answer_of(answered) == answer


def test_a_long_reason_is_cut() -> None:
    assert answer_of(error("MessageRejected", 400, "x" * 2_000)) == Refused(f"MessageRejected: {'x' * 483}")


class Client:
    """As much of SES's client as is called."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.requests: list[dict[str, Any]] = []

    def send_email(self, **request: Any) -> dict[str, Any]:
        self.requests.append(request)
        if self.failure:
            raise self.failure
        return {"MessageId": "ses-1"}

    def get_account(self) -> dict[str, Any]:
        return {"SendQuota": {"MaxSendRate": 14.0}, "SendingEnabled": False}


def transport(client: Client) -> SesTransport:
    return SesTransport("events", connections=1, client=client)  # type: ignore[arg-type]  # a part of the client


@pytest.mark.parametrize(
    ("failure", "answer"),
    [
        (ConnectTimeoutError(endpoint_url=URL), Throttled("SES cannot be reached: ConnectTimeoutError")),
        (EndpointConnectionError(endpoint_url=URL), Throttled("SES cannot be reached: EndpointConnectionError")),
        (NoCredentialsError(), Throttled("SES cannot be reached: NoCredentialsError")),
        (ReadTimeoutError(endpoint_url=URL), Unanswered("ReadTimeoutError")),
        (ConnectionClosedError(endpoint_url=URL), Unanswered("ConnectionClosedError")),
        (error("MessageRejected", 400), Refused("MessageRejected: said so")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_failure_before_the_request_was_written_may_be_tried_again_and_no_later_one(
    failure: Exception, answer: Answer
) -> None:
    client = Client(failure)
    assert transport(client).send(MAIL) == answer
    assert len(client.requests) == 1


def test_a_mail_is_handed_over_with_its_headers_tags_and_configuration_set() -> None:
    client = Client()
    assert transport(client).send(MAIL) == Accepted("ses-1")
    [request] = client.requests
    assert request["Destination"] == {"ToAddresses": ["anna@example.org"]}
    assert request["ConfigurationSetName"] == "events"
    assert request["ReplyToAddresses"] == ["help@example.com"]
    assert request["EmailTags"] == [{"Name": "message_id", "Value": "m-1"}]
    assert request["Content"]["Simple"]["Headers"] == [
        {"Name": "List-Unsubscribe", "Value": "<https://example.com/u/1>"}
    ]


def test_the_quota_is_what_ses_says() -> None:
    assert transport(Client()).quota() == Quota(per_second=14.0, sending_enabled=False)
