"""Other programs are told what changed by a bus of the platform's own."""

import json
from typing import Any

import pytest

from tests.infra.program import Graph

_BUS = "email-platform-test-events"


def _mappings(graph: Graph) -> dict[str, dict[str, Any]]:
    found = graph.of("lambda/eventSourceMapping:EventSourceMapping")
    return {
        name.removeprefix("email-platform-test-").removesuffix("-changes"): mapping.inputs
        for name, mapping in found.items()
        if name.endswith("-changes")
    }


def test_changes_of_five_tables_are_read_in_order_with_exact_partial_failures(graph: Graph) -> None:
    mappings = _mappings(graph)
    assert set(mappings) == {"campaigns", "messages", "suppressions", "transactional", "webhooks"}
    for mapping in mappings.values():
        assert mapping["functionName"].endswith("publish-changes")
        assert mapping["functionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["bisectBatchOnFunctionError"] is True
        assert mapping["destinationConfig"]["onFailure"]["destinationArn"].endswith("-changes-dead")


def test_each_stream_has_at_most_the_two_readers_that_dynamodb_recommends(graph: Graph) -> None:
    read = [m.inputs["eventSourceArn"] for m in graph.of("lambda/eventSourceMapping:EventSourceMapping").values()]
    assert max(read.count(arn) for arn in read) == 2


@pytest.mark.parametrize(
    ("table", "attributes"),
    [
        ("campaigns", ["listed"]),
        ("messages", ["bounced_at", "complained_at", "rejected_at", "unsubscribed_at"]),
    ],
)
def test_only_changes_that_can_tell_something_invoke_the_function(
    graph: Graph, table: str, attributes: list[str]
) -> None:
    filters = _mappings(graph)[table]["filterCriteria"]["filters"]
    patterns = [json.loads(one["pattern"]) for one in filters]
    assert len(filters) <= 5  # as many as Lambda takes
    assert [list(pattern["dynamodb"]["NewImage"]) for pattern in patterns] == [[name] for name in attributes]
    assert all(list(pattern["dynamodb"]["NewImage"].values()) == [{"S": [{"exists": True}]}] for pattern in patterns)


def test_the_publisher_may_put_events_on_this_bus_only_and_nobody_else_may(graph: Graph) -> None:
    bus = graph.of("cloudwatch/eventBus:EventBus")[_BUS]
    granted = {
        name: statement["Resource"]
        for name, policy in graph.of("iam/rolePolicy:RolePolicy").items()
        for statement in json.loads(policy.inputs["policy"])["Statement"]
        if "events:PutEvents" in statement["Action"]
    }
    assert granted == {"email-platform-test-publish-changes-role": [bus.arn]}
    assert graph.outputs["event_bus_name"] == _BUS
    assert graph.outputs["event_bus_arn"] == bus.arn
