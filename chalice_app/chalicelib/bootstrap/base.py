"""What every other part of the composition root stands on: settings, clock, buckets, stores, keys."""

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.kernel.clock import SystemClock
from chalicelib.kernel.errors import ConfigurationError
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from chalicelib.adapters.s3 import Bucket
    from chalicelib.analytics.ports import AnalyticsStore
    from chalicelib.campaigns.ports import CampaignRepository
    from chalicelib.idempotency.service import IdempotentRequests
    from chalicelib.messages.ports import MessageRepository
    from chalicelib.recipients.ports import RecipientFileRepository
    from chalicelib.suppressions.ports import SuppressionRepository
    from chalicelib.transactional.ports import TransactionalMessages


@cache
def settings() -> Settings:
    """Return the function's settings."""
    return Settings()


@cache
def clock() -> SystemClock:
    """Return the clock."""
    return SystemClock()


def bound(table: str) -> None:
    """Bind a table's models to the function's own table."""
    from chalicelib.store.tables import bind

    bind(table, settings())


@cache
def template_bucket() -> "Bucket":
    """Return the bucket of templates."""
    from chalicelib.adapters.s3 import Bucket

    return Bucket(settings().template_bucket)


@cache
def recipient_bucket() -> "Bucket":
    """Return the bucket of recipient files."""
    from chalicelib.adapters.s3 import Bucket

    return Bucket(settings().recipient_bucket)


@cache
def recipient_files() -> "RecipientFileRepository":
    """Return the store of recipient files."""
    from chalicelib.store.recipient_files import DynamoRecipientFiles

    bound("recipient_files")
    return DynamoRecipientFiles()


@cache
def campaign_store() -> "CampaignRepository":
    """Return the store of campaigns."""
    from chalicelib.store.campaigns import DynamoCampaigns

    bound("campaigns")
    return DynamoCampaigns()


@cache
def message_store() -> "MessageRepository":
    """Return the store of messages."""
    from chalicelib.store.messages import DynamoMessages

    bound("messages")
    return DynamoMessages()


@cache
def suppression_list() -> "SuppressionRepository":
    """Return the store of suppressions."""
    from chalicelib.store.suppressions import DynamoSuppressions

    bound("suppressions")
    return DynamoSuppressions()


@cache
def transactional_store() -> "TransactionalMessages":
    """Return the store of transactional messages."""
    from chalicelib.store.transactional import DynamoTransactionalMessages

    bound("transactional")
    return DynamoTransactionalMessages()


@cache
def analytics_store() -> "AnalyticsStore":
    """Return the adapter that the analytics URL names.

    Raises:
        ConfigurationError: the URL names none.
    """
    url = settings().analytics_url
    if url.startswith("sqlite:"):
        from chalicelib.adapters.sqlite_analytics import SqliteAnalytics

        return SqliteAnalytics.from_url(url)
    if url.startswith(("https:", "http:")):
        from chalicelib.adapters.opensearch_analytics import OpenSearchAnalytics
        from chalicelib.adapters.opensearch_connection import connect

        return OpenSearchAnalytics(connect(url))
    raise ConfigurationError(f"ANALYTICS_URL must begin with sqlite:, https: or http:, not {url.partition(':')[0]}:")


@cache
def idempotent_requests() -> "IdempotentRequests":
    """Return what has requests with a key make things once."""
    from chalicelib.idempotency.service import IdempotentRequests
    from chalicelib.store.idempotency import DynamoKeptRequests

    bound("requests")
    return IdempotentRequests(requests=DynamoKeptRequests(), clock=clock())
