"""Senders besides the stack's own: only those that the deployment allows."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from chalicelib.account.senders import SenderFixedError, SenderManagement
from chalicelib.account.service import SenderNotFoundError
from chalicelib.kernel.errors import InvalidInputError

OWN, SHOP = "mail.example.com", "shop.example.org"


@dataclass
class FakeIdentities:
    """The `SenderIdentities` port."""

    mail_from: dict[str, str | None] = field(default_factory=dict)
    renewed: list[str] = field(default_factory=list)

    def create(self, domain: str) -> None:
        self.mail_from.setdefault(domain, None)

    def set_mail_from(self, domain: str, subdomain: str | None) -> None:
        self.mail_from[domain] = subdomain

    def renew(self, domain: str) -> None:
        self.renewed.append(domain)

    def delete(self, domain: str) -> bool:
        return self.mail_from.pop(domain, "none") != "none"


@pytest.fixture
def identities() -> FakeIdentities:
    return FakeIdentities()


@pytest.fixture
def management(identities: FakeIdentities) -> SenderManagement:
    return SenderManagement(identities=identities, own=OWN, allowed=[SHOP])


def test_an_allowed_domain_is_added_refreshed_and_removed(
    management: SenderManagement, identities: FakeIdentities
) -> None:
    management.add("Shop.Example.org", "bounce")
    assert identities.mail_from == {SHOP: f"bounce.{SHOP}"}
    management.add(SHOP, None)
    assert identities.mail_from == {SHOP: None}
    management.refresh("SHOP.example.org")
    assert identities.renewed == [SHOP]
    management.remove(SHOP)
    assert identities.mail_from == {}
    with pytest.raises(SenderNotFoundError):
        management.remove(SHOP)


def test_no_other_domain_is_added(management: SenderManagement, identities: FakeIdentities) -> None:
    with pytest.raises(InvalidInputError) as refused:
        management.add("other.example.org", None)
    assert [fault.pointer for fault in refused.value.errors] == ["/domain"]
    for change in (management.refresh, management.remove):
        with pytest.raises(SenderNotFoundError):
            change("other.example.org")
    assert (identities.mail_from, identities.renewed) == ({}, [])


def test_the_stacks_own_is_left_to_the_stack(management: SenderManagement, identities: FakeIdentities) -> None:
    changes: list[Callable[[str], None]] = [
        lambda domain: management.add(domain, "other"),
        management.refresh,
        management.remove,
    ]
    for change in changes:
        with pytest.raises(SenderFixedError):
            change(OWN.upper())
    assert (identities.mail_from, identities.renewed) == ({}, [])
