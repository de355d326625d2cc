"""The two differences between what the derivation finds and what is granted, each with its reason."""

from collections.abc import Iterable, Mapping

from infra.function_specs import FUNCTIONS
from tests.infra.derived_actions import Action

_NOT_THERE = "Without it S3 answers 403 for an object that is not there, and the code expects 404."
_POLLED = "Lambda reads the queue with the function's role."
_STREAMED = "Lambda reads the stream with the function's role."
_VERSION = "The object is read in the version that was uploaded; the SDK's call is the same."

_STREAMS = ("DescribeStream", "GetRecords", "GetShardIterator")


def _on_streams(function: str, tables: Iterable[str]) -> dict[tuple[str, Action], str]:
    streams = {(f"dynamodb:{action}", f"stream.{table}") for table in tables for action in _STREAMS}
    return {(function, one): _STREAMED for one in {*streams, ("dynamodb:ListStreams", "any")}}


NOT_CALLED_BY_CODE: Mapping[tuple[str, Action], str] = {
    **{
        (function, (f"sqs:{action}", "")): _POLLED
        for function in ("apply_ses_events", "apply_event_objects", "plan_deliveries", "deliver_webhooks")
        for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
    },
    **_on_streams("index_messages", ("messages", "transactional")),
    **_on_streams("publish_changes", ("campaigns", "messages", "suppressions", "transactional", "webhooks")),
    **{
        (function, ("s3:ListBucket", "")): _NOT_THERE
        for function in (
            "finish_preflight",
            "finish_message_plan",
            "write_export",
            "fail_export",
            "import_suppressions",
            "export_suppressions",
            "copy_suppressions",
            "fail_suppression_job",
        )
    },
    **{
        (function, ("s3:GetObjectVersion", "")): _VERSION
        for function in (
            "api",
            "validate_template",
            "import_recipient_file",
            "import_suppressions",
            "apply_event_objects",
        )
    },
    ("validate_template", ("sqs:SendMessage", "")): "Lambda hands over what an asynchronous invocation could not do.",
}
"""What is granted though the code makes no such call."""

CALLED_OTHERWISE: Mapping[tuple[str, Action], str] = {
    (function, ("dynamodb:Query", f"table.campaigns/index/{index}")): "Only lists of the API ask by this index."
    for function in ("find_due_campaigns", "fill_indices", "compare_indices")
    for index in ("by_state", "by_send_time")
}
"""What the derivation finds though the function never comes to call it: it does not follow the values of arguments."""


def differences(
    called: Mapping[str, set[Action]], granted: Mapping[str, set[Action]]
) -> tuple[set[tuple[str, Action]], set[tuple[str, Action]]]:
    """Return what is called and not granted, and what is granted and not called."""
    calls = {(function, action) for function in FUNCTIONS for action in called[function]}
    grants = {(function, action) for function in FUNCTIONS for action in granted[function]}
    return calls - grants, grants - calls
