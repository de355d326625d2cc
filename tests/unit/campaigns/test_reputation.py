"""A campaign halts when hard bounces or complaints surely lie above the limit, not before."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.campaigns.model import CampaignState
from chalicelib.campaigns.reputation import (
    Outcomes,
    ReputationGuard,
    ReputationLimits,
    Watch,
    lower_bound,
    outcome,
    read_limits,
)
from chalicelib.kernel.errors import ConfigurationError
from chalicelib.messages.model import Facts, Message, Tally
from tests.fakes.messages import FakeMessages
from tests.unit.campaigns.stage import NOON, Stage

LIMITS = ReputationLimits(bounce_percent=5, complaint_percent=0.1, least_deliveries=200)
LATER = NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3: Wilson's score interval.
    ("count", "total", "expected"),
    [(81, 263, 0.2553), (15, 148, 0.0624), (0, 20, 0.0), (1, 29, 0.0061)],
)
def test_the_lower_bound_is_the_published_one(count: int, total: int, expected: float) -> None:
    assert lower_bound(count, total) == pytest.approx(expected, abs=5e-5)


@given(total=st.integers(1, 100_000), share=st.floats(0, 1))
def test_the_lower_bound_lies_below_the_share_and_comes_nearer_with_more_messages(total: int, share: float) -> None:
    count = round(total * share)
    assert 0 <= lower_bound(count, total) <= count / total + 1e-12
    assert lower_bound(10 * count, 10 * total) >= lower_bound(count, total) - 1e-12


def test_without_messages_there_is_no_rate() -> None:
    assert lower_bound(0, 0) == 0
    assert LIMITS.verdict(Outcomes()) is None


@pytest.mark.parametrize(
    ("outcomes", "halts"),
    [
        (Outcomes(delivered=190, bounced=10), None),
        (Outcomes(delivered=184, bounced=16), None),
        (Outcomes(delivered=183, bounced=17), "17 hard bounces among 200 messages"),
        (Outcomes(delivered=100, bounced=99), None),
        (Outcomes(delivered=9_500, bounced=500), None),
        (Outcomes(delivered=9_400, bounced=600), "600 hard bounces"),
        (Outcomes(delivered=1_000, complained=1), None),
        (Outcomes(delivered=1_000, complained=4), "4 complaints among 1000 messages"),
    ],
)
def test_a_rate_halts_when_its_lower_bound_passes_the_limit(outcomes: Outcomes, halts: str | None) -> None:
    reason = LIMITS.verdict(outcomes)
    assert (reason is None) if halts is None else halts in (reason or "")


def test_limits_of_a_hundred_percent_never_halt() -> None:
    assert ReputationLimits(100, 100, 1).verdict(Outcomes(bounced=5_000, complained=0)) is None


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, Outcomes()),
        ({"accepted_at": NOON}, Outcomes()),
        ({"accepted_at": NOON, "delivered_at": NOON}, Outcomes(delivered=1)),
        ({"accepted_at": NOON, "complained_at": NOON}, Outcomes(delivered=1, complained=1)),
        ({"accepted_at": NOON, "bounced_at": NOON, "bounce_type": "Permanent"}, Outcomes(bounced=1)),
        ({"accepted_at": NOON, "bounced_at": NOON, "bounce_type": "Transient"}, Outcomes()),
        (
            {"accepted_at": NOON, "delivered_at": NOON, "bounced_at": NOON, "bounce_type": "Permanent"},
            Outcomes(bounced=1),
        ),
    ],
)
def test_an_outcome_follows_from_the_facts(known: dict[str, object], expected: Outcomes) -> None:
    facts = replace(Facts(), **known)  # type: ignore[arg-type]  # names are Facts' own
    assert outcome(facts, None) == expected
    assert outcome(facts, NOON) == expected
    assert outcome(facts, LATER) == Outcomes()


def test_limits_are_read_from_the_setting() -> None:
    assert read_limits('{"bounce_percent": 5, "complaint_percent": 0.1, "least_deliveries": 200}') == LIMITS
    for text in ("", "{}", "[]", '{"bounce_percent": "x", "complaint_percent": 1, "least_deliveries": 1}'):
        with pytest.raises(ConfigurationError, match="REPUTATION_LIMITS"):
            read_limits(text)


class Watched(Stage):
    """A campaign of ``parts`` parts of 100 messages, the first of which were worked on."""

    def __init__(self, parts: int = 5) -> None:
        super().__init__()
        self.messages = FakeMessages()
        self.guard = ReputationGuard(campaigns=self.campaigns, messages=self.messages, limits=LIMITS, clock=self.clock)
        self.campaign_id = self.put_in(CampaignState.SENDING, "run-1")
        campaign = replace(self.stored(self.campaign_id), parts=parts, planned=parts * 100, started_at=NOON)
        self.campaigns.items[self.campaign_id] = campaign
        for part in range(parts):
            self.campaigns.put_tally(self.campaign_id, part, Tally(planned=100, pending=100))

    def outcomes(self, part: int, bounced: int, at: datetime = NOON) -> None:
        """Give a part's messages outcomes."""
        for seq in range(100):
            message = Message(self.campaign_id, part, seq, f"u{seq}@example.org", NOON)
            known = {"bounced_at": at, "bounce_type": "Permanent"} if seq < bounced else {"delivered_at": at}
            self.messages.put_all([message.with_facts(accepted_at=at, **known)])

    def done(self, part: int) -> None:
        self.campaigns.put_tally(self.campaign_id, part, Tally(planned=100, accepted=100))

    def check(self, execution: str = "run-1", workers: int = 1) -> Watch:
        return self.guard.check(self.campaign_id, execution, workers)


def test_a_campaign_is_watched_until_all_its_parts_are_done() -> None:
    stage = Watched()
    assert stage.check() == Watch(go_on=True, wait_seconds=60)
    for part in range(5):
        stage.outcomes(part, bounced=2)
        stage.done(part)
    assert stage.check() == Watch(go_on=False)
    assert stage.stored(stage.campaign_id).state is CampaignState.SENDING


@pytest.mark.parametrize(("hours", "wait"), [(0, 60), (1, 180), (10, 1_800), (500, 3_600)])
def test_a_long_campaign_is_looked_at_less_often(hours: int, wait: int) -> None:
    stage = Watched()
    stage.clock.time += timedelta(hours=hours)
    assert stage.check().wait_seconds == wait


def test_too_many_bounces_halt_the_campaign_also_in_parts_that_are_not_done() -> None:
    stage = Watched()
    stage.outcomes(0, bounced=20)
    stage.done(0)
    stage.outcomes(1, bounced=20)
    assert stage.check(workers=1) == Watch(go_on=False)
    campaign = stage.stored(stage.campaign_id)
    assert (campaign.state, campaign.changed_by) == (CampaignState.HALTED, None)
    assert (campaign.reason or "").startswith("Reputation guard: 40 hard bounces among 200 messages")


def test_who_resumes_has_seen_the_rates_and_only_later_mail_is_judged() -> None:
    stage = Watched()
    for part in (0, 1):
        stage.outcomes(part, bounced=20)
        stage.done(part)
    stage.check()
    stage.clock.time = LATER
    stage.resume(stage.campaign_id)
    stage.execution.claim(stage.campaign_id, "run-2")
    assert stage.check("run-2").go_on
    for part in (2, 3):
        stage.outcomes(part, bounced=20, at=LATER + timedelta(minutes=1))
        stage.done(part)
    assert stage.check("run-2") == Watch(go_on=False)
    assert stage.stored(stage.campaign_id).state is CampaignState.HALTED


def test_nothing_is_watched_for_an_execution_that_has_come_to_its_end() -> None:
    stage = Watched()
    for part in range(3):
        stage.outcomes(part, bounced=50)
        stage.done(part)
    assert stage.check("run-2") == Watch(go_on=False)
    stage.pause(stage.campaign_id)
    assert stage.check() == Watch(go_on=False)
    assert stage.stored(stage.campaign_id).state is CampaignState.PAUSED


def test_a_campaign_resumed_at_the_moment_of_the_verdict_is_left_alone() -> None:
    stage = Watched()
    for part in range(3):
        stage.outcomes(part, bounced=50)
        stage.done(part)
    stage.campaigns.rivals = [replace(stage.stored(stage.campaign_id), execution="run-2")]
    stage.check()
    assert stage.stored(stage.campaign_id).state is CampaignState.SENDING


def test_a_campaign_too_small_to_be_judged_is_not_watched() -> None:
    assert Watched(parts=1).check() == Watch(go_on=False)


def test_of_a_large_campaign_parts_from_its_whole_length_are_read() -> None:
    stage = Watched(parts=200)
    read: list[int] = []

    class Listening(FakeMessages):
        def read_group(self, campaign_id: str, part: int, first: int, count: int) -> list[Message]:
            read.append(part)
            return super().read_group(campaign_id, part, first, min(count, 100))

    stage.guard = ReputationGuard(campaigns=stage.campaigns, messages=Listening(), limits=LIMITS, clock=stage.clock)
    for part in range(190):
        stage.done(part)
    assert stage.check(workers=10).go_on
    assert len(read) == len(set(read)) == 50
    assert (read[0], read[-1]) == (0, 196)
