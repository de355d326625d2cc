"""What a stack may configure, and what a wrong value is answered with."""

import re
from datetime import date
from pathlib import Path

import pytest

from chalicelib.sending.limits import SendLimits, WarmUp, read_limits
from infra.config import StackConfigError, keys, read_config

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "deployment.md"


def test_only_the_senders_domain_must_be_given() -> None:
    config = read_config({"senderDomain": "mail.example.com"}.get)
    assert config.open_search
    assert config.protect_data
    assert config.architecture == "arm64"
    assert config.cors_origins == ()
    assert config.settle_seconds == 900


def test_values_are_read_from_text() -> None:
    config = read_config(
        {
            "senderDomain": "mail.example.com",
            "corsOrigins": '["https://a.example", "https://b.example"]',
            "logRetentionDays": "14",
            "protectData": "false",
            "openSearch": "false",
            "analyticsUrl": "sqlite:////tmp/a.db",
        }.get
    )
    assert config.cors_origins == ("https://a.example", "https://b.example")
    assert config.log_retention_days == 14
    assert not config.protect_data
    assert config.analytics_url == "sqlite:////tmp/a.db"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("senderDomain", "not a domain"),
        ("senderDomain", "localhost"),
        ("corsOrigins", "https://a.example"),
        ("logRetentionDays", "8"),
        ("protectData", "perhaps"),
        ("architecture", "mips"),
        ("packagePlatform", "docker"),
        ("eventDelivery", "post"),
        ("eventBufferSeconds", "0"),
        ("eventBufferMegabytes", "11"),
        ("settleSeconds", "0"),
        ("sendConcurrency", "100000"),
        ("recipientRetentionDays", "0"),
        ("publicBaseUrl", "example.com"),
        ("transactionalReserve", "91"),
        ("bulkMessages", "51"),
        ("domainLimits", '{"gmail.com": 0}'),
        ("domainLimits", '{"Gmail": 20}'),
        ("warmUpStart", "soon"),
        ("warmUpCaps", "[200, 0]"),
        ("tags", '{"aws:mine": "1"}'),
        ("mailFromSubdomain", "a.b"),
        ("hostedZoneId", "example.com"),
        ("dmarcPolicy", "perhaps"),
        ("dmarcReports", "a@example.com; pct=1"),
        ("trackingDomain", "links"),
        ("trackingCertificateArn", "arn:aws:acm:eu-central-1:123456789012:certificate/0"),
        ("alarmAddress", "ops"),
        ("monthlyBudget", "0"),
        ("openSearchNodes", "4"),
        ("openSearchInstance", "t3.small"),
        ("openSearchMasters", "three"),
        ("openSearchStorage", "5"),
        ("apiDomain", "api"),
        ("apiCertificateArn", "arn:aws:iam::123456789012:server-certificate/a"),
        ("wafRequests", "1"),
        ("apiStableVersion", "newest"),
        ("apiShiftPercent", "100"),
        ("webhookNetworks", '["10.1.0.0/99"]'),
        ("extraSenderDomains", '["not a domain"]'),
        ("webhookNetworks", '["10.1.0.5/16"]'),
    ],
)
def test_a_wrong_value_is_refused_by_its_key(key: str, value: str) -> None:
    with pytest.raises(StackConfigError, match=key):
        read_config({"senderDomain": "mail.example.com", key: value}.get)


def test_the_limits_on_campaigns_are_what_the_functions_are_told() -> None:
    none = read_config({"senderDomain": "mail.example.com"}.get)
    assert read_limits(none.send_limits) == SendLimits()
    config = read_config(
        {
            "senderDomain": "mail.example.com",
            "transactionalReserve": "10",
            "bulkMessages": "25",
            "domainLimits": '{"gmail.com": 20, "web.de": 2.5}',
            "warmUpStart": "2026-12-01",
            "warmUpCaps": "[200, 500]",
        }.get
    )
    plan = WarmUp(date(2026, 12, 1), (200, 500))
    assert read_limits(config.send_limits) == SendLimits(10, {"gmail.com": 20.0, "web.de": 2.5}, plan, 25)


@pytest.mark.parametrize("half", [{"warmUpStart": "2026-12-01"}, {"warmUpCaps": "[200]"}])
def test_a_warm_up_plan_needs_both_its_start_and_its_caps(half: dict[str, str]) -> None:
    with pytest.raises(StackConfigError, match="warmUpStart and warmUpCaps"):
        read_config({"senderDomain": "mail.example.com", **half}.get)


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"trackingDomain": "links.mail.example.com"}, "trackingCertificateArn"),
        (
            {
                "trackingDomain": "links.example.org",
                "trackingCertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/0",
            },
            "below mail.example.com",
        ),
        ({"monthlyBudget": "100"}, "alarmAddress"),
        ({"apiDomain": "api.example.com"}, "apiCertificateArn"),
        ({"apiShiftPercent": "10"}, "apiStableVersion"),
        ({"oldestTokenGeneration": "2"}, "tokenGeneration"),
    ],
)
def test_what_only_works_together_is_refused_alone(values: dict[str, str], fault: str) -> None:
    with pytest.raises(StackConfigError, match=fault):
        read_config({"senderDomain": "mail.example.com", **values}.get)


def test_a_missing_domain_is_named() -> None:
    with pytest.raises(StackConfigError, match="senderDomain"):
        read_config(lambda _key: None)


@pytest.mark.parametrize(
    "choice",
    [{"openSearch": "true", "analyticsUrl": "https://search.example"}, {"openSearch": "false"}],
)
def test_statistics_are_kept_in_exactly_one_place(choice: dict[str, str]) -> None:
    with pytest.raises(StackConfigError, match="openSearch"):
        read_config({"senderDomain": "mail.example.com", **choice}.get)


def test_every_key_is_documented_with_its_description_and_no_other() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| [^|]* \| ([^|]*) \|$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE))
    assert rows == keys()


def _brought(stack: str) -> dict[str, str]:
    text = (ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")
    return dict(re.findall(r"^  email-platform:(\w+): [\"']?(.*?)[\"']?(?: #.*)?$", text, re.MULTILINE))


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_the_stacks_that_the_repository_brings_are_valid_and_use_known_keys_only(stack: str) -> None:
    values = _brought(stack)
    assert values.keys() <= keys().keys()
    assert read_config(values.get).tags


def test_data_are_protected_where_they_matter_and_somebody_is_told() -> None:
    production = read_config(_brought("prod").get)
    assert production.protect_data
    assert production.alarm_address
    assert production.transactional_reserve > 0
    assert not read_config(_brought("dev").get).protect_data
