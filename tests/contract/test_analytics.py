"""What every analytics store does: the fake, SQLite and a real OpenSearch."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.analytics.model import (
    BounceCause,
    CampaignTotals,
    Group,
    LinkCount,
    MessageKind,
    Outcome,
    Period,
    TimelinePoint,
)
from chalicelib.analytics.ports import AnalyticsStore
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.pages import Page
from chalicelib.tracking.model import EventKind
from tests.contract.analytics import CAMPAIGN, NOON, document, event


def test_a_campaign_that_is_not_known_has_zeros(store: AnalyticsStore) -> None:
    period = Period(NOON, NOON + timedelta(days=1))
    assert store.campaign_totals("cmp_none") == CampaignTotals()
    assert store.period_totals(period, MessageKind.CAMPAIGN) == CampaignTotals()
    assert store.period_campaigns(period, limit=5) == []
    assert store.links("cmp_none", limit=10) == []
    assert store.domains("cmp_none", limit=10) == []
    assert store.providers("cmp_none", {"Gmail": {"gmail.com"}}) == {}
    assert store.bounce_causes("cmp_none", limit=10) == []
    assert store.event_span("cmp_none") is None
    bounds = [period.start, period.end]
    assert store.timeline("cmp_none", bounds=bounds, kinds=[EventKind.OPEN]) == [TimelinePoint(NOON, {}, {})]
    assert store.message_events("cmp_none-00000-00000") == []
    assert store.messages_of("hash", limit=5, cursor=None) == Page([], None)
    assert store.part_documents("cmp_none", 0) == []


def test_nothing_to_write_is_no_error(store: AnalyticsStore) -> None:
    store.index_messages([])
    store.record_events([])
    assert store.campaign_totals(CAMPAIGN) == CampaignTotals()


def test_every_number_is_counted_from_the_documents(store: AnalyticsStore) -> None:
    delivered = replace(document(1), status="delivered", accepted_at=NOON, delivered_at=NOON)
    bounced = replace(document(), status="bounced", accepted_at=NOON, bounced_at=NOON)
    hard = replace(bounced, bounce_type="Permanent", bounce_subtype="General")
    store.index_messages(
        [
            document(0),
            replace(
                delivered,
                first_opened_at=NOON,
                first_human_opened_at=NOON,
                opens=3,
                human_opens=2,
                first_clicked_at=NOON,
                first_human_clicked_at=NOON,
                clicks=2,
                human_clicks=1,
            ),
            replace(delivered, message_id="m2", first_opened_at=NOON, opens=1, first_clicked_at=NOON, clicks=4),
            replace(delivered, message_id="m3", status="complained", complained_at=NOON, unsubscribed_at=NOON),
            replace(hard, message_id="m4"),
            replace(hard, message_id="m5"),
            replace(hard, message_id="m6", bounce_subtype="NoEmail"),
            replace(bounced, message_id="m7"),
            replace(hard, message_id="m11", delivered_at=NOON),
            # Delivered, and then an out-of-office reply: no bounce.
            replace(delivered, message_id="m12", bounced_at=NOON, bounce_type="Transient", bounce_subtype="General"),
            replace(document(8), status="skipped", reason="suppressed"),
            replace(document(9), status="failed", reason="refused"),
            replace(document(10), status="failed", reason="refused"),
            document(0, campaign="cmp_other"),
        ]
    )
    assert store.campaign_totals(CAMPAIGN) == CampaignTotals(
        planned=13,
        by_status={"pending": 1, "delivered": 3, "complained": 1, "bounced": 5, "skipped": 1, "failed": 2},
        accepted=9,
        delivered=5,
        bounced=5,
        hard_bounced=4,
        soft_bounced=1,
        complained=1,
        unsubscribed=1,
        bounces={"Permanent/General": 3, "Permanent/NoEmail": 1, "Undetermined/Undetermined": 1},
        opened=2,
        human_opened=1,
        opens=4,
        human_opens=2,
        clicked=2,
        human_clicked=1,
        clicks=6,
        human_clicks=1,
        reasons={"suppressed": 1, "refused": 2},
    )


def test_an_older_version_never_replaces_a_newer_one(store: AnalyticsStore) -> None:
    versions = [
        document(version=0),
        replace(document(version=1), status="accepted", accepted_at=NOON),
        replace(document(version=2), status="delivered", accepted_at=NOON, delivered_at=NOON, opens=2),
    ]
    for order in ([2, 0, 1], [0, 2, 1, 2]):
        for index in order:
            store.index_messages([versions[index]])
    store.index_messages([versions[1], versions[2], versions[0]])
    totals = store.campaign_totals(CAMPAIGN)
    assert (totals.planned, totals.by_status, totals.opens) == (1, {"delivered": 1}, 2)


def test_a_fact_can_be_absent_again_in_a_newer_version(store: AnalyticsStore) -> None:
    store.index_messages([replace(document(version=1), status="failed", reason="refused")])
    store.index_messages([replace(document(version=2), status="accepted", accepted_at=NOON)])
    totals = store.campaign_totals(CAMPAIGN)
    assert (totals.by_status, totals.reasons) == ({"accepted": 1}, {})


def test_domains_are_ordered_by_messages_and_say_what_became_of_them(store: AnalyticsStore) -> None:
    delivered: dict[str, Any] = {"status": "delivered", "accepted_at": NOON, "delivered_at": NOON}
    bounced: dict[str, Any] = {"status": "bounced", "accepted_at": NOON, "bounced_at": NOON}
    store.index_messages(
        [
            replace(document(1), recipient_domain="b.example", **delivered, first_opened_at=NOON, opens=1),
            replace(document(2), recipient_domain="b.example", **bounced, bounce_type="Permanent"),
            replace(document(3), recipient_domain="c.example"),
            replace(document(4), recipient_domain="a.example", **bounced, bounce_type="Transient"),
            replace(document(5, campaign="cmp_other"), recipient_domain="c.example"),
        ]
    )
    largest = Group("b.example", Outcome(planned=2, accepted=2, delivered=1, bounced=1, hard_bounced=1, opened=1))
    assert store.domains(CAMPAIGN, limit=10) == [
        largest,
        Group("a.example", Outcome(planned=1, accepted=1, bounced=1, soft_bounced=1)),
        Group("c.example", Outcome(planned=1)),
    ]
    assert store.domains(CAMPAIGN, limit=1) == [largest]


def test_providers_add_up_their_domains(store: AnalyticsStore) -> None:
    domains = ["gmail.com", "googlemail.com", "gmail.com", "live.de", "example.org"]
    store.index_messages(
        [replace(document(number), recipient_domain=domain, accepted_at=NOON) for number, domain in enumerate(domains)]
    )
    table = {"Gmail": {"gmail.com", "googlemail.com"}, "Microsoft": {"live.de", "hotmail.com"}, "Yahoo": {"aol.com"}}
    assert store.providers(CAMPAIGN, table) == {
        "Gmail": Outcome(planned=3, accepted=3),
        "Microsoft": Outcome(planned=1, accepted=1),
    }


def test_links_are_ordered_by_clicks_and_count_their_messages(store: AnalyticsStore) -> None:
    store.record_events(
        [
            event(EventKind.CLICK, 1, seconds=1, link="https://example.org/b", machine=False),
            event(EventKind.CLICK, 1, seconds=2, link="https://example.org/b", machine=True),
            event(EventKind.CLICK, 2, seconds=3, link="https://example.org/b", machine=False),
            event(EventKind.CLICK, 2, seconds=4, link="https://example.org/c?ü=1", machine=True),
            event(EventKind.CLICK, 3, seconds=5, link="https://example.org/a"),
            event(EventKind.CLICK, 3, seconds=5, link="https://example.org/d", campaign="cmp_other"),
            event(EventKind.OPEN, 3),
        ]
    )
    first = LinkCount("https://example.org/b", clicks=3, human_clicks=2, messages=2)
    assert store.links(CAMPAIGN, limit=10) == [
        first,
        LinkCount("https://example.org/a", clicks=1, human_clicks=0, messages=1),
        LinkCount("https://example.org/c?ü=1", clicks=1, human_clicks=0, messages=1),
    ]
    assert store.links(CAMPAIGN, limit=1) == [first]


def test_bounces_that_say_the_same_are_one_cause(store: AnalyticsStore) -> None:
    unknown: dict[str, Any] = {"bounce_type": "Permanent", "bounce_subtype": "NoEmail"}
    full: dict[str, Any] = {"bounce_type": "Transient", "bounce_subtype": "MailboxFull"}
    store.record_events(
        [
            event(EventKind.BOUNCE, 1, diagnostic="smtp; 550 5.1.1 <anna@example.org> unknown", **unknown),
            event(EventKind.BOUNCE, 2, diagnostic="smtp; 550 5.1.1 <bob@example.com> unknown", **unknown),
            event(EventKind.BOUNCE, 3, **full),
            event(EventKind.BOUNCE, 4),
            event(EventKind.BOUNCE, 5, campaign="cmp_other", **full),
            event(EventKind.COMPLAINT, 6),
        ]
    )
    assert store.bounce_causes(CAMPAIGN, limit=10) == [
        BounceCause("Permanent", "NoEmail", "550 5.1.1 <address> unknown", events=2),
        BounceCause("Transient", "MailboxFull", None, events=1),
        BounceCause("Undetermined", "Undetermined", None, events=1),
    ]
    assert len(store.bounce_causes(CAMPAIGN, limit=1)) == 1


def test_events_stand_in_their_interval_and_count_once(store: AnalyticsStore) -> None:
    events = [
        event(EventKind.SEND, 1),
        event(EventKind.SEND, 2, seconds=59.999),
        event(EventKind.DELIVERY, 1, seconds=60),
        event(EventKind.OPEN, 1, seconds=190, machine=True),
        event(EventKind.OPEN, 2, seconds=191, machine=False),
        event(EventKind.OPEN, 3, seconds=240),
    ]
    store.record_events(events)
    store.record_events(events[1:])
    bounds = [NOON + timedelta(minutes=minute) for minute in range(5)]
    assert store.timeline(CAMPAIGN, bounds=bounds, kinds=tuple(EventKind)) == [
        TimelinePoint(NOON, {"send": 2}, {}),
        TimelinePoint(NOON + timedelta(minutes=1), {"delivery": 1}, {}),
        TimelinePoint(NOON + timedelta(minutes=2), {}, {}),
        TimelinePoint(NOON + timedelta(minutes=3), {"open": 2}, {"open": 1}),
    ]
    assert store.event_span(CAMPAIGN) == (NOON, NOON + timedelta(seconds=240))


def test_intervals_may_differ_in_length_and_kinds_be_chosen(store: AnalyticsStore) -> None:
    store.record_events(
        [
            event(EventKind.SEND, 1, seconds=-1),
            event(EventKind.SEND, 2),
            event(EventKind.OPEN, 2, seconds=23 * 3600, campaign="cmp_other"),
            event(EventKind.CLICK, 2, seconds=23 * 3600),
            event(EventKind.SEND, 3, seconds=48 * 3600),
        ]
    )
    bounds = [NOON, NOON + timedelta(hours=23), NOON + timedelta(hours=48)]
    assert store.timeline(CAMPAIGN, bounds=bounds, kinds=[EventKind.SEND, EventKind.OPEN]) == [
        TimelinePoint(bounds[0], {"send": 1}, {}),
        TimelinePoint(bounds[1], {}, {}),
    ]
    assert [dict(point.counts) for point in store.timeline(None, bounds=bounds, kinds=tuple(EventKind))] == [
        {"send": 1},
        {"open": 1, "click": 1},
    ]


def test_a_period_counts_what_was_accepted_in_it_by_kind_and_campaign(store: AnalyticsStore) -> None:
    period = Period(NOON, NOON + timedelta(hours=1))
    accepted: dict[str, Any] = {"status": "accepted", "accepted_at": NOON}
    store.index_messages(
        [
            replace(document(1), **accepted),
            replace(document(2), **accepted, delivered_at=NOON, opens=2),
            replace(document(3), status="accepted", accepted_at=period.end),
            replace(document(4), status="accepted", accepted_at=NOON - timedelta(milliseconds=1)),
            document(5),
            replace(document(6, campaign="cmp_other"), **accepted),
            replace(document(7, campaign="transactional"), kind="transactional", **accepted),
        ]
    )
    campaigns = store.period_totals(period, MessageKind.CAMPAIGN)
    assert (campaigns.planned, campaigns.accepted, campaigns.delivered, campaigns.opens) == (3, 3, 1, 2)
    assert store.period_totals(period, MessageKind.TRANSACTIONAL).accepted == 1
    assert store.period_campaigns(period, limit=5) == [
        Group(CAMPAIGN, Outcome(planned=2, accepted=2, delivered=1)),
        Group("cmp_other", Outcome(planned=1, accepted=1)),
    ]
    assert len(store.period_campaigns(period, limit=1)) == 1


def test_messages_of_a_campaign_are_found_by_what_is_known_of_them(store: AnalyticsStore) -> None:
    failed = [replace(document(number), status="failed", reason="refused") for number in range(5)]
    skipped = replace(document(5), status="skipped", reason="suppressed")
    store.index_messages([*reversed(failed), skipped, replace(document(1, campaign="cmp_other"), reason="refused")])

    def ids(**wanted: Any) -> list[str]:
        none = dict.fromkeys(("address_hash", "status", "reason", "after"))
        return store.message_ids(CAMPAIGN, **{**none, "limit": 10, **wanted})

    known = [one.message_id for one in failed]
    assert ids(reason="refused") == known
    assert ids(reason="refused", limit=2, after=known[1]) == known[2:4]
    assert ids(status="skipped") == [skipped.message_id]
    assert ids(address_hash="hash-3") == [known[3]]
    assert ids(address_hash="hash-3", status="skipped") == []
    assert len(ids()) == 6


def test_documents_of_a_part_can_be_restored_and_removed(store: AnalyticsStore) -> None:
    kept = [document(2, version=3), document(1, version=3)]
    store.index_messages([*kept, document(1, version=3, part=1), document(1, version=3, campaign="cmp_other")])
    assert store.part_documents(CAMPAIGN, 0) == [kept[1], kept[0]]
    altered = replace(kept[0], status="delivered")
    store.restore_messages([altered, document(1, version=2), document(5, version=1)])
    assert store.part_documents(CAMPAIGN, 0) == [kept[1], altered, document(5, version=1)]
    store.remove_messages([document(1, version=2), altered, document(8)])
    assert store.part_documents(CAMPAIGN, 0) == [kept[1], document(5, version=1)]


def test_what_was_made_before_a_month_is_removed_whenever_it_changed(store: AnalyticsStore) -> None:
    last_moment = new_id("cmp", datetime(2026, 2, 28, 23, 59, 59, 999_000, tzinfo=UTC))
    first_moment = new_id("cmp", datetime(2026, 3, 1, tzinfo=UTC))
    old = new_id("txn", datetime(2024, 12, 31, tzinfo=UTC))
    campaigns = [last_moment, first_moment, CAMPAIGN]
    store.index_messages([replace(document(1, campaign=name), delivered_at=NOON) for name in campaigns])
    store.index_messages([replace(document(1), message_id=old, campaign_id="transactional")])
    store.record_events([event(EventKind.CLICK, 1, campaign=name, link="https://a.example") for name in campaigns])
    store.remove_made_before(datetime(2026, 3, 1, tzinfo=UTC))
    store.remove_made_before(datetime(2026, 3, 1, tzinfo=UTC))
    assert [store.campaign_totals(name).planned for name in campaigns] == [0, 1, 1]
    assert [len(store.links(name, limit=5)) for name in campaigns] == [0, 1, 1]
    assert store.campaign_totals("transactional") == CampaignTotals()
    store.index_messages([document(2, campaign=last_moment)])  # a late change comes to no error
    assert store.campaign_totals(last_moment).planned == 1


def test_many_documents_are_counted_exactly_whatever_their_order(store: AnalyticsStore) -> None:
    documents = [
        replace(document(number, version=version), status="delivered" if version else "accepted", opens=version)
        for number in range(1500)
        for version in range(2)
    ]
    opens = [event(EventKind.OPEN, number, seconds=61 * number) for number in range(1500)]
    shuffle = random.Random(7).shuffle  # noqa: S311 - an order, no secret
    shuffle(documents)
    store.index_messages(documents)
    store.record_events(opens + opens[:500])
    totals = store.campaign_totals(CAMPAIGN)
    assert (totals.planned, totals.by_status, totals.opens) == (1500, {"delivered": 1500}, 1500)
    bounds = [NOON + timedelta(minutes=minute) for minute in range(1526)]
    points = store.timeline(CAMPAIGN, bounds=bounds, kinds=[EventKind.OPEN])
    assert [point.start for point in points] == bounds[:-1]
    assert sum(point.counts.get("open", 0) for point in points) == 1500
    assert len(store.part_documents(CAMPAIGN, 0)) == 1500
