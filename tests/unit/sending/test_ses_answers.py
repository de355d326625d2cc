"""What each answer of SES, and each failure on the way to it, means for a message.

Codes: SES API v2 reference, SendEmail, "Errors".
"""

from typing import Any

import botocore.exceptions
import botocore.session
import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)
from botocore.parsers import ResponseParserError

from chalicelib.adapters.ses import SesTransport
from chalicelib.adapters.ses_answers import CODES, FAILURES, QUOTA_SECONDS, STATUSES, Meaning, answer_of, answer_without
from chalicelib.kernel.errors import TemporarilyUnavailableError
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
        (error("TooManyRequestsException", 429), Throttled("TooManyRequestsException: said so")),
        (error("ThrottlingException", 400), Throttled("ThrottlingException: said so")),
        (error("SomethingNewException", 429), Throttled("SomethingNewException: said so")),
        (error("LimitExceededException", 400), Throttled("LimitExceededException: said so", QUOTA_SECONDS)),
        (
            error("TooManyRequestsException", 429, "Daily message quota exceeded."),
            Throttled("TooManyRequestsException: Daily message quota exceeded.", QUOTA_SECONDS),
        ),
        (error("AccountSuspendedException", 400), AccountStopped("AccountSuspendedException: said so")),
        (error("SendingPausedException", 400), AccountStopped("SendingPausedException: said so")),
        (
            error("MailFromDomainNotVerifiedException", 400),
            AccountStopped("MailFromDomainNotVerifiedException: said so"),
        ),
        (error("NotFoundException", 404), AccountStopped("NotFoundException: said so")),
        (error("AccessDeniedException", 403), AccountStopped("AccessDeniedException: said so")),
        (error("ExpiredTokenException", 403), AccountStopped("ExpiredTokenException: said so")),
        (error("SomethingNewException", 403), AccountStopped("SomethingNewException: said so")),
        (
            error("MessageRejected", 400, "Email address is not verified. Failed: shop@example.com"),
            AccountStopped("MessageRejected: Email address is not verified. Failed: shop@example.com"),
        ),
        (error("MessageRejected", 400), Refused("MessageRejected: said so")),
        (error("BadRequestException", 400), Refused("BadRequestException: said so")),
        (error("SomethingNewException", 400), Refused("SomethingNewException: said so")),
        (error("InternalServiceErrorException", 500), Unanswered("InternalServiceErrorException: said so")),
        (error("ServiceUnavailable", 503), Unanswered("ServiceUnavailable: said so")),
        (error("RequestTimeoutException", 408), Unanswered("RequestTimeoutException: said so")),
        (error("", 502), Unanswered(": said so")),
        (error("", 0, ""), Unanswered(": ")),
    ],
    ids=lambda value: value.response["Error"]["Code"] if isinstance(value, ClientError) else None,
)
def test_an_error_of_ses_means_one_thing(answered: ClientError, meaning: Answer) -> None:
    assert answer_of(answered) == meaning


def test_every_error_that_the_sdk_knows_of_send_email_is_in_the_table() -> None:
    model = botocore.session.get_session().get_service_model("sesv2").operation_model("SendEmail")
    modelled = {str(shape.name): int(shape.metadata["error"]["httpStatusCode"]) for shape in model.error_shapes}
    assert len(modelled) >= 8
    assert set(modelled) <= set(CODES)
    # None of them says that the mail may have been taken: all are answers of SES itself, before acceptance.
    assert {type(answer_of(error(*one))) for one in modelled.items()} == {Throttled, Refused, AccountStopped}


def test_a_code_that_is_not_in_the_table_has_the_meaning_of_its_status() -> None:
    for status in [*range(300, 400), *range(500, 600)]:
        assert isinstance(answer_of(error("SomethingNewException", status)), Unanswered)
    for status in set(range(400, 500)) - set(STATUSES):
        assert isinstance(answer_of(error("SomethingNewException", status)), Refused)
    assert STATUSES[408] is Meaning.UNANSWERED


def test_every_failure_that_the_sdk_knows_is_in_the_table() -> None:
    known = [
        kind
        for kind in vars(botocore.exceptions).values()
        if isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, ClientError | Warning)
    ]
    assert len(known) > 50
    unnamed = {kind.__name__ for kind in known if not any(issubclass(kind, named) for named, _ in FAILURES)}
    # These are about a client that cannot be made, not about a request.
    assert unnamed == {"MissingServiceIdError", "UndefinedModelAttributeError"}
    # A class that stands after one that it derives from would never be reached.
    for place, (kind, _) in enumerate(FAILURES):
        assert not any(issubclass(kind, earlier) for earlier, _ in FAILURES[:place]), kind


def test_a_long_reason_is_cut() -> None:
    assert answer_of(error("MessageRejected", 400, "x" * 2_000)) == Refused(f"MessageRejected: {'x' * 483}")


class Client:
    """As much of SES's client as is called."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.answer: dict[str, Any] = {"MessageId": "ses-1"}
        self.send_quota = {"MaxSendRate": 14.0}
        self.requests: list[dict[str, Any]] = []

    def send_email(self, **request: Any) -> dict[str, Any]:
        self.requests.append(request)
        if self.failure:
            raise self.failure
        return self.answer

    def get_account(self) -> dict[str, Any]:
        if self.failure:
            raise self.failure
        return {"SendQuota": self.send_quota, "SendingEnabled": False}


def transport(client: Client) -> SesTransport:
    return SesTransport("events", connections=1, client=client)  # type: ignore[arg-type]  # a part of the client


@pytest.mark.parametrize(
    ("failure", "answer"),
    [
        (ConnectTimeoutError(endpoint_url=URL), Throttled("SES cannot be reached: ConnectTimeoutError")),
        (EndpointConnectionError(endpoint_url=URL), Throttled("SES cannot be reached: EndpointConnectionError")),
        (ProxyConnectionError(proxy_url=URL), Throttled("SES cannot be reached: ProxyConnectionError")),
        (
            CredentialRetrievalError(provider="x", error_msg="busy"),
            Throttled("SES cannot be reached: CredentialRetrievalError"),
        ),
        (NoCredentialsError(), AccountStopped("SES cannot be reached: NoCredentialsError")),
        (
            PartialCredentialsError(provider="x", cred_var="y"),
            AccountStopped("SES cannot be reached: PartialCredentialsError"),
        ),
        (
            SSLError(endpoint_url=URL, error=OSError("CERTIFICATE_VERIFY_FAILED")),
            AccountStopped(
                f"SES cannot be reached: SSL validation failed for {URL} CERTIFICATE_VERIFY_FAILED",
            ),
        ),
        (SSLError(endpoint_url=URL, error=OSError("bad record mac")), Unanswered("SSLError")),
        (ParamValidationError(report="bad"), Refused("ParamValidationError: Parameter validation failed:\nbad")),
        (ResponseParserError("no JSON"), Unanswered("ResponseParserError")),
        (BotoCoreError(), Unanswered("BotoCoreError")),
        (ReadTimeoutError(endpoint_url=URL), Unanswered("ReadTimeoutError")),
        (ConnectionClosedError(endpoint_url=URL), Unanswered("ConnectionClosedError")),
        (error("MessageRejected", 400), Refused("MessageRejected: said so")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_failure_after_the_request_was_written_is_unanswered_and_none_is_tried_again(
    failure: Exception, answer: Answer
) -> None:
    client = Client(failure)
    assert transport(client).send(MAIL) == answer
    assert len(client.requests) == 1
    assert answer_without(failure) == answer if not isinstance(failure, ClientError) else answer_of(failure) == answer


def test_an_answer_that_names_no_message_is_no_acceptance() -> None:
    client = Client()
    client.answer = {}
    assert transport(client).send(MAIL) == Unanswered("SES's answer names no message.")


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
    client = Client()
    client.send_quota = {"MaxSendRate": 14.0, "Max24HourSend": 50_000.0, "SentLast24Hours": 120.0}
    assert transport(client).quota() == Quota(14.0, sending_enabled=False, max_24_hours=50_000, sent_24_hours=120)


def test_a_24_hour_quota_of_minus_one_is_no_quota() -> None:
    client = Client()
    client.send_quota = {"MaxSendRate": 14.0, "Max24HourSend": -1.0, "SentLast24Hours": 9.0}
    assert transport(client).quota().max_24_hours is None


@pytest.mark.parametrize(
    "failure",
    [error("TooManyRequestsException", 429), error("InternalFailure", 500), ReadTimeoutError(endpoint_url=URL)],
    ids=str,
)
def test_a_quota_that_ses_did_not_say_may_be_asked_for_again(failure: Exception) -> None:
    with pytest.raises(TemporarilyUnavailableError):
        transport(Client(failure)).quota()


def test_a_quota_that_may_not_be_read_is_a_fault() -> None:
    with pytest.raises(ClientError):
        transport(Client(error("AccessDeniedException", 403))).quota()
