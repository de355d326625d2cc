"""SES's account and DNS as their adapters read them."""

from typing import Any

import boto3
import dns.exception
import dns.message
import dns.rdataset
import dns.resolver
import pytest
from botocore.stub import Stubber

from chalicelib.account.model import Account, SenderIdentity
from chalicelib.adapters.dns_records import DnsRecords
from chalicelib.adapters.ses_account import SesAccount
from chalicelib.kernel.errors import TemporarilyUnavailableError

ZONE = """
cut.example.com. 60 IN TXT "v=spf1 " "include:amazonses.com ~all"
bounce.example.com. 60 IN MX 10 feedback-smtp.eu-central-1.amazonses.com.
one.example.com. 60 IN CNAME one.dkim.amazonses.com.
"""


class Zone(dns.resolver.Resolver):
    """A resolver that reads `ZONE` instead of asking anybody."""

    def __init__(self) -> None:
        super().__init__(configure=False)
        self.asked: list[str] = []

    def resolve(self, qname: Any, rdtype: Any = "A", **_: Any) -> Any:  # type: ignore[override]  # two of many
        self.asked.append(str(qname))
        if str(qname) == "silent.example.com.":
            raise dns.exception.Timeout
        lines = [line.split(maxsplit=4) for line in ZONE.splitlines() if line.startswith(str(qname))]
        if not lines:
            raise dns.resolver.NXDOMAIN
        values = [line[4] for line in lines if line[3] == rdtype.name]
        if not values:
            query = dns.message.make_query(str(qname), rdtype)
            raise dns.resolver.NoAnswer(response=dns.message.make_response(query))  # type: ignore[no-untyped-call]  # theirs
        return dns.rdataset.from_text("IN", rdtype, 60, *values)


@pytest.mark.parametrize(
    ("name", "kind", "values"),
    [
        ("cut.example.com", "TXT", ("v=spf1 include:amazonses.com ~all",)),
        ("bounce.example.com", "MX", ("10 feedback-smtp.eu-central-1.amazonses.com",)),
        ("one.example.com", "CNAME", ("one.dkim.amazonses.com",)),
        ("nothing.example.com", "TXT", ()),
        ("cut.example.com", "MX", ()),
    ],
)
def test_records_are_read(name: str, kind: str, values: tuple[str, ...]) -> None:
    resolver = Zone()
    assert DnsRecords(resolver).look_up(name, kind) == values
    assert resolver.asked == [f"{name}."]


def test_a_resolver_that_does_not_answer_is_no_missing_record() -> None:
    with pytest.raises(TemporarilyUnavailableError):
        DnsRecords(Zone()).look_up("silent.example.com", "TXT")


@pytest.fixture
def client() -> Any:
    return boto3.client(
        "sesv2", region_name="eu-central-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )


def test_the_account_is_read(client: Any) -> None:
    quota = {"Max24HourSend": -1.0, "MaxSendRate": 14.0, "SentLast24Hours": 3.0}
    answer = {
        "SendingEnabled": False,
        "ProductionAccessEnabled": True,
        "EnforcementStatus": "PROBATION",
        "SendQuota": quota,
    }
    with Stubber(client) as stub:
        stub.add_response("get_account", answer)
        read = SesAccount(client).account()
    assert read == Account(
        sending_enabled=False,
        production=True,
        status="PROBATION",
        per_second=14.0,
        max_24_hours=None,
        sent_24_hours=3.0,
    )


def test_a_sender_is_read(client: Any) -> None:
    answer = {
        "VerifiedForSendingStatus": True,
        "DkimAttributes": {"SigningEnabled": True, "Status": "SUCCESS", "Tokens": ["one", "two"]},
        "MailFromAttributes": {
            "MailFromDomain": "bounce.example.com",
            "MailFromDomainStatus": "PENDING",
            "BehaviorOnMxFailure": "USE_DEFAULT_VALUE",
        },
    }
    with Stubber(client) as stub:
        stub.add_response("get_email_identity", answer, {"EmailIdentity": "example.com"})
        stub.add_response("get_email_identity", {}, {"EmailIdentity": "example.org"})
        stub.add_client_error("get_email_identity", "NotFoundException", http_status_code=404)
        read, bare, none = (SesAccount(client).sender(f"example.{end}") for end in ("com", "org", "net"))
    assert read == SenderIdentity(
        "example.com",
        verified=True,
        dkim_status="SUCCESS",
        dkim_signing=True,
        dkim_tokens=("one", "two"),
        mail_from="bounce.example.com",
        mail_from_status="PENDING",
        region="eu-central-1",
    )
    assert bare is not None
    assert (bare.verified, bare.mail_from, bare.mail_from_status) == (False, None, None)
    assert none is None


@pytest.mark.parametrize(("code", "status"), [("TooManyRequestsException", 429), ("InternalFailure", 500)])
def test_a_busy_service_is_to_be_asked_again(client: Any, code: str, status: int) -> None:
    with Stubber(client) as stub:
        stub.add_client_error("get_account", code, http_status_code=status)
        with pytest.raises(TemporarilyUnavailableError):
            SesAccount(client).account()
