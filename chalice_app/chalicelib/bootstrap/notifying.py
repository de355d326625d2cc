"""Webhooks: their management, what is delivered to them, and who delivers it."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from chalicelib.bootstrap.base import bound, clock, settings

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from chalicelib.adapters.pace import InvocationContext
    from chalicelib.adapters.wake_ups import SqsWakeUps
    from chalicelib.adapters.webhook_requests import GuardedPoster
    from chalicelib.store.webhook_deliveries import DynamoDeliveries
    from chalicelib.store.webhooks import DynamoWebhooks
    from chalicelib.webhooks.delivering import Delivering
    from chalicelib.webhooks.planning import DeliveryPlanning
    from chalicelib.webhooks.ports import Keys
    from chalicelib.webhooks.service import WebhookService
    from chalicelib.webhooks.targets import Networks

_KEYS_KEPT = 100
"""Signing keys that a worker remembers: more than there are endpoints, the former ones included."""


@cache
def _store() -> "DynamoWebhooks":
    from chalicelib.store.webhooks import DynamoWebhooks

    bound("webhooks")
    return DynamoWebhooks()


@cache
def _deliveries() -> "DynamoDeliveries":
    from chalicelib.store.webhook_deliveries import DynamoDeliveries

    bound("webhook_deliveries")
    return DynamoDeliveries()


@cache
def _wake_ups() -> "SqsWakeUps":
    from chalicelib.adapters.wake_ups import SqsWakeUps

    return SqsWakeUps(settings().webhook_turns_url)


class _RememberedKeys:
    """Implements `webhooks.ports.Keys`: asks KMS once for each key."""

    def __init__(self, keys: "Keys") -> None:
        self.derive = lru_cache(maxsize=_KEYS_KEPT)(keys.derive)


@cache
def _keys() -> "Keys":
    from chalicelib.adapters.token_key import TokenKey

    return _RememberedKeys(TokenKey(settings().webhook_key_id))


@cache
def _networks() -> "Networks":
    from chalicelib.webhooks.targets import read_networks

    return read_networks(settings().webhook_networks)


@cache
def webhooks() -> "WebhookService":
    """Return the service of webhooks."""
    from chalicelib.adapters.webhook_requests import SystemResolver
    from chalicelib.webhooks.service import WebhookService

    return WebhookService(
        webhooks=_store(),
        deliveries=_deliveries(),
        wake_ups=_wake_ups(),
        keys=_keys(),
        resolver=SystemResolver(),
        networks=_networks(),
        clock=clock(),
    )


@cache
def delivery_planning() -> "DeliveryPlanning":
    """Return what makes deliveries of events."""
    from chalicelib.webhooks.planning import DeliveryPlanning

    return DeliveryPlanning(webhooks=_store(), deliveries=_deliveries(), wake_ups=_wake_ups(), clock=clock())


@cache
def _poster() -> "GuardedPoster":
    from chalicelib.adapters.webhook_requests import GuardedPoster, SystemResolver

    return GuardedPoster(resolver=SystemResolver(), networks=_networks())


@cache
def _threads() -> "ThreadPoolExecutor":
    from concurrent.futures import ThreadPoolExecutor

    from chalicelib.webhooks.delivering import AT_ONCE

    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhooks")


def delivering(context: "InvocationContext") -> "Delivering":
    """Return what visits endpoints, for one invocation."""
    from chalicelib.adapters.pace import LambdaPace
    from chalicelib.store.webhooks import DynamoTurns
    from chalicelib.webhooks.delivering import Delivering

    return Delivering(
        webhooks=_store(),
        turns=DynamoTurns(),
        deliveries=_deliveries(),
        wake_ups=_wake_ups(),
        keys=_keys(),
        poster=_poster(),
        pool=_threads(),
        owner=context.aws_request_id,
        pace=LambdaPace(context),
        clock=clock(),
    )
