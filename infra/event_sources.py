"""What Lambda reads for the functions: SES's events from their queue, changed messages from their table's stream."""

import json

import pulumi
from pulumi_aws import lambda_

from infra.functions import Functions
from infra.wiring import Foundation

_STREAM_RETRIES = 5


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
        lambda_.EventSourceMapping(
            base.names.of("messages-stream"),
            event_source_arn=base.tables.by_name["messages"].stream_arn,
            function_name=functions.by_name["index_messages"].arn,
            starting_position="TRIM_HORIZON",
            batch_size=500,
            maximum_batching_window_in_seconds=1,
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=_STREAM_RETRIES,
            function_response_types=["ReportBatchItemFailures"],
            filter_criteria={"filters": [{"pattern": json.dumps({"eventName": ["INSERT", "MODIFY"]})}]},
            destination_config={"on_failure": {"destination_arn": base.stream_dead.arn}},
            opts=child,
        )
        self.register_outputs({})
