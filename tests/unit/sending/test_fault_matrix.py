"""Every fault at every step of a worker: nobody gets a mail twice, nobody is lost, the account balances."""

from collections import Counter
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.campaigns.model import CampaignState
from chalicelib.messages.model import MessageStatus
from chalicelib.sending.threads import LEAST_CALLS
from tests.unit.sending.fault_matrix import AT_ONCE, BULK, NAMELESS, PARTS, SUPPRESSED, Trial
from tests.unit.sending.faults import FAULTS, TASKS, Call, Fault, Plan
from tests.unit.sending.stage import CAMPAIGN

EVERYBODY = {f"p{part}u{seq}@example.org" for part, count in enumerate(PARTS) for seq in range(count)}

_WAIT = {Call("governor.acquire", 1): Fault.THROTTLED}

_LOST = {Call("transport.send", 1): Fault.TIMED_OUT_BEFORE}
_ALL_LOST = {Call("transport.send_all", 0): Fault.TIMED_OUT_BEFORE}

SCENARIOS: dict[str, tuple[int, Plan]] = {
    "undisturbed": (1, {}),
    "after a kill": (1, {Call("transport.send", 2): Fault.KILLED_AFTER}),
    "after an outcome that was not recorded": (1, {Call("messages.change_all", 1): Fault.REFUSED}),
    "after a wait for permits": (1, _WAIT),
    "in bulk": (BULK, {}),
    "in bulk, after a kill": (BULK, {Call("transport.send_all", 0): Fault.KILLED_AFTER}),
    "in bulk, after outcomes that were not recorded": (BULK, {Call("messages.change_all", 0): Fault.REFUSED}),
    "in bulk, after a wait for permits": (BULK, _WAIT),
    "sent again": (1, _LOST),
    "in bulk, sent again": (BULK, _ALL_LOST),
}
"""Messages that a call carries, and what happened before the fault: others of its steps are reached only so."""

_LOOKS = 2
"""Looks at the account of which each step is disturbed besides the last one, not again in bulk: all are alike."""

_CRASHES = {Fault.KILLED_BEFORE, Fault.KILLED_AFTER, Fault.STALLED, Fault.LEASE_LOST, Fault.SUCCESSOR_DIED}


def trial_of(scenario: str, plan: Plan) -> Trial:
    """Return a trial in which something goes wrong after what happened before in a scenario."""
    bulk, before = SCENARIOS[scenario]
    return Trial({**before, **plan}, bulk, again=scenario.endswith("sent again"))


@cache
def calls_of(scenario: str) -> tuple[Call, ...]:
    """Every call that workers make in a scenario after what happened before in it; of tasks the first and last."""
    trial = trial_of(scenario, {})
    trial.run()
    check(trial)
    last = max((trial.calls.index(call) for call in SCENARIOS[scenario][1] if call in trial.calls), default=-1)
    later = trial.calls[last + 1 :]
    final = {call.step: call for call in later}
    looks = Counter[str]()
    chosen: list[Call] = []
    for call in later:
        looks[call.step] += 1
        few = not scenario.startswith("in bulk") and (looks[call.step] <= _LOOKS or call == final[call.step])
        if call.step not in TASKS or few:
            chosen.append(call)
    return tuple(chosen)


def check(trial: Trial) -> None:
    """Count the mails in SES's own outbox and compare the account with them."""
    why = str(dict(trial.plan))
    outbox = trial.ses.outbox
    assert len(outbox) == len(set(outbox)), why
    assert set(outbox) <= EVERYBODY - {SUPPRESSED, NAMELESS}, why
    campaign = trial.campaigns.items[CAMPAIGN]
    assert campaign.state is CampaignState.FINISHED, why
    tally = campaign.tally
    assert tally.balanced, why
    assert tally.planned == sum(PARTS), why
    assert tally.unknown == tally.held, why
    assert not trial.second_went_on, why
    for message in trial.messages():
        if message.address in outbox:
            assert message.status is MessageStatus.ACCEPTED, why
        elif message.address in {SUPPRESSED, NAMELESS}:
            assert message.status is MessageStatus.SKIPPED, why
        else:  # not sent, and held for a person to decide
            assert message.status is MessageStatus.UNKNOWN, why
            assert message.facts.held_at, why


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_whatever_goes_wrong_nobody_is_mailed_twice_and_nobody_is_lost(scenario: str) -> None:
    for call in calls_of(scenario):
        for fault in sorted(FAULTS[call.step]):
            trial = trial_of(scenario, {call: fault})
            trial.run()
            assert call in trial.fired, (call, fault)
            check(trial)
            assert len(trial.unknown()) <= unknown_at_most(call, fault, scenario), (call, fault, trial.unknown())


def unknown_at_most(call: Call, fault: Fault, scenario: str) -> int:
    """How many messages nobody can tell about in the end, though SES did not take them."""
    bulk, _ = SCENARIOS[scenario]
    begun = AT_ONCE if bulk == 1 else LEAST_CALLS * bulk
    before = begun if scenario.endswith("after a kill") else 0
    if fault in _CRASHES or (call.step.startswith("claims.") and fault in FAULTS["claims.renew"]):
        return before + begun  # what was written down
    if call.step.startswith("transport.") and fault in {Fault.TIMED_OUT_BEFORE, Fault.EXCEPTION_BEFORE}:
        return before + bulk
    return before


def test_the_matrix_visits_every_fault_at_every_step() -> None:
    visited = {call.step for scenario in SCENARIOS for call in calls_of(scenario)}
    assert visited == set(FAULTS)
    assert {fault for faults in FAULTS.values() for fault in faults} == set(Fault)


def test_the_scenarios_come_to_what_they_are_named_after() -> None:
    for scenario, (_, before) in SCENARIOS.items():
        trial = trial_of(scenario, {})
        trial.run()
        assert trial.fired == list(before), scenario


ANY_CALL = st.builds(Call, st.sampled_from(sorted(FAULTS)), st.integers(0, 12))


@settings(max_examples=200)
@given(data=st.data(), calls=st.lists(ANY_CALL, max_size=5, unique=True), bulk=st.sampled_from([1, BULK]))
def test_faults_may_come_one_after_another(data: st.DataObject, calls: list[Call], bulk: int) -> None:
    trial = Trial({call: data.draw(st.sampled_from(sorted(FAULTS[call.step]))) for call in calls}, bulk)
    trial.run()
    check(trial)
