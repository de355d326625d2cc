"""Which change is which event: at most one of a kind, under the same id whenever it is told."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.campaigns.model import Campaign, CampaignState, Sender
from chalicelib.live import telling
from chalicelib.live.domain_events import DetailType, DomainEvent, MessageBounced, SuppressionLifted
from chalicelib.messages.model import Facts, Message
from chalicelib.suppressions.model import Suppression, SuppressionReason, SuppressionScope
from chalicelib.tracking.facts import apply
from chalicelib.tracking.model import EventKind, TrackedEvent
from chalicelib.transactional.model import TransactionalMessage
from chalicelib.webhooks.model import DisabledReason, Secret, Webhook

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)
CAMPAIGN = Campaign(
    campaign_id=f"cmp_{'0' * 26}",
    name="Spring",
    state=CampaignState.DRAFT,
    template_id=f"tpl_{'0' * 26}",
    template_version=1,
    file_id=f"rcp_{'0' * 26}",
    sender=Sender("news@example.com"),
    parts=1,
    created_at=NOON,
    revision=1,
)
MESSAGE = Message(CAMPAIGN.campaign_id, 0, 7, "anna@example.org", NOON, fields={"name": "Anna"}, revision=1)
WEBHOOK = Webhook(
    webhook_id=f"whk_{'0' * 26}",
    name="CRM",
    url="https://crm.example.com/hook?token=1",
    events=None,
    secret=Secret("00", NOON),
    created_at=NOON,
    created_by="ci",
    revision=1,
)
SINGLE = TransactionalMessage(f"txn_{'0' * 26}", "bob@example.org", "a@example.com", NOON, "key", revision=1)

moments = st.none() | st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
facts = st.builds(
    Facts,
    delivered_at=moments,
    bounced_at=moments,
    bounce_type=st.none() | st.sampled_from(["Permanent", "Transient", "Undetermined"]),
    bounce_subtype=st.none() | st.just("General"),
    complained_at=moments,
    rejected_at=moments,
    unsubscribed_at=moments,
)
messages = st.builds(MESSAGE.__class__, *map(st.just, (MESSAGE.campaign_id, 0, 7, MESSAGE.address, NOON)), facts=facts)
campaigns = st.builds(
    lambda state, revision: replace(CAMPAIGN, state=state, revision=revision),
    st.sampled_from(CampaignState),
    st.integers(1, 9),
)
suppressions = st.lists(
    st.builds(
        Suppression,
        st.just(MESSAGE.address),
        st.just(SuppressionScope.ALL),
        st.sampled_from(SuppressionReason),
        st.just("test"),
        st.sampled_from([NOON, LATER]),
    ),
    unique_by=lambda one: one.reason,
)


def _kinds(told: Iterable[DomainEvent]) -> list[str]:
    return [event.detail_type.value for event in told]


def _is_repeatable(first: list[DomainEvent], second: list[DomainEvent]) -> None:
    assert first == second
    assert all(count == 1 for count in Counter(_kinds(first)).values())
    assert len({event.event_id for event in first}) == len(first)


@given(st.none() | messages, messages)
def test_any_change_of_a_message_tells_at_most_one_event_of_a_kind(old: Message | None, new: Message) -> None:
    told = telling.of_message(old, new)
    _is_repeatable(told, telling.of_message(old, new))
    assert MESSAGE.address not in str([event.detail() for event in told])
    assert telling.of_message(new, new) == []


@given(st.none() | campaigns, campaigns)
def test_any_change_of_a_campaign_tells_its_state_if_it_is_another(old: Campaign | None, new: Campaign) -> None:
    told = telling.of_campaign(old, new, NOON)
    _is_repeatable(told, telling.of_campaign(old, new, NOON))
    assert len(told) == (old is None or old.state is not new.state)


@given(suppressions, suppressions)
def test_any_change_of_suppressions_tells_at_most_the_gravest_new_reason_and_what_was_lifted(
    old: list[Suppression], new: list[Suppression]
) -> None:
    told = telling.of_suppressions(old, new, LATER)
    _is_repeatable(told, telling.of_suppressions(old, new, LATER))
    before, after = ({one.reason for one in which} for which in (old, new))
    assert [event.detail_type for event in told] == [
        *([DetailType.ADDRESS_SUPPRESSED] if after - before else []),
        *([DetailType.SUPPRESSION_LIFTED] if before - after else []),
    ]
    for event in told:
        if isinstance(event, SuppressionLifted):
            assert set(event.reasons) == before - after
            assert event.free == (not after)


events = st.builds(
    lambda kind, seconds, bounce: TrackedEvent(
        kind=kind,
        message_id=MESSAGE.message_id,
        campaign_id=MESSAGE.campaign_id,
        provider_id="p",
        recipient=MESSAGE.address,
        at=NOON + timedelta(seconds=seconds),
        bounce_type=bounce,
        bounce_subtype="General",
    ),
    st.sampled_from(
        [EventKind.BOUNCE, EventKind.COMPLAINT, EventKind.DELIVERY, EventKind.REJECT, EventKind.RENDERING_FAILURE]
    ),
    st.integers(0, 100),
    st.sampled_from(["Permanent", "Transient", "Undetermined"]),
)


@given(st.lists(events, max_size=12))
def test_in_the_life_of_a_message_no_id_is_used_for_two_events(life: list[TrackedEvent]) -> None:
    message, told = MESSAGE, []
    for event in life:
        after = apply(message, event)
        told += telling.of_message(message, after)
        message = after
    assert len({event.event_id for event in told}) == len(told)
    for kind in (DetailType.MESSAGE_COMPLAINED, DetailType.MESSAGE_REJECTED):
        assert _kinds(told).count(kind) <= 1
    if any(event.kind is EventKind.BOUNCE and event.bounce_type == "Permanent" for event in life):
        hard = [one for one in told if isinstance(one, MessageBounced) and one.bounce_type == "Permanent"]
        assert len(hard) == 1


@pytest.mark.parametrize(
    ("fact", "kind"),
    [
        ("complained_at", "Message Complained"),
        ("rejected_at", "Message Rejected"),
        ("unsubscribed_at", "Message Unsubscribed"),
    ],
)
def test_a_fact_is_told_with_its_time_when_it_appears(fact: str, kind: str) -> None:
    (event,) = telling.of_message(MESSAGE, MESSAGE.with_facts(**{fact: LATER}))
    assert event.detail_type == kind
    assert event.detail() == {
        "event_id": event.event_id,
        "schema_version": 1,
        "occurred_at": "2026-03-01T12:05:00.000Z",
        "message_id": MESSAGE.message_id,
        "campaign_id": MESSAGE.campaign_id,
    }
    earlier = telling.of_message(MESSAGE.with_facts(**{fact: LATER}), MESSAGE.with_facts(**{fact: NOON}))
    assert earlier == []


def test_a_soft_bounce_that_turns_hard_is_told_again_under_another_id() -> None:
    soft = MESSAGE.with_facts(bounced_at=NOON, bounce_type="Transient", bounce_subtype="MailboxFull")
    hard = MESSAGE.with_facts(bounced_at=NOON, bounce_type="Permanent", bounce_subtype="General")
    first, second = *telling.of_message(MESSAGE, soft), *telling.of_message(soft, hard)
    assert first.event_id != second.event_id
    assert second == telling.of_message(MESSAGE, hard)[0]


def test_a_soft_bounce_after_the_delivery_is_no_bounce() -> None:
    delivered = MESSAGE.with_facts(delivered_at=NOON)
    reply = delivered.with_facts(bounced_at=LATER, bounce_type="Transient", bounce_subtype="General")
    assert telling.of_message(delivered, reply) == []


def test_a_transactional_message_belongs_to_no_campaign() -> None:
    (event,) = telling.of_message(SINGLE, SINGLE.with_facts(complained_at=NOON))
    assert event.detail()["campaign_id"] is None
    assert event.detail()["message_id"] == SINGLE.message_id


def test_a_change_of_a_campaign_that_leaves_its_state_tells_nothing() -> None:
    assert telling.of_campaign(CAMPAIGN, replace(CAMPAIGN, name="Summer", revision=2), NOON) == []
    (event,) = telling.of_campaign(CAMPAIGN, replace(CAMPAIGN, state=CampaignState.PREPARING, revision=2), NOON)
    assert (event.detail()["previous_state"], event.detail()["state"]) == ("draft", "preparing")


def test_an_address_suppressed_anew_after_it_was_freed_is_told_under_another_id() -> None:
    one = Suppression("anna@example.org", SuppressionScope.ALL, SuppressionReason.MANUAL, "key", NOON)
    later = replace(one, since=LATER)
    (first,), (second,) = telling.of_suppressions([], [one], NOON), telling.of_suppressions([], [later], LATER)
    assert first.event_id != second.event_id
    assert first.detail()["address"] == "anna@example.org"
    (lifted,), (again,) = telling.of_suppressions([one], [], LATER), telling.of_suppressions([later], [], LATER)
    assert lifted.event_id != again.event_id
    assert lifted.detail()["reasons"] == ("manual",)


def test_a_webhook_is_told_of_when_it_is_disabled_and_not_when_it_is_looked_after() -> None:
    off = replace(WEBHOOK, disabled_reason=DisabledReason.GONE, disabled_at=LATER, revision=2)
    (event,) = telling.of_webhook(WEBHOOK, off)
    assert event.detail() == {
        "event_id": event.event_id,
        "schema_version": 1,
        "occurred_at": "2026-03-01T12:05:00.000Z",
        "webhook_id": WEBHOOK.webhook_id,
        "name": "CRM",
        "reason": "gone",
        "failing_since": None,
    }
    assert WEBHOOK.url not in str(event.detail())
    assert telling.of_webhook(off, replace(off, name="Other", revision=3)) == []
    assert telling.of_webhook(off, WEBHOOK) == telling.of_webhook(None, WEBHOOK) == []
