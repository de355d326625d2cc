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
    listed, _ = api.get("/v1/senders").document["items"]
    assert (listed["domain"], listed["verified"], listed["dkim_status"]) == (DOMAIN, False, "PENDING")
    shown = api.get(f"/v1/senders/{DOMAIN}").document
    assert {name: shown[name] for name in listed} == listed
    assert shown["dmarc_policy"] == "reject"
    assert [(one["purpose"], one["state"], one["found"]) for one in shown["records"]] == [
        ("dkim", "missing", []),
        ("dmarc", "found", ["v=DMARC1; p=reject"]),
    ]
    assert len(asked) == 3
    api.get("/v1/senders/example.org").problem(404, "sender-not-found")
    assert len(asked) == 3


def test_a_domain_that_the_stack_allows_is_added_and_removed(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    dkim = {"SigningEnabled": True, "Status": "PENDING", "Tokens": ["one"]}
    mail_from = {"MailFromDomain": "returns.shop.example.org", "MailFromDomainStatus": "PENDING"}
    platform.answer("GetEmailIdentity", {"DkimAttributes": dkim, "MailFromAttributes": mail_from})
    made = platform.answer("CreateEmailIdentity", {})
    renewed = platform.answer("PutEmailIdentityDkimSigningAttributes", {})
    removed = platform.answer("DeleteEmailIdentity", {})
    addressed = platform.answer("PutEmailIdentityMailFromAttributes", {})
    bootstrap.account.cache_clear()
    monkeypatch.setattr(DnsRecords, "look_up", lambda *_: ())
    added = api.post("/v1/senders", {"domain": "Shop.Example.org", "mail_from": "returns"})
    assert (added.status, added.headers["location"]) == (201, "/v1/senders/shop.example.org")
    assert [record["name"] for record in added.document["records"]] == [
        "one._domainkey.shop.example.org",
        "returns.shop.example.org",
        "returns.shop.example.org",
        "_dmarc.shop.example.org",
    ]
    assert b"returns.shop.example.org" in addressed[0]["body"]
    assert [one["domain"] for one in api.get("/v1/senders").document["items"]] == [DOMAIN, "shop.example.org"]
    assert api.post("/v1/senders/shop.example.org/refresh").status == 200
    assert api.call("DELETE", "/v1/senders/shop.example.org").status == 204
    assert [len(calls) for calls in (made, renewed, removed)] == [1, 1, 1]
    refused = api.post("/v1/senders", {"domain": "other.example.org"}).problem(422, "invalid-input")
    assert [error["pointer"] for error in refused["errors"]] == ["/domain"]
    api.post("/v1/senders", {"domain": DOMAIN}).problem(409, "sender-fixed")
    api.call("DELETE", f"/v1/senders/{DOMAIN}").problem(409, "sender-fixed")
    api.call("DELETE", "/v1/senders/other.example.org").problem(404, "sender-not-found")
    assert [len(calls) for calls in (made, renewed, removed)] == [1, 1, 1]
