"""What comes back: events, unsubscriptions, statistics."""

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.bootstrap.base import (
    analytics_store,
    bound,
    campaign_store,
    clock,
    message_store,
    settings,
    suppression_list,
    transactional_store,
)

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.adapters.pace import InvocationContext
    from chalicelib.analytics.comparing import RebuildComparison
    from chalicelib.analytics.indexing import Indexing
    from chalicelib.analytics.rebuilding import RebuildService
    from chalicelib.analytics.reconciliation import ReconciliationService
    from chalicelib.analytics.service import AnalyticsService
    from chalicelib.tracking.ingestion import Ingestion
    from chalicelib.tracking.service import TrackingService
    from chalicelib.tracking.streamed import StreamedIngestion
    from chalicelib.tracking.subscriptions import SubscriptionService
    from chalicelib.tracking.tokens import TokenSigner


@cache
def token_signer() -> "TokenSigner":
    """Return what reads unsubscribe tokens."""
    from chalicelib.adapters.token_key import TokenKey
    from chalicelib.tracking.tokens import TokenSigner

    return TokenSigner(TokenKey(settings().token_key_id).derive, generations=settings().token_generations)


@cache
def analytics() -> "AnalyticsService":
    """Return the service of statistics."""
    from chalicelib.analytics.service import AnalyticsService

    return AnalyticsService(store=analytics_store(), clock=clock())


def campaigns_to_reconcile() -> list[str]:
    """Return the campaigns whose statistics are compared with the message store today."""
    from chalicelib.analytics.reconciliation import due_campaigns

    return due_campaigns(campaign_store(), clock().now())


def reconciliation(context: "InvocationContext") -> "ReconciliationService":
    """Return what compares statistics with the message store, for one invocation."""
    from chalicelib.adapters.pace import LambdaPace
    from chalicelib.analytics.reconciliation import ReconciliationService

    return ReconciliationService(
        campaigns=campaign_store(),
        messages=message_store(),
        index=analytics_store(),
        deadline=LambdaPace(context),
    )


def begin_rebuild() -> str:
    """Have statistics built anew beside those in force; return their name."""
    expire_statistics()  # the time of what is left out is over in both
    return analytics_store().begin_rebuild()


def rebuilding(context: "InvocationContext") -> "RebuildService":
    """Return what fills and compares statistics that are built anew, for one invocation."""
    from chalicelib.adapters.pace import LambdaPace
    from chalicelib.adapters.s3_events import EventArchive
    from chalicelib.analytics.rebuilding import RebuildService
    from chalicelib.analytics.retention import first_kept
    from chalicelib.store.transactional import DynamoTransactionalMessages

    bound("transactional")
    return RebuildService(
        statistics=analytics_store(),
        campaigns=campaign_store(),
        messages=message_store(),
        transactional=DynamoTransactionalMessages(),
        archive=EventArchive(settings().event_bucket),
        clock=clock(),
        first=first_kept(clock().now(), settings().analytics_retention_months),
        deadline=LambdaPace(context),
    )


def rebuild_comparison(context: "InvocationContext") -> "RebuildComparison":
    """Return what compares statistics that were built anew with those in force, for one invocation."""
    from chalicelib.adapters.pace import LambdaPace
    from chalicelib.analytics.comparing import RebuildComparison
    from chalicelib.analytics.retention import first_kept

    return RebuildComparison(
        statistics=analytics_store(),
        campaigns=campaign_store(),
        first=first_kept(clock().now(), settings().analytics_retention_months),
        deadline=LambdaPace(context),
    )


def expire_statistics() -> "datetime":
    """Remove statistics that are kept no longer; return the start of the first month that is kept."""
    from chalicelib.analytics.retention import first_kept

    start = first_kept(clock().now(), settings().analytics_retention_months)
    analytics_store().remove_made_before(start)
    return start


@cache
def indexing() -> "Indexing":
    """Return what takes changed messages into statistics."""
    from chalicelib.adapters.dead_letters import SqsDeadLetters
    from chalicelib.analytics.indexing import Indexing

    return Indexing(index=analytics_store(), dead_letters=SqsDeadLetters(settings().stream_dead_letter_url))


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
def ingestion() -> "Ingestion":
    """Return what takes in SES's events."""
    from chalicelib.adapters.s3_events import EventArchive
    from chalicelib.tracking.ingestion import Ingestion

    return Ingestion(archive=EventArchive(settings().event_bucket), tracking=tracking(), clock=clock())


@cache
def streamed_ingestion() -> "StreamedIngestion":
    """Return what takes in the objects of the delivery stream of SES's events."""
    from chalicelib.adapters.event_queue import SqsEventQueue
    from chalicelib.adapters.s3_events import EventArchive
    from chalicelib.tracking.streamed import StreamedIngestion

    return StreamedIngestion(
        objects=EventArchive(settings().event_bucket),
        tracking=tracking(),
        queue=SqsEventQueue(settings().event_queue_url),
    )


@cache
def subscriptions() -> "SubscriptionService":
    """Return what the unsubscribe page changes."""
    from chalicelib.tracking.subscriptions import SubscriptionService

    return SubscriptionService(messages=message_store(), suppressions=suppression_list(), clock=clock())
