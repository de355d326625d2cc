"""The functions that keep the statistics right: comparing, mending, removing what is old, building them anew."""

from collections.abc import Mapping

from infra.grants import LISTED, STATISTICS, FunctionSpec, on, raw_events, statistics, table

STATISTICS_UPKEEP: Mapping[str, FunctionSpec] = {
    "find_due_campaigns": FunctionSpec(timeout=300, memory=512, grants=(table("campaigns", indexes=LISTED),)),
    "reconcile_campaign": FunctionSpec(
        timeout=900,
        memory=1024,  # fifty parts of 1,000 documents that differ, and both sides of one part
        grants=(table("campaigns", "GetItem"), table("messages", "Query"), STATISTICS),
        settings=("ANALYTICS_URL",),
    ),
    "expire_statistics": FunctionSpec(
        timeout=300,
        memory=512,
        grants=(statistics("Delete", "Get"),),
        settings=("ANALYTICS_URL", "ANALYTICS_RETENTION_MONTHS"),
    ),
    "manage_indices": FunctionSpec(
        timeout=300,
        memory=512,
        grants=(statistics("Delete", "Get", "Head", "Post", "Put"),),
        settings=("ANALYTICS_URL", "ANALYTICS_RETENTION_MONTHS"),
    ),
    "fill_indices": FunctionSpec(
        timeout=900,
        memory=1769,  # a whole processor: reading and writing documents is all it does
        grants=(
            table("campaigns", indexes=LISTED),
            table("messages", "GetItem", "Query"),
            table("transactional", "GetItem", "Scan"),
            raw_events("s3:GetObject"),
            on("bucket.events", "s3:ListBucket"),
            STATISTICS,
        ),
        settings=("EVENT_BUCKET", "ANALYTICS_URL", "ANALYTICS_RETENTION_MONTHS"),
    ),
    "compare_indices": FunctionSpec(
        timeout=900,
        memory=512,
        grants=(table("campaigns", indexes=LISTED), statistics("Post")),
        settings=("ANALYTICS_URL", "ANALYTICS_RETENTION_MONTHS"),
    ),
}
