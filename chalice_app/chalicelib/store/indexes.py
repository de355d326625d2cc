"""Indexes of tables; an item without their attributes is in none of them."""

from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex


class ListedIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]  # PynamoDB's __init_subclass__
    """Lists what carries ``listed`` (one constant value a table), in the order of ``listed_at``."""

    class Meta:
        """Index settings."""

        index_name = "listed"
        projection = AllProjection()

    listed = UnicodeAttribute(hash_key=True)
    listed_at = UnicodeAttribute(range_key=True)


class StateIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]  # PynamoDB's __init_subclass__
    """Lists campaigns in one state, in the order of ``listed_at``."""

    class Meta:
        """Index settings."""

        index_name = "by_state"
        projection = AllProjection()

    listed_state = UnicodeAttribute(hash_key=True)
    listed_at = UnicodeAttribute(range_key=True)


class SendTimeIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]  # PynamoDB's __init_subclass__
    """Lists campaigns that have a time to be sent at, in its order."""

    class Meta:
        """Index settings."""

        index_name = "by_send_time"
        projection = AllProjection()

    listed = UnicodeAttribute(hash_key=True)
    send_at = UnicodeAttribute(range_key=True)
