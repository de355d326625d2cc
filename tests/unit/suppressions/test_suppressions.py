"""Suppressions as an operator puts, reads and lifts them."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.kernel.errors import InvalidInputError
from chalicelib.suppressions.model import Suppression, SuppressionReason, SuppressionScope
from chalicelib.suppressions.service import SuppressionNotFoundError, SuppressionService
from tests.fakes.suppressions import FakeSuppressions
from tests.fakes.tracking import FixedClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def service(clock: FixedClock) -> SuppressionService:
    return SuppressionService(suppressions=FakeSuppressions(), clock=clock)


def put(service: SuppressionService, address: str) -> Suppression:
    return service.put(address, SuppressionScope.ALL, source="key_1", reason=SuppressionReason.MANUAL)


def test_an_address_is_kept_in_its_canonical_form(service: SuppressionService) -> None:
    stored = put(service, " Anna@Example.org ")
    expected = Suppression("anna@example.org", SuppressionScope.ALL, SuppressionReason.MANUAL, "key_1", NOON)
    assert stored == expected
    assert service.get("ANNA@example.org") == [expected]


def test_putting_an_address_again_keeps_its_time(service: SuppressionService, clock: FixedClock) -> None:
    put(service, "anna@example.org")
    clock.time += timedelta(days=1)
    assert put(service, "anna@example.org").since == NOON


def test_a_lifted_suppression_is_gone(service: SuppressionService) -> None:
    put(service, "anna@example.org")
    service.delete("Anna@example.org", SuppressionScope.ALL)
    with pytest.raises(SuppressionNotFoundError):
        service.get("anna@example.org")
    with pytest.raises(SuppressionNotFoundError):
        service.delete("anna@example.org", SuppressionScope.ALL)


def test_lifting_one_scope_leaves_the_other(service: SuppressionService) -> None:
    put(service, "anna@example.org")
    with pytest.raises(SuppressionNotFoundError):
        service.delete("anna@example.org", SuppressionScope.CAMPAIGNS)
    assert len(service.get("anna@example.org")) == 1


@pytest.mark.parametrize(
    "address", ["", "anna", "anna@", "@example.org", "an na@example.org", "a\n@example.org", "a" * 250 + "@example.org"]
)
def test_what_cannot_be_an_address_is_refused(service: SuppressionService, address: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        put(service, address)
    assert refusal.value.errors[0].pointer == "/address"
