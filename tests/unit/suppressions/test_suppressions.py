"""Suppressions as an operator puts, reads and lifts them."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.kernel.errors import InvalidInputError
from chalicelib.suppressions.model import Suppression, SuppressionReason, SuppressionScope, campaign_scopes
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


def test_a_reason_put_by_hand_hides_none_that_is_there() -> None:
    suppressions = FakeSuppressions()
    complaint = Suppression("anna@example.org", SuppressionScope.ALL, SuppressionReason.COMPLAINT, "ses", NOON)
    suppressions.put(complaint)
    service = SuppressionService(suppressions=suppressions, clock=FixedClock(NOON))
    by_hand = put(service, "anna@example.org")
    assert service.get("anna@example.org") == [complaint, by_hand]
    service.delete("anna@example.org", SuppressionScope.ALL, SuppressionReason.MANUAL)
    assert service.get("anna@example.org") == [complaint]


@pytest.mark.parametrize("reason", [SuppressionReason.MANUAL, None])
def test_a_lifted_suppression_is_gone(service: SuppressionService, reason: SuppressionReason | None) -> None:
    put(service, "anna@example.org")
    service.delete("Anna@example.org", SuppressionScope.ALL, reason)
    with pytest.raises(SuppressionNotFoundError):
        service.get("anna@example.org")
    with pytest.raises(SuppressionNotFoundError):
        service.delete("anna@example.org", SuppressionScope.ALL, reason)


@pytest.mark.parametrize(
    ("scope", "reason"),
    [
        (SuppressionScope.CAMPAIGNS, None),
        (SuppressionScope.ALL, SuppressionReason.COMPLAINT),
        (SuppressionScope("topic:news"), SuppressionReason.MANUAL),
    ],
)
def test_lifting_another_scope_or_reason_leaves_it(
    service: SuppressionService, scope: SuppressionScope, reason: SuppressionReason | None
) -> None:
    put(service, "anna@example.org")
    with pytest.raises(SuppressionNotFoundError):
        service.delete("anna@example.org", scope, reason)
    assert len(service.get("anna@example.org")) == 1


@pytest.mark.parametrize("text", ["all", "campaigns", "topic:news", "topic:a-1", "topic:" + "9" * 40, "topic:all"])
def test_a_scope_is_all_or_campaigns_or_a_topic(text: str) -> None:
    assert SuppressionScope(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "ALL", "news", "topic:", "topic:News", "topic:a b", "topic:a\n", "topic:" + "a" * 41, " all", "topic:ä"],
)
def test_anything_else_is_no_scope(text: str) -> None:
    with pytest.raises(ValueError, match="topic:<name>"):
        SuppressionScope(text)


def test_a_campaign_is_kept_away_by_the_scopes_that_it_lies_in() -> None:
    assert campaign_scopes(None) == ("all", "campaigns")
    assert campaign_scopes("news") == ("all", "campaigns", "topic:news")


@pytest.mark.parametrize(
    "address", ["", "anna", "anna@", "@example.org", "an na@example.org", "a\n@example.org", "a" * 250 + "@example.org"]
)
def test_what_cannot_be_an_address_is_refused(service: SuppressionService, address: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        put(service, address)
    assert refusal.value.errors[0].pointer == "/address"
