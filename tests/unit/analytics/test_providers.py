"""Which provider a domain belongs to."""

from collections import Counter

import pytest

from chalicelib.analytics.providers import OTHER, PROVIDERS


def provider_of(domain: str) -> str:
    return next((name for name, domains in PROVIDERS.items() if domain.casefold() in domains), OTHER)


@pytest.mark.parametrize(
    ("domain", "provider"),
    [
        ("gmail.com", "Gmail"),
        ("GoogleMail.com", "Gmail"),
        ("outlook.com", "Microsoft"),
        ("hotmail.co.uk", "Microsoft"),
        ("live.de", "Microsoft"),
        ("msn.com", "Microsoft"),
        ("yahoo.com", "Yahoo"),
        ("yahoo.co.uk", "Yahoo"),
        ("aol.com", "Yahoo"),
        ("yahoo.co.jp", "Yahoo Japan"),
        ("icloud.com", "Apple iCloud"),
        ("me.com", "Apple iCloud"),
        ("proton.me", "Proton"),
        ("gmx.de", "GMX and WEB.DE"),
        ("web.de", "GMX and WEB.DE"),
        ("qq.com", "Tencent QQ"),
        ("example.org", OTHER),
        ("mail.gmail.com", OTHER),
        ("notgmail.com", OTHER),
        ("", OTHER),
    ],
)
def test_a_domain_belongs_to_the_provider_of_its_mailboxes(domain: str, provider: str) -> None:
    assert provider_of(domain) == provider


def test_no_domain_belongs_to_two_providers() -> None:
    counts = Counter(domain for domains in PROVIDERS.values() for domain in domains)
    assert [domain for domain, count in counts.items() if count > 1] == []


def test_domains_are_written_as_documents_hold_them() -> None:
    for domains in PROVIDERS.values():
        assert all(domain == domain.casefold().strip() and "." in domain for domain in domains)
    assert OTHER not in PROVIDERS
