"""Messages: made from parts, known by an id that encodes their place, with a status that follows from facts."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.analytics.model import document_of
from chalicelib.kernel.errors import InvalidInputError
from chalicelib.messages.creation import MessageCreation
from chalicelib.messages.model import (
    Facts,
    Message,
    MessageFilter,
    MessageKey,
    MessageNotFoundError,
    MessageStatus,
    Tally,
    has_bounced,
    is_held,
    key_of,
    status_of,
    tally_one,
)
from chalicelib.messages.service import MessageService
from chalicelib.recipients.addresses import mailbox_hash
from tests.fakes.analytics import FakeAnalytics
from tests.fakes.campaigns import FakeCampaigns, FakeSlices
from tests.fakes.messages import FakeMessages, FakeRecipientParts
from tests.fakes.tracking import FixedClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CAMPAIGN = "cmp_01k9xq8z0v5w3r7t2y4n6m8p0s"
TIMES = [field.name for field in fields(Facts) if field.name.endswith(("_at", "_since"))]


@pytest.mark.parametrize(
    ("known", "status"),
    [
        ([], MessageStatus.PENDING),
        (["unknown_since"], MessageStatus.UNKNOWN),
        (["unknown_since", "held_at"], MessageStatus.UNKNOWN),
        (["unknown_since", "skipped_at"], MessageStatus.SKIPPED),
        (["unknown_since", "accepted_at"], MessageStatus.ACCEPTED),
        (["failed_at", "accepted_at"], MessageStatus.ACCEPTED),
        (["failed_at"], MessageStatus.FAILED),
        (["accepted_at", "delayed_at", "first_opened_at"], MessageStatus.ACCEPTED),
        (["accepted_at", "delivered_at"], MessageStatus.DELIVERED),
        (["accepted_at", "rejected_at"], MessageStatus.REJECTED),
        (["accepted_at", "bounced_at"], MessageStatus.BOUNCED),
        (["accepted_at", "delivered_at", "bounced_at"], MessageStatus.DELIVERED),
        (["accepted_at", "delivered_at", "bounced_at", "complained_at"], MessageStatus.COMPLAINED),
    ],
)
def test_the_strongest_fact_decides_the_status(known: list[str], status: MessageStatus) -> None:
    assert status_of(Facts(**dict.fromkeys(known, NOON))) is status  # type: ignore[arg-type]  # only times are set


@pytest.mark.parametrize("delivered_at", [None, NOON])
@pytest.mark.parametrize("bounce_type", ["Permanent", "Transient", "Undetermined", None])
def test_after_a_delivery_only_a_hard_bounce_shows(bounce_type: str | None, delivered_at: datetime | None) -> None:
    facts = Facts(accepted_at=NOON, bounced_at=NOON, bounce_type=bounce_type, delivered_at=delivered_at)
    shown = bounce_type == "Permanent" or delivered_at is None
    assert has_bounced(facts) is shown
    assert status_of(facts) is (MessageStatus.BOUNCED if shown else MessageStatus.DELIVERED)


@pytest.mark.parametrize(
    ("lost", "held", "released", "status", "is_held_now"),
    [
        (1, None, None, MessageStatus.UNKNOWN, False),
        (1, 2, None, MessageStatus.UNKNOWN, True),
        (1, 2, 3, MessageStatus.PENDING, False),
        (3, 2, 3, MessageStatus.UNKNOWN, False),
        (4, 2, 3, MessageStatus.UNKNOWN, False),
        (4, 5, 3, MessageStatus.UNKNOWN, True),
        (4, 5, 6, MessageStatus.PENDING, False),
    ],
)
def test_a_message_that_was_released_is_pending_until_its_answer_is_lost_again(
    lost: int, held: int | None, released: int | None, status: MessageStatus, *, is_held_now: bool
) -> None:
    moments = {"unknown_since": lost, "held_at": held, "released_at": released}
    facts = Facts(**{name: NOON + timedelta(hours=hours) for name, hours in moments.items() if hours})  # type: ignore[arg-type]  # only times are set
    assert (status_of(facts), is_held(facts)) == (status, is_held_now)
    assert status_of(replace(facts, accepted_at=NOON)) is MessageStatus.ACCEPTED


@given(known=st.sets(st.sampled_from(TIMES)))
def test_the_account_of_any_message_adds_up(known: set[str]) -> None:
    tally = tally_one(Facts(**dict.fromkeys(known, NOON)))  # type: ignore[arg-type]  # only times are set
    assert tally.planned == 1
    assert tally.pending + tally.accepted + tally.failed + tally.skipped + tally.unknown == 1
    assert tally.held <= tally.unknown


def test_accounts_are_added_field_by_field() -> None:
    assert Tally(5, 0, 3, 1, 1, 0, 0) + Tally(4, 1, 1, 0, 1, 1, 1) == Tally(9, 1, 4, 1, 2, 1, 1)
    assert Tally(5, 0, 3, 1, 1).balanced
    assert not Tally(5, 1, 3, 1).balanced
    assert not Tally(5, 0, 3, 1).balanced


@given(part=st.integers(0, 99_999), seq=st.integers(0, 99_999))
def test_an_id_encodes_the_place_of_its_message(part: int, seq: int) -> None:
    message = Message(CAMPAIGN, part, seq, "anna@example.org", NOON)
    assert key_of(message.message_id) == MessageKey(CAMPAIGN, part, seq)


@pytest.mark.parametrize("text", ["", CAMPAIGN, f"{CAMPAIGN}-0-0", f"{CAMPAIGN}-00000-00000\n", "x-00000-00000"])
def test_what_is_no_message_id_names_no_message(text: str) -> None:
    with pytest.raises(MessageNotFoundError):
        key_of(text)


def test_each_recipient_of_a_part_gets_one_message_in_its_place() -> None:
    messages, campaigns = FakeMessages(), FakeCampaigns()
    parts = FakeRecipientParts(["a@example.org"], ["b@example.org", "c@example.org"])
    creation = MessageCreation(
        messages=messages, parts=parts, tallies=campaigns, slices=FakeSlices(), clock=FixedClock(NOON)
    )
    assert [creation.create_part(CAMPAIGN, "rcf_1", part) for part in (1, 0, 1)] == [2, 1, 2]
    made = messages.read_group(CAMPAIGN, 1, 0, 50)
    assert [(one.seq, one.address, one.fields, one.status) for one in made] == [
        (0, "b@example.org", {"name": "b"}, MessageStatus.PENDING),
        (1, "c@example.org", {"name": "c"}, MessageStatus.PENDING),
    ]
    assert campaigns.tallies(CAMPAIGN, 2) == {0: Tally(1, 1), 1: Tally(2, 2)}


def test_the_api_reads_messages_by_id_and_in_order() -> None:
    messages = FakeMessages()
    messages.put_all(Message(CAMPAIGN, 0, seq, f"u{seq}@example.org", NOON) for seq in range(3))
    service = MessageService(messages=messages, index=FakeAnalytics())
    assert service.get(f"{CAMPAIGN}-00000-00002").address == "u2@example.org"
    page = service.list(CAMPAIGN, parts=1, wanted=MessageFilter(), limit=2, cursor=None)
    rest = service.list(CAMPAIGN, parts=1, wanted=MessageFilter(), limit=2, cursor=page.next_cursor)
    assert [one.seq for one in [*page.items, *rest.items]] == [0, 1, 2]
    with pytest.raises(MessageNotFoundError):
        service.get(f"{CAMPAIGN}-00000-00003")


def test_messages_are_found_by_reason_or_address_through_the_index_and_shown_as_they_are_stored() -> None:
    messages, index = FakeMessages(), FakeAnalytics()
    messages.put_all(Message(CAMPAIGN, 0, seq, f"U{seq}@example.org", NOON) for seq in range(5))
    for seq in range(4):
        step = partial(Message.with_facts, failed_at=NOON, reason="refused")
        failed = messages.change(messages.items[MessageKey(CAMPAIGN, 0, seq)], step)
        index.index_messages([document_of(failed)])
    released = messages.items[MessageKey(CAMPAIGN, 0, 1)]
    messages.items[MessageKey(CAMPAIGN, 0, 1)] = replace(released, facts=Facts())
    service = MessageService(messages=messages, index=index)
    wanted = MessageFilter(MessageStatus.FAILED, "refused")
    page = service.list(CAMPAIGN, parts=1, wanted=wanted, limit=2, cursor=None)
    assert [one.seq for one in page.items] == [0]  # the second one is failed no more
    rest = service.list(CAMPAIGN, parts=1, wanted=wanted, limit=2, cursor=page.next_cursor)
    assert ([one.seq for one in rest.items], rest.next_cursor) == ([2, 3], None)
    with pytest.raises(InvalidInputError):
        service.list(CAMPAIGN, parts=1, wanted=MessageFilter(reason="other"), limit=2, cursor=page.next_cursor)
    of_one = MessageFilter(address_hash=mailbox_hash(" u3@EXAMPLE.org"))
    assert [one.seq for one in service.list(CAMPAIGN, parts=1, wanted=of_one, limit=2, cursor=None).items] == [3]
