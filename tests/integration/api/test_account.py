"""The account and its sender through the API."""

import pytest

from chalicelib import bootstrap
from chalicelib.adapters.dns_records import DnsRecords
from tests.integration.api import platform
from tests.integration.api.platform import Api

DOMAIN = "mail.example.com"


def test_the_account_shows_quota_and_reputation(api: Api) -> None:
    shown = api.get("/v1/account").document
    assert shown["sending"] == {
        "enabled": True,
        "status": "HEALTHY",
        "production": False,
        "max_per_second": 100.0,
        "max_24_hours": None,
        "sent_24_hours": 0.0,
    }
    limits = (shown["reputation"]["bounce_limit"], shown["reputation"]["complaint_limit"])
    assert limits == (0.05, pytest.approx(0.001))
    assert (shown["reputation"]["accepted"], shown["reputation"]["bounce_rate"]) == (0, None)


def test_a_sender_shows_its_records(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    dkim = {"SigningEnabled": True, "Status": "PENDING", "Tokens": ["one"]}
    asked = platform.answer("GetEmailIdentity", {"VerifiedForSendingStatus": False, "DkimAttributes": dkim})
    bootstrap.account.cache_clear()
    monkeypatch.setattr(DnsRecords, "look_up", lambda _, name, __: ("v=DMARC1; p=reject",) if "_dmarc" in name else ())
    (listed,) = api.get("/v1/senders").document["items"]
    assert (listed["domain"], listed["verified"], listed["dkim_status"]) == (DOMAIN, False, "PENDING")
    shown = api.get(f"/v1/senders/{DOMAIN}").document
    assert {name: shown[name] for name in listed} == listed
    assert shown["dmarc_policy"] == "reject"
    assert [(one["purpose"], one["state"], one["found"]) for one in shown["records"]] == [
        ("dkim", "missing", []),
        ("dmarc", "found", ["v=DMARC1; p=reject"]),
    ]
    assert len(asked) == 2
    api.get("/v1/senders/example.org").problem(404, "sender-not-found")
    assert len(asked) == 2
