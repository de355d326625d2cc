"""Every function may do exactly what its code can come to do, in both directions."""

from functools import cache

from infra.function_specs import FUNCTIONS
from tests.infra.derived_actions import Action, derive, granted
from tests.infra.exactness import CALLED_OTHERWISE, NOT_CALLED_BY_CODE, differences


@cache
def _differences() -> tuple[set[tuple[str, Action]], set[tuple[str, Action]]]:
    return differences(derive(), granted())


def test_nothing_is_called_that_is_not_granted() -> None:
    called, _ = _differences()
    assert sorted(called - CALLED_OTHERWISE.keys()) == []


def test_nothing_is_granted_that_is_not_called() -> None:
    _, extra = _differences()
    assert sorted(extra - NOT_CALLED_BY_CODE.keys()) == []


def test_no_reason_outlives_its_difference() -> None:
    called, extra = _differences()
    assert sorted(CALLED_OTHERWISE.keys() - called) == []
    assert sorted(NOT_CALLED_BY_CODE.keys() - extra) == []


def test_the_derivation_sees_a_call_through_ports_and_tells_functions_apart() -> None:
    calls = derive()
    assert calls.keys() == FUNCTIONS.keys()
    assert ("dynamodb:PutItem", "table.claims") in calls["send_part"]  # a client that is typed Any, in a helper
    assert ("dynamodb:PartiQLUpdate", "table.messages") in calls["send_part"]
    assert ("ses:SendBulkEmail", "") in calls["send_part"]
    assert ("ses:SendBulkEmail", "") not in calls["test_sends"]
    assert ("scheduler:DeleteSchedule", "") in calls["finish_message_plan"]  # through a port, in a branch
    assert ("dynamodb:Query", "table.webhook_deliveries") in calls["webhooks"]  # a page of a table
    assert ("dynamodb:Query", "table.webhooks/index/listed") in calls["webhooks"]  # a page of an index
    assert ("dynamodb:Query", "table.webhooks") not in calls["webhooks"]
    assert ("es:ESHttpDelete", "") not in calls["api"]
