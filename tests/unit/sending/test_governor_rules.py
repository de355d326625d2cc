"""The rules of the send rate hold whatever is asked for, and whenever in its validity a permit is used."""

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chalicelib.sending.limits import SendLimits, WarmUp
from chalicelib.sending.model import PermitRequest, Quota
from chalicelib.sending.rate import (
    HORIZON,
    LATENESS,
    SECOND,
    RateState,
    Refusal,
    Taking,
    Terms,
    ahead,
    apply,
    forgotten,
    is_due,
    plan,
    terms_of,
)

NOON = round(datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()) * SECOND
DAY = date(2026, 3, 1)
EMPTY = RateState(0, 0, NOON, {}, None)


def ledger(quota: Quota, limits: SendLimits | None = None) -> tuple[RateState, Terms]:
    terms = new_terms(EMPTY, quota, limits or SendLimits(), NOON)
    return replace(EMPTY, terms=terms), terms


def new_terms(state: RateState, quota: Quota, limits: SendLimits, now: int) -> Terms:
    return terms_of(state, quota, limits.campaigns, limits.warm_up, now)


def refusal(state: RateState, terms: Terms, now: int, limits: SendLimits | None = None) -> Refusal:
    refused = plan(state, terms, PermitRequest("c", ("a.example",), 1), limits or SendLimits(), now)
    assert isinstance(refused, Refusal)
    return refused


def most_in_a_second(moments: list[float]) -> int:
    ordered = sorted(moments)
    most = begin = 0
    for end, moment in enumerate(ordered):
        while moment - ordered[begin] >= 1:
            begin += 1
        most = max(most, end - begin + 1)
    return most


asked = st.tuples(
    st.integers(0, 2 * SECOND),  # since the request before
    st.lists(st.sampled_from(["a.example", "b.example", "gmail.com"]), min_size=1, max_size=12),
    st.sampled_from([None, 7.0, 45.0]),
    st.booleans(),  # planned from a ledger seen before
    st.lists(st.floats(0, 1), min_size=12, max_size=12),  # when in its validity each permit is used
    st.sampled_from([0.0, 0.0, 0.02, 0.3]),
)


@settings(max_examples=300)
@given(st.integers(1, 200), st.lists(asked, min_size=1, max_size=60))
def test_no_second_holds_more_sends_than_any_limit_allows(
    rate: int, requests: list[tuple[int, list[str], float | None, bool, list[float], float]]
) -> None:
    limits = SendLimits(domains={"gmail.com": 20.0})
    state, terms = ledger(Quota(rate), limits)
    seen, now = state, NOON
    sends: list[tuple[float, str, float | None]] = []
    for later, domains, campaign_limit, from_memory, used_at, patience in requests:
        now += later
        most = 1 if patience else 12
        request = PermitRequest(f"limit {campaign_limit}", tuple(domains), most, campaign_limit, patience)
        taking = plan(ahead(seen, now) if from_memory else state, terms, request, limits, now)
        after = apply(state, taking) if isinstance(taking, Taking) else None
        if after is None or isinstance(taking, Refusal):
            seen = state
            continue
        start = after.next_free - taking.width
        assert now < start <= now + HORIZON
        assert start >= state.next_free
        for place, index in enumerate(taking.places):
            moment = (start + place * taking.width / len(taking.places)) / SECOND
            used = moment + used_at[place] * (LATENESS + patience)
            sends.append((used, domains[index], campaign_limit))
        state = seen = after
    assert most_in_a_second([moment for moment, _, _ in sends]) <= rate
    assert most_in_a_second([moment for moment, domain, _ in sends if domain == "gmail.com"]) <= 20
    for campaign_limit in (7.0, 45.0):
        assert most_in_a_second([moment for moment, _, limit in sends if limit == campaign_limit]) <= campaign_limit


@given(
    quota=st.integers(0, 10_000),
    sent=st.floats(0, 10_000),
    reserve=st.integers(0, 90),
    granted=st.integers(0, 10_000),
    uncounted=st.integers(0, 10_000),
)
def test_campaigns_are_granted_no_more_than_their_share_of_what_is_left_of_the_quota(
    quota: int, sent: float, reserve: int, granted: int, uncounted: int
) -> None:
    assume(uncounted <= granted)
    before = replace(ledger(Quota(10))[1], counted=granted - uncounted)
    state = replace(EMPTY, granted=granted, terms=before)
    limits = SendLimits(reserve_percent=reserve)
    terms = new_terms(state, Quota(10, max_24_hours=quota, sent_24_hours=sent), limits, NOON)
    assert terms.quota_ceiling is not None
    left = terms.quota_ceiling - granted
    assert left == 0 or left + sent + uncounted <= quota * (100 - reserve) / 100 + 1e-5
    assert left >= quota * (100 - reserve) / 100 - sent - uncounted - 2


def test_a_rate_is_rounded_down_to_whole_messages_a_second() -> None:
    rates = [ledger(Quota(14), SendLimits(reserve_percent=percent))[1].per_second for percent in (0, 10, 50, 90)]
    assert rates == [14, 12, 7, 1]
    assert ledger(Quota(1), SendLimits(reserve_percent=10))[1].per_second == 0.9
    assert ledger(Quota(10), SendLimits(reserve_percent=90))[1].per_second == 1


def test_a_block_spans_no_more_than_a_quarter_of_a_second() -> None:
    for rate, count in ((1, 1), (14, 3), (100, 25), (500, 40)):
        state, terms = ledger(Quota(rate))
        taking = plan(state, terms, PermitRequest("c", ("a.example",) * 50, 40), SendLimits(), NOON)
        assert isinstance(taking, Taking)
        assert len(taking.places) == count


def test_nobody_is_made_to_wait_longer_than_the_horizon() -> None:
    state, terms = ledger(Quota(10))
    refused = refusal(replace(state, next_free=NOON + HORIZON + 1), terms, NOON)
    assert (refused.seconds, refused.spread) == (2.5, 25)


def test_a_block_is_cut_at_the_ceiling() -> None:
    state, terms = ledger(Quota(100, max_24_hours=1000, sent_24_hours=995.5))
    taking = plan(state, terms, PermitRequest("c", ("a.example",) * 10, 10), SendLimits(), NOON)
    assert isinstance(taking, Taking)
    assert taking.places == (0, 1, 2, 3)


def test_a_used_up_quota_is_looked_at_again_after_a_minute_if_ses_may_not_have_counted_yet() -> None:
    state, terms = ledger(Quota(10, max_24_hours=1000, sent_24_hours=1000))
    assert refusal(state, terms, NOON).seconds == 900
    assert refusal(state, replace(terms, uncounted=3), NOON).seconds == 60
    assert refusal(replace(state, granted=3), terms, NOON).seconds == 60


def test_the_wait_for_the_next_day_of_the_warm_up_plan_is_at_most_an_hour() -> None:
    limits = SendLimits(warm_up=WarmUp(DAY, (50,)))
    state, terms = ledger(Quota(10), limits)
    spent = replace(state, granted=50)
    midnight = NOON + 12 * 3600 * SECOND
    assert refusal(spent, terms, NOON, limits).seconds == 3600
    assert refusal(spent, terms, midnight - 600 * SECOND, limits).seconds == 600
    assert refusal(spent, terms, midnight + 1, limits).seconds == 10


def test_a_day_of_the_warm_up_plan_begins_at_midnight_utc_with_its_own_cap() -> None:
    limits = SendLimits(warm_up=WarmUp(DAY, (50, 200)))
    state, terms = ledger(Quota(10), limits)
    assert (terms.day_start, terms.day_ceiling) == (0, 50)
    later = replace(state, granted=40, refresh_begun_at=NOON + 300 * SECOND)
    same_day = new_terms(later, Quota(10), limits, NOON + 400 * SECOND)
    assert (same_day.day_start, same_day.day_ceiling) == (0, 50)
    midnight = NOON + 12 * 3600 * SECOND
    assert is_due(replace(later, terms=replace(same_day, refreshed_at=midnight - SECOND)), midnight)
    next_day = new_terms(replace(later, terms=same_day), Quota(10), limits, midnight)
    assert (next_day.day_start, next_day.day_ceiling) == (40, 240)
    after_plan = new_terms(replace(later, terms=next_day), Quota(10), limits, midnight + 24 * 3600 * SECOND)
    assert after_plan.day_ceiling is None


def test_a_refresh_is_due_once_a_minute_and_again_after_ten_seconds_if_it_got_lost() -> None:
    state, _ = ledger(Quota(10))
    assert not is_due(state, NOON + 59 * SECOND)
    assert is_due(state, NOON + 60 * SECOND)
    begun = replace(state, refresh_begun_at=NOON + 60 * SECOND)
    assert not is_due(begun, NOON + 69 * SECOND)
    assert is_due(begun, NOON + 70 * SECOND)


def test_limits_that_nobody_uses_are_forgotten_after_a_minute() -> None:
    state = replace(EMPTY, used_until={"campaign a": NOON, "campaign b": NOON + 2 * SECOND})
    assert forgotten(state, NOON + 61 * SECOND) == {"campaign a": NOON}
