"""What comes back: events, unsubscriptions, statistics."""

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.bootstrap.base import (
    analytics_store,
    clock,
    message_store,
    settings,
    suppression_list,
    transactional_store,
)

if TYPE_CHECKING:
    from chalicelib.analytics.service import AnalyticsService
    from chalicelib.tracking.service import TrackingService
    from chalicelib.tracking.subscriptions import SubscriptionService
    from chalicelib.tracking.tokens import TokenSigner


@cache
def token_signer() -> "TokenSigner":
    """Return what reads unsubscribe tokens."""
    from chalicelib.adapters.token_key import TokenKey
    from chalicelib.tracking.tokens import TokenSigner

    return TokenSigner(TokenKey(settings().token_key_id).derive)


@cache
def analytics() -> "AnalyticsService":
    """Return the service of statistics."""
    from chalicelib.analytics.service import AnalyticsService

    return AnalyticsService(store=analytics_store())


@cache
def tracking() -> "TrackingService":
    """Return what applies SES's events."""
    from chalicelib.tracking.service import TrackingService

    return TrackingService(
        messages=message_store(),
        transactional=transactional_store(),
        suppressions=suppression_list(),
        events=analytics_store(),
    )


@cache
def subscriptions() -> "SubscriptionService":
    """Return what the unsubscribe page changes."""
    from chalicelib.tracking.subscriptions import SubscriptionService

    return SubscriptionService(messages=message_store(), suppressions=suppression_list(), clock=clock())
