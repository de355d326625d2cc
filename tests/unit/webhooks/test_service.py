"""Endpoints as the API manages them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.kernel.errors import InvalidInputError, StaleRevisionError
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.states import InvalidTransitionError
from chalicelib.webhooks.deliveries import AttemptError, DeliveryNotFoundError, DeliveryState
from chalicelib.webhooks.model import (
    MOST_WEBHOOKS,
    TEST_TYPE,
    DisabledReason,
    Health,
    TooManyWebhooksError,
    WebhookNotFoundError,
    WebhookState,
    event_type,
)
from tests.unit.webhooks.stage import HOOK, NOON, OTHER, Stage, event


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_no_two_endpoints_have_the_same_secret_and_it_is_not_kept(stage: Stage) -> None:
    made = [stage.service.create(name="CRM", url=HOOK, events=None, created_by="ci") for _ in range(2)]
    assert made[0].secret != made[1].secret
    kept = str(stage.webhooks.items)
    for one in made:
        assert one.secret.startswith("whsec_")
        assert one.secret.removeprefix("whsec_") not in kept


@pytest.mark.parametrize(
    "url", ["http://crm.example.com/", "https://nowhere.example.com/", "https://u:p@crm.example.com"]
)
def test_an_address_that_nothing_may_go_to_is_refused_at_once(stage: Stage, url: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        stage.service.create(name="CRM", url=url, events=None, created_by="ci")
    assert [error.pointer for error in refused.value.errors] == ["/url"]
    webhook_id = stage.hook()
    with pytest.raises(InvalidInputError):
        stage.service.change(webhook_id, None, {"url": url})
    assert stage.service.get(webhook_id).url == HOOK


def test_there_are_as_many_as_there_may_be(stage: Stage) -> None:
    made = [stage.hook() for _ in range(MOST_WEBHOOKS)]
    with pytest.raises(TooManyWebhooksError):
        stage.hook()
    stage.service.delete(made[0], None)
    stage.hook()


def test_what_is_given_is_changed_and_nothing_else(stage: Stage) -> None:
    webhook_id = stage.hook(events=["message.bounced"])
    before = stage.service.get(webhook_id)
    stage.service.change(webhook_id, 1, {"name": "Shop", "url": OTHER})
    after = stage.service.change(webhook_id, 2, {"events": None})
    assert after == replace(before, name="Shop", url=OTHER, events=None, revision=3)
    with pytest.raises(StaleRevisionError):
        stage.service.change(webhook_id, 1, {"name": "Late"})
    with pytest.raises(StaleRevisionError):
        stage.service.delete(webhook_id, 1)


def test_what_is_not_there_is_not_found(stage: Stage) -> None:
    gone = f"whk_{'0' * 26}"
    for call in (
        lambda: stage.service.get("whk_1#due"),
        lambda: stage.service.get(gone),
        lambda: stage.service.change(gone, None, {}),
        lambda: stage.service.delete(gone, None),
        lambda: stage.service.test(gone, new_id("tst", NOON)),
        lambda: stage.service.deliveries(gone, state=None, limit=1, cursor=None),
    ):
        with pytest.raises(WebhookNotFoundError):
            call()
    with pytest.raises(DeliveryNotFoundError):
        stage.service.delivery(stage.hook(), f"dlv_{'0' * 26}")


def test_a_disabled_endpoint_gets_nothing_until_it_is_enabled_and_then_what_waited(stage: Stage) -> None:
    webhook_id = stage.hook()
    stage.poster.script[HOOK] = [AttemptError.CONNECTION]
    stage.plan({"r": event(1)})
    stage.run(timedelta(seconds=1))
    stage.service.disable(webhook_id, None)
    stage.plan({"r": event(2)})
    stage.run()
    assert stage.states(webhook_id) == [DeliveryState.WAITING]
    shown = stage.service.get(webhook_id)
    assert (shown.state, shown.disabled_reason) == (WebhookState.DISABLED, DisabledReason.ASKED)
    for refused in (lambda one: stage.service.test(one, "tst_1"), lambda one: stage.service.disable(one, None)):
        with pytest.raises(InvalidTransitionError):
            refused(webhook_id)
    enabled = stage.service.enable(webhook_id, None)
    assert (enabled.state, enabled.disabled_reason, enabled.disabled_at) == (WebhookState.ENABLED, None, None)
    with pytest.raises(InvalidTransitionError):
        stage.service.enable(webhook_id, None)
    stage.run()
    assert stage.states(webhook_id) == [DeliveryState.DELIVERED]


def test_enabling_forgives_how_long_it_was_failing(stage: Stage) -> None:
    webhook_id = stage.hook()
    stage.webhooks.set_health(webhook_id, Health(NOON, NOON))
    stage.service.disable(webhook_id, None)
    assert stage.service.enable(webhook_id, None).health == Health(NOON) == stage.service.get(webhook_id).health


def test_an_endpoint_is_tried_by_an_event_of_its_own_kind_that_no_choice_keeps_away(stage: Stage) -> None:
    webhook_id, other = stage.hook(events=["message.bounced"]), stage.hook(OTHER)
    delivery = stage.service.test(webhook_id, new_id("tst", stage.clock.now()))
    stage.run()
    assert stage.states(webhook_id) == [DeliveryState.DELIVERED]
    assert stage.of(other) == []
    assert f'"type":"{TEST_TYPE}"' in delivery.body
    assert stage.heard == [delivery.event_id]
    second = stage.service.test(webhook_id, new_id("tst", stage.clock.now()))
    assert second.delivery_id != delivery.delivery_id


def test_a_trial_asked_for_twice_under_one_id_is_one_delivery(stage: Stage) -> None:
    webhook_id, event_id = stage.hook(), new_id("tst", stage.clock.now())
    first = stage.service.test(webhook_id, event_id)
    stage.clock.time += timedelta(minutes=1)
    assert stage.service.test(webhook_id, event_id) == first
    assert len(stage.of(webhook_id)) == 1


def test_a_delivery_is_made_again_under_the_same_id(stage: Stage) -> None:
    webhook_id = stage.hook()
    stage.plan({"r": event(1)})
    stage.run()
    (delivery,) = stage.of(webhook_id)
    again = stage.service.redeliver(webhook_id, delivery.delivery_id)
    assert again.state is DeliveryState.WAITING
    stage.run()
    assert stage.heard == [event(1).event_id] * 2
    assert len(stage.of(webhook_id)[0].attempts) == 2
    bodies = {posted.body for posted in stage.poster.posted}
    assert len(bodies) == 1


@pytest.mark.parametrize(
    ("detail_type", "kind"),
    [("Message Bounced", "message.bounced"), ("Campaign State Changed", "campaign.state_changed"), ("Odd", "odd.")],
)
def test_types_are_written_with_full_stops(detail_type: str, kind: str) -> None:
    assert event_type(detail_type) == kind
