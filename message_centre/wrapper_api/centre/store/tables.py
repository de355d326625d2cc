"""The PynamoDB models."""

from typing import Any, Final

from pynamodb.attributes import BinaryAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, IncludeProjection
from pynamodb.models import Model


class PlansByChange(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]  # PynamoDB's __init_subclass__
    """All plans in the order of their last change, without their sources and reports."""

    class Meta:
        """Index settings."""

        index_name = "by_change"
        projection = IncludeProjection(["head", "writes"])

    listed = UnicodeAttribute(hash_key=True)
    changed = UnicodeAttribute(range_key=True)


class PlanItem(Model):
    """A plan; ``head`` is its JSON, ``sources`` the compressed JSON of what is large in it."""

    class Meta:
        """Table settings."""

        table_name = "plans"

    plan_id = UnicodeAttribute(hash_key=True)
    writes = NumberAttribute()
    listed = UnicodeAttribute(default="plan")
    changed = UnicodeAttribute()
    head: JSONAttribute = JSONAttribute()
    sources = BinaryAttribute(legacy_encoding=False)
    by_change = PlansByChange()


class CommentItem(Model):
    """A remark about a plan."""

    class Meta:
        """Table settings."""

        table_name = "comments"

    plan_id = UnicodeAttribute(hash_key=True)
    comment_id = UnicodeAttribute(range_key=True)
    text = UnicodeAttribute()
    by_id = UnicodeAttribute()
    by_name = UnicodeAttribute()
    at = UnicodeAttribute()


class ActivityByPerson(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]  # PynamoDB's __init_subclass__
    """What a person did."""

    class Meta:
        """Index settings."""

        index_name = "by_person"
        projection = AllProjection()

    person_id = UnicodeAttribute(hash_key=True)
    activity_id = UnicodeAttribute(range_key=True)


class ActivityByPlan(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]  # PynamoDB's __init_subclass__
    """What was done to a plan."""

    class Meta:
        """Index settings."""

        index_name = "by_plan"
        projection = AllProjection()

    plan_id = UnicodeAttribute(hash_key=True)
    activity_id = UnicodeAttribute(range_key=True)


class ActivityItem(Model):
    """One thing that somebody did, by month (UTC)."""

    class Meta:
        """Table settings."""

        table_name = "activity"

    month = UnicodeAttribute(hash_key=True)
    activity_id = UnicodeAttribute(range_key=True)
    at = UnicodeAttribute()
    person_id = UnicodeAttribute()
    person_name = UnicodeAttribute()
    action = UnicodeAttribute()
    target = UnicodeAttribute()
    target_name = UnicodeAttribute(null=True)
    plan_id = UnicodeAttribute(null=True)
    detail = UnicodeAttribute(null=True)
    request_id = UnicodeAttribute()
    expires_at = NumberAttribute()
    by_person = ActivityByPerson()
    by_plan = ActivityByPlan()


class SessionItem(Model):
    """A browser in which somebody is signed in, by the SHA-256 of its cookie."""

    class Meta:
        """Table settings."""

        table_name = "sessions"

    session_hash = UnicodeAttribute(hash_key=True)
    person: JSONAttribute = JSONAttribute()
    refresh_token = UnicodeAttribute()
    refreshed_at = UnicodeAttribute()
    expires_at = NumberAttribute()


class PreferenceItem(Model):
    """What a person prefers, or (owner ``centre``) what the Message Centre is set to."""

    class Meta:
        """Table settings."""

        table_name = "preferences"

    owner = UnicodeAttribute(hash_key=True)
    revision = NumberAttribute(default=1)
    values_: JSONAttribute = JSONAttribute(attr_name="values")


class RequestItem(Model):
    """The id that a request with an idempotency key got for what it makes."""

    class Meta:
        """Table settings."""

        table_name = "requests"

    request_hash = UnicodeAttribute(hash_key=True)
    fingerprint = UnicodeAttribute()
    resource_id = UnicodeAttribute()
    expires_at = NumberAttribute()


TABLES: Final[dict[str, type[Model]]] = {
    "plans": PlanItem,
    "comments": CommentItem,
    "activity": ActivityItem,
    "sessions": SessionItem,
    "preferences": PreferenceItem,
    "requests": RequestItem,
}
"""Every table's model by logical name."""

EXPIRING: Final = frozenset({"activity", "sessions", "requests"})
"""Tables from which DynamoDB removes items after their ``expires_at`` (seconds since the epoch)."""


def bind(name: str, table: str) -> None:
    """Let a table's model use the deployment's own table."""
    meta: Any = TABLES[name].Meta
    meta.table_name = table
