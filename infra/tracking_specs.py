"""The functions that apply SES's events, as they come and again from their archive."""

from collections.abc import Mapping

from infra.grants import READ_VERSION, RECEIVE, STATISTICS, FunctionSpec, on, raw_events, table

_FACTS = (
    table("messages", "GetItem", "PutItem"),
    table("transactional", "GetItem", "PutItem"),
    table("suppressions", "UpdateItem"),
)
"""What an event becomes, whichever way it comes."""

TRACKING: Mapping[str, FunctionSpec] = {
    "apply_ses_events": FunctionSpec(
        timeout=60,
        memory=512,
        grants=(
            *_FACTS,
            on("queue.ses_events", *RECEIVE),
            raw_events("s3:PutObject"),
            STATISTICS,
        ),
        settings=("EVENT_BUCKET", "ANALYTICS_URL"),
    ),
    "apply_event_objects": FunctionSpec(
        timeout=180,
        memory=512,
        grants=(
            *_FACTS,
            on("queue.event_objects", *RECEIVE),
            on("queue.ses_events", "sqs:SendMessage"),  # single events that could not be applied
            raw_events(*READ_VERSION),
            STATISTICS,
        ),
        settings=("EVENT_BUCKET", "EVENT_QUEUE_URL", "ANALYTICS_URL"),
    ),
    "plan_replay": FunctionSpec(timeout=30, memory=256, grants=()),
    "replay_hour": FunctionSpec(
        timeout=900,
        memory=1024,
        grants=(
            *_FACTS,
            raw_events("s3:GetObject"),
            on("bucket.events", "s3:ListBucket"),
            STATISTICS,
        ),
        settings=("EVENT_BUCKET", "ANALYTICS_URL"),
    ),
}
