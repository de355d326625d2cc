"""What Lambda reads for the functions: SES's events from their queues, changed messages from their tables' streams."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_aws import dynamodb, lambda_, sqs

from infra.functions import Functions
from infra.wiring import Foundation

_LONGEST_OUTAGE_SECONDS = 12 * 3600  # a stream keeps its records for 24 hours
WORKERS = 24
"""Workers that visit endpoints: one for each endpoint that there may be, and some for wake-ups that are turned away."""

_WRITTEN = {"eventName": ["INSERT", "MODIFY"]}
_TRANSACTIONAL = {"Keys": {"record_id": {"S": [{"prefix": "txn_"}]}}}  # idempotency keys stand in the same table
_INDEXED: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "messages": [_WRITTEN],
    "transactional": [{**_WRITTEN, "dynamodb": _TRANSACTIONAL}],
}
"""Records that statistics are made of, by table: those that fit one of the filters."""


def _present(attribute: str) -> Mapping[str, Any]:
    return {**_WRITTEN, "dynamodb": {"NewImage": {attribute: {"S": [{"exists": True}]}}}}


_PUBLISHED: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "campaigns": [_present("listed")],  # what stands beside a campaign is not listed
    "messages": [_present(fact) for fact in ("bounced_at", "complained_at", "rejected_at", "unsubscribed_at")],
    "suppressions": [_WRITTEN],
    # Their facts are one text, in which a filter cannot look; none of those told is known when a message is made.
    "transactional": [{"eventName": ["MODIFY"], "dynamodb": _TRANSACTIONAL}],
    "webhooks": [{"eventName": ["MODIFY"], "dynamodb": {"NewImage": {"state": {"S": ["disabled"]}}}}],
}
"""Records that other programs may be told of; the function finds what is new in them."""


class EventSources(pulumi.ComponentResource):
    """The event-source mappings; Chalice's decorators lack their batching options."""

    def __init__(self, base: Foundation, functions: Functions, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("email-platform:infra:EventSources", base.names.of("event-sources"), None, opts)
        self._names = base.names
        child = pulumi.ResourceOptions(parent=self)
        lambda_.EventSourceMapping(
            base.names.of("ses-events"),
            event_source_arn=base.tracking.queue.arn,
            function_name=functions.by_name["apply_ses_events"].arn,
            batch_size=100,
            maximum_batching_window_in_seconds=1,
            function_response_types=["ReportBatchItemFailures"],
            opts=child,
        )
        lambda_.EventSourceMapping(
            base.names.of("event-objects"),
            event_source_arn=base.stream.queue.arn,
            function_name=functions.by_name["apply_event_objects"].arn,
            batch_size=1,  # an object is as much as an invocation has time for
            function_response_types=["ReportBatchItemFailures"],
            opts=child,
        )
        lambda_.EventSourceMapping(
            base.names.of("webhook-events"),
            event_source_arn=base.webhooks.events.arn,
            function_name=functions.by_name["plan_deliveries"].arn,
            batch_size=100,
            maximum_batching_window_in_seconds=1,
            function_response_types=["ReportBatchItemFailures"],
            opts=child,
        )
        lambda_.EventSourceMapping(
            base.names.of("webhook-turns"),
            event_source_arn=base.webhooks.turns.arn,
            function_name=functions.by_name["deliver_webhooks"].arn,
            batch_size=1,
            scaling_config={"maximum_concurrency": WORKERS},
            function_response_types=["ReportBatchItemFailures"],
            opts=child,
        )
        for table, wanted in _INDEXED.items():
            name, dead = f"{table}-stream", base.stream_dead
            self._read_stream(name, base.tables.by_name[table], functions.by_name["index_messages"], wanted, dead)
        for table, wanted in _PUBLISHED.items():
            name, dead = f"{table}-changes", base.changes_dead
            self._read_stream(name, base.tables.by_name[table], functions.by_name["publish_changes"], wanted, dead)
        self.register_outputs({})

    def _read_stream(
        self,
        name: str,
        table: dynamodb.Table,
        function: lambda_.Function,
        wanted: Sequence[Mapping[str, Any]],
        dead: sqs.Queue,
    ) -> None:
        lambda_.EventSourceMapping(
            self._names.of(name),
            event_source_arn=table.stream_arn,
            function_name=function.arn,
            starting_position="TRIM_HORIZON",
            batch_size=500,
            maximum_batching_window_in_seconds=1,
            bisect_batch_on_function_error=True,
            # What will never succeed the function itself puts aside; all else waits until what it needs is back.
            maximum_retry_attempts=-1,
            maximum_record_age_in_seconds=_LONGEST_OUTAGE_SECONDS,
            function_response_types=["ReportBatchItemFailures"],
            filter_criteria={"filters": [{"pattern": json.dumps(pattern)} for pattern in wanted]},
            destination_config={"on_failure": {"destination_arn": dead.arn}},
            opts=pulumi.ResourceOptions(parent=self),
        )
