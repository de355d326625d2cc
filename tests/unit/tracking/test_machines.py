"""Which opens and clicks are machines', and that it depends on the set of a message's events only."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.tracking.machines import (
    SWEEPS,
    MachineReason,
    Reading,
    own_reasons,
    reading_from,
    reading_of,
    reasons_of,
)
from chalicelib.tracking.model import EventKind, TrackedEvent

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36"
GOOGLE = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
YAHOO = "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html"
OUTLOOK = "Mozilla/4.0 (compatible; ms-office; MSOffice 16)"
APPLE_MAIL = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
OPEN, CLICK = EventKind.OPEN, EventKind.CLICK


def event(
    kind: EventKind,
    seconds: float = 60,
    *,
    link: str | None = None,
    agent: str | None = BROWSER,
    bot: bool | None = None,
    ip: str | None = None,
) -> TrackedEvent:
    return TrackedEvent(
        kind=kind,
        message_id="cmp_1-00000-00000",
        campaign_id="cmp_1",
        provider_id="provider-1",
        recipient="anna@example.org",
        at=NOON + timedelta(seconds=seconds),
        link=link or ("https://example.org/" if kind is CLICK else None),
        user_agent=agent,
        bot=bot,
        ip_address=ip,
    )


def reasons(*events: TrackedEvent, delivered: datetime | None = NOON) -> list[tuple[str, ...]]:
    found = reasons_of([reading_of(one) for one in events], delivered)
    return [found[one.fingerprint] for one in events]


@pytest.mark.parametrize("agent", [BROWSER, GOOGLE, YAHOO, OUTLOOK, APPLE_MAIL])
@pytest.mark.parametrize("kind", [OPEN, CLICK])
def test_browsers_mail_programs_and_image_proxies_are_people(kind: EventKind, agent: str) -> None:
    assert own_reasons(event(kind, agent=agent)) == ()


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (event(OPEN, bot=True), MachineReason.REPORTED_BY_SES),
        (event(CLICK, bot=True), MachineReason.REPORTED_BY_SES),
        (event(OPEN, agent="Mozilla/5.0"), MachineReason.PRIVACY_PREFETCH),
        (event(OPEN, agent=None), MachineReason.MACHINE_AGENT),
        (event(CLICK, agent="  "), MachineReason.MACHINE_AGENT),
        (event(CLICK, agent="python-requests/2.32"), MachineReason.MACHINE_AGENT),
        (event(CLICK, agent="curl/8.5.0"), MachineReason.MACHINE_AGENT),
        (event(CLICK, agent="Go-http-client/2.0"), MachineReason.MACHINE_AGENT),
        (event(CLICK, agent="Java/17.0.2"), MachineReason.MACHINE_AGENT),
        (event(CLICK, agent="Mozilla/5.0 (compatible; Googlebot/2.1)"), MachineReason.MACHINE_AGENT),
        (event(CLICK, agent="BarracudaCentral"), MachineReason.MACHINE_AGENT),
        (event(CLICK, agent="Mozilla/5.0 HeadlessChrome/120.0.0.0"), MachineReason.MACHINE_AGENT),
    ],
)
def test_what_an_event_shows_by_itself(one: TrackedEvent, reason: MachineReason) -> None:
    assert own_reasons(one) == (reason,)


def test_a_click_may_have_the_short_agent_and_ses_may_say_unlikely() -> None:
    assert own_reasons(event(CLICK, agent="Mozilla/5.0", bot=False)) == ()


@pytest.mark.parametrize(
    ("kind", "seconds", "reason"),
    [
        (OPEN, -0.001, (MachineReason.BEFORE_DELIVERY,)),
        (CLICK, -30, (MachineReason.BEFORE_DELIVERY,)),
        (OPEN, 0, (MachineReason.AT_DELIVERY,)),
        (OPEN, 1.999, (MachineReason.AT_DELIVERY,)),
        (OPEN, 2, ()),
        (CLICK, 4.999, (MachineReason.AT_DELIVERY,)),
        (CLICK, 5, ()),
    ],
)
def test_nobody_reads_before_the_mail_is_there(kind: EventKind, seconds: float, reason: tuple[str, ...]) -> None:
    assert reasons(event(kind, seconds)) == [reason]
    assert reasons(event(kind, seconds), delivered=None) == [()]


def links(*seconds: float) -> list[TrackedEvent]:
    return [event(CLICK, second, link=f"https://example.org/{index}") for index, second in enumerate(seconds)]


@pytest.mark.parametrize(
    ("seconds", "swept"),
    [
        ([60, 61], [True, True]),
        ([60, 61.001], [False, False]),
        ([60, 62.5, 65], [True, True, True]),
        ([60, 62.5, 65.001], [False, False, False]),
        ([60, 120, 120.5, 180], [False, True, True, False]),
        ([60, 60.5, 61.4, 61.9], [True, True, True, True]),
    ],
)
def test_many_links_within_seconds_are_a_sweep(seconds: list[float], swept: list[bool]) -> None:
    assert [bool(found) for found in reasons(*links(*seconds))] == swept


def test_the_same_link_again_and_opens_are_no_sweep() -> None:
    again = [event(CLICK, 60 + index / 10) for index in range(5)]
    opens = [event(OPEN, 60 + index / 10) for index in range(5)]
    assert reasons(*again, *opens) == [()] * 10


def test_every_reason_is_kept() -> None:
    first = event(CLICK, -1, link="https://example.org/a", agent="curl/8.5.0", bot=True)
    second = event(CLICK, -0.5, link="https://example.org/b")
    assert reasons(first, second) == [
        (
            MachineReason.REPORTED_BY_SES,
            MachineReason.MACHINE_AGENT,
            MachineReason.BEFORE_DELIVERY,
            MachineReason.LINK_SWEEP,
        ),
        (MachineReason.BEFORE_DELIVERY, MachineReason.LINK_SWEEP),
    ]


EVENTS = st.builds(
    event,
    st.sampled_from([OPEN, CLICK]),
    st.integers(-3_000, 12_000).map(lambda milliseconds: milliseconds / 1000),
    link=st.sampled_from(["https://example.org/a", "https://example.org/b", "https://example.org/ü"]),
    agent=st.sampled_from([BROWSER, "Mozilla/5.0", "", "curl/8.5.0"]),
    bot=st.sampled_from([None, True, False]),
)


@given(EVENTS)
def test_a_reading_survives_being_written(one: TrackedEvent) -> None:
    reading = reading_of(one)
    assert reading_from(reading.text) == reading
    assert reading.moment == one.at
    assert len(reading.text) <= 48


def test_texts_are_ordered_by_time() -> None:
    texts = [reading_of(event(OPEN, seconds)).text for seconds in (-5, 0, 0.001, 9, 1e6)]
    assert texts == sorted(texts)


@pytest.mark.parametrize("text", ["", "o1234", "x" + "0" * 28 + ":1", "o3e454851255a882e"])
def test_another_text_is_no_reading(text: str) -> None:
    with pytest.raises(ValueError, match="no reading"):
        reading_from(text)


def sweeps_by_definition(clicks: list[Reading]) -> set[str]:
    """Look at every window that begins at a click."""
    found = set()
    for count, window in SWEEPS:
        for start in clicks:
            within = [one for one in clicks if start.at <= one.at <= start.at + window]
            if len({one.link for one in within}) >= count:
                found |= {one.fingerprint for one in within}
    return found


@given(st.lists(EVENTS.filter(lambda one: one.kind is CLICK), max_size=12))
def test_sweeps_are_those_of_the_definition(events: list[TrackedEvent]) -> None:
    readings = list({one.fingerprint: one for one in map(reading_of, events)}.values())
    found = reasons_of(readings, None)
    assert {name for name, why in found.items() if MachineReason.LINK_SWEEP in why} == sweeps_by_definition(readings)


@given(st.lists(EVENTS, max_size=4), st.sampled_from([None, NOON]))
def test_no_order_changes_a_conclusion(events: list[TrackedEvent], delivered: datetime | None) -> None:
    readings = [reading_of(one) for one in events]
    expected = reasons_of(readings, delivered)
    assert all(reasons_of(order, delivered) == expected for order in permutations(readings))


def test_older_rules_stay_until_the_event_is_applied_again() -> None:
    old = replace(reading_of(event(OPEN)), rules=0, own=(MachineReason.MACHINE_AGENT,))
    assert reasons_of([old], NOON)[old.fingerprint] == (MachineReason.MACHINE_AGENT,)


SPREAD = ["192.0.2.7", "198.51.100.7", "2001:db8:1::1", "203.0.113.9"]


@pytest.mark.parametrize(
    ("seconds", "addresses", "machine"),
    [
        ([60, 64, 70], SPREAD, True),
        ([60, 64, 70.001], SPREAD, False),
        ([60, 64, 70], ["192.0.2.7", "192.0.2.200", "198.51.100.7"], False),
        ([60, 64, 70], ["2001:db8:1::1", "2001:db8:1:2::9", "192.0.2.7"], False),
        ([60, 64, 70], ["2001:db8:1::1", "2001:db8:2::1", "2001:db8:3::1"], True),
        ([60, 64, 70], ["192.0.2.7", "nonsense", ""], False),
        ([60, 600, 6000], SPREAD, False),
    ],
)
def test_nobody_reads_from_several_networks_at_once(
    seconds: list[float], addresses: list[str], *, machine: bool
) -> None:
    kinds = (OPEN, CLICK, OPEN)
    events = [event(kind, second, ip=ip) for kind, second, ip in zip(kinds, seconds, addresses, strict=False)]
    expected = (MachineReason.NETWORK_SWEEP,) if machine else ()
    for order in permutations(events):
        assert reasons(*order) == [expected] * 3
    assert reasons(event(OPEN, 120, ip=SPREAD[3]), *events)[0] == ()


def test_an_image_proxy_may_use_many_networks() -> None:
    assert reasons(*(event(OPEN, 60 + place, agent=GOOGLE, ip=ip) for place, ip in enumerate(SPREAD))) == [()] * 4


@pytest.mark.parametrize("ip", [None, "192.0.2.7", "2001:db8::1"])
def test_what_is_remembered_with_and_without_a_network_is_read_back(ip: str | None) -> None:
    for one in (event(OPEN, ip=ip), event(CLICK, ip=ip, bot=True, agent="curl/8")):
        assert reading_from(reading_of(one).text) == reading_of(one)
    of_version_1 = reading_of(event(CLICK, ip="192.0.2.7")).text.partition("@")[0].replace(":2", ":1")
    assert (reading_from(of_version_1).network, reading_from(of_version_1).rules) == ("", 1)
