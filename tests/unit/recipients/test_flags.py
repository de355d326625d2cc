import pytest
from disposable_email_domains import blocklist
from hypothesis.provisional import get_top_level_domains

from chalicelib.recipients import domain_typos
from chalicelib.recipients.flags import (
    ROLE_LOCAL_PARTS,
    flag_of_domain,
    is_unknown_time_zone,
    known_time_zones,
)
from chalicelib.recipients.model import RowFlag


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        ("gamil.com", "gmail.com"),  # swapped
        ("gmial.com", "gmail.com"),  # a disposable domain too; the reader is helped more by the suggestion
        ("gmal.com", "gmail.com"),  # dropped
        ("gmaill.com", "gmail.com"),  # doubled
        ("gnail.com", "gmail.com"),  # the key beside
        ("gmall.com", "gmail.com"),  # looks alike
        ("yahu.com", None),
        ("yaho.com", "yahoo.com"),
        ("yahuo.com", "yahoo.com"),
        ("hotmial.com", "hotmail.com"),
        ("hotnail.co.uk", "hotmail.co.uk"),
        ("outlok.com", "outlook.com"),
        ("iclould.com", None),
        ("iclud.com", "icloud.com"),
        ("tonline.de", "t-online.de"),
        ("gmail.con", "gmail.com"),
        ("gmail.cmo", "gmail.com"),
        ("hotmail.ocm", "hotmail.com"),
        ("aol.con", "aol.com"),
        ("gmail.co", "gmail.com"),
        ("yahoo.couk", "yahoo.co.uk"),
        ("comcast.bet", "comcast.net"),
        ("firm.example.con", "firm.example.com"),
        ("charity.ogr", "charity.org"),
    ],
)
def test_a_common_typing_error_is_warned_of_with_a_suggestion(domain: str, meant: str | None) -> None:
    assert flag_of_domain(domain) == ((RowFlag.DOMAIN_TYPO, f"did you mean {meant}?") if meant else None)


@pytest.mark.parametrize(
    "domain",
    [
        *(
            "mail.com",
            "ymail.com",
            "email.com",
            "gmx.net",
            "gmx.de",
            "gmx.at",
            "yahoo.co.uk",
            "yahoo.ca",
            "rocketmail.com",
        ),
        *("cloud.com", "libera.it", "outlook.cl", "live.cl", "hotmail.ca", "me.com", "mac.com", "web.de", "mail.ru"),
        *("example.org", "example.co", "gmail.example", "mail.gmail.com", "xn--mller-kva.example", "o2.pl", "wp.pl"),
        *domain_typos.PROVIDERS,
        *sorted(domain_typos.LEGITIMATE),
    ],
)
def test_a_domain_of_its_own_right_is_not_flagged(domain: str) -> None:
    assert flag_of_domain(domain) is None


def test_no_top_level_domain_that_exists_is_taken_as_mistyped() -> None:
    existing = {name.lower() for name in get_top_level_domains()}
    assert existing.isdisjoint(domain_typos._meant_top_levels())
    assert existing.issuperset(domain_typos._meant_top_levels().values())


def test_each_domain_of_its_own_right_would_be_suspected_otherwise() -> None:
    near = {
        f"{wrong}.{end}"
        for name, _, end in (provider.partition(".") for provider in domain_typos.PROVIDERS)
        for wrong in domain_typos._misspelt(name)
    }
    assert near.issuperset(domain_typos.LEGITIMATE)


def test_a_disposable_domain_is_flagged_with_its_subdomains() -> None:
    detail = "mailinator.com gives out addresses that are soon dropped."
    assert flag_of_domain("mailinator.com") == (RowFlag.DISPOSABLE_DOMAIN, detail)
    assert flag_of_domain("anything.mailinator.com") == (RowFlag.DISPOSABLE_DOMAIN, detail)
    assert flag_of_domain("notmailinator.example") is None


def test_no_large_provider_is_disposable() -> None:
    assert blocklist.isdisjoint(domain_typos.PROVIDERS)


def test_role_addresses_are_known_by_their_local_part() -> None:
    assert {"info", "sales", "postmaster", "no-reply", "kontakt", "ventas"} <= ROLE_LOCAL_PARTS
    assert all(part == part.strip().lower() and part.isascii() for part in ROLE_LOCAL_PARTS)
    assert not {"anna", "peter", "maria"} & ROLE_LOCAL_PARTS


@pytest.mark.parametrize(
    ("cell", "unknown"),
    [
        ("Europe/Berlin", False),
        (" America/Argentina/Buenos_Aires ", False),
        ("UTC", False),
        ("", False),
        ("   ", False),
        ("Europe/Atlantis", True),
        ("europe/berlin", True),
        ("GMT+2", True),
        ("../etc/passwd", True),
        ("a\0b", True),
    ],
)
def test_a_time_zone_is_one_of_the_iana_database(cell: str, unknown: bool) -> None:  # noqa: FBT001 - a table's column
    assert is_unknown_time_zone(cell) is unknown


def test_the_known_time_zones_are_read_once() -> None:
    assert known_time_zones() is known_time_zones()
