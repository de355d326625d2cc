"""What Lambda reads for the functions: SES's events from their queue, changed messages from their tables' streams."""

import json
from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi_aws import lambda_

from infra.functions import Functions
from infra.wiring import Foundation

_LONGEST_OUTAGE_SECONDS = 12 * 3600  # a stream keeps its records for 24 hours
_STREAMS: Mapping[str, Mapping[str, Any]] = {
    "messages": {},
    # Idempotency keys stand in the same table.
    "transactional": {"dynamodb": {"Keys": {"record_id": {"S": [{"prefix": "txn_"}]}}}},
}
"""Filters on the records besides their kind, by the table whose stream is read."""


class EventSources(pulumi.ComponentResource):
    """The event-source mappings; Chalice's decorators lack their batching options."""

    def __init__(self, base: Foundation, functions: Functions, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("email-platform:infra:EventSources", base.names.of("event-sources"), None, opts)
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
        for table, wanted in _STREAMS.items():
            lambda_.EventSourceMapping(
                base.names.of(f"{table}-stream"),
                event_source_arn=base.tables.by_name[table].stream_arn,
                function_name=functions.by_name["index_messages"].arn,
                starting_position="TRIM_HORIZON",
                batch_size=500,
                maximum_batching_window_in_seconds=1,
                bisect_batch_on_function_error=True,
                # What will never be indexed the function itself puts aside; all else waits until OpenSearch is back.
                maximum_retry_attempts=-1,
                maximum_record_age_in_seconds=_LONGEST_OUTAGE_SECONDS,
                function_response_types=["ReportBatchItemFailures"],
                filter_criteria={"filters": [{"pattern": json.dumps({"eventName": ["INSERT", "MODIFY"], **wanted})}]},
                destination_config={"on_failure": {"destination_arn": base.stream_dead.arn}},
                opts=child,
            )
        self.register_outputs({})
