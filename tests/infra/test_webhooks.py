"""Webhooks get what is on the bus, each endpoint a worker of its own."""

import json

from chalicelib.live.domain_events import SOURCE
from chalicelib.webhooks.delivering import AT_ONCE, LONGEST_DELAY, RESERVED_SECONDS, TURN
from chalicelib.webhooks.model import MOST_WEBHOOKS
from infra.event_sources import WORKERS
from infra.function_specs import FUNCTIONS
from tests.infra.program import CONFIG, Graph, run

_PREFIX = "email-platform-test-"


def test_every_event_of_the_platform_reaches_their_queue_and_only_this_rule_fills_it(graph: Graph) -> None:
    rule = graph.of("cloudwatch/eventRule:EventRule")[f"{_PREFIX}webhook-events"]
    bus = graph.of("cloudwatch/eventBus:EventBus")[f"{_PREFIX}events"]
    assert json.loads(rule.inputs["eventPattern"]) == {"source": [SOURCE]}
    assert rule.inputs["eventBusName"] == bus.inputs["name"]
    target = graph.of("cloudwatch/eventTarget:EventTarget")[f"{_PREFIX}webhook-events"].inputs
    queue = graph.of("sqs/queue:Queue")[f"{_PREFIX}webhook-events"]
    assert (target["arn"], target["eventBusName"]) == (queue.arn, bus.inputs["name"])
    policies = graph.of("sqs/queuePolicy:QueuePolicy")
    for name in ("webhook-events", "webhook-events-dead"):
        (statement,) = json.loads(policies[_PREFIX + name].inputs["policy"])["Statement"]
        assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": [rule.arn]}}
    assert f"{_PREFIX}webhook-turns" not in policies  # only the functions send there, by their roles


def test_there_are_more_workers_than_endpoints_and_each_gets_one_wake_up(graph: Graph) -> None:
    mapping = graph.of("lambda/eventSourceMapping:EventSourceMapping")[f"{_PREFIX}webhook-turns"].inputs
    assert mapping["scalingConfig"] == {"maximumConcurrency": WORKERS}
    assert WORKERS > MOST_WEBHOOKS
    assert mapping["batchSize"] == 1
    assert AT_ONCE * MOST_WEBHOOKS < 500  # requests under way at the very most


def test_a_worker_is_gone_before_its_turn_is_and_its_wake_up_comes_again_after_that(graph: Graph) -> None:
    spec = FUNCTIONS["deliver_webhooks"]
    queue = graph.of("sqs/queue:Queue")[f"{_PREFIX}webhook-turns"].inputs
    assert RESERVED_SECONDS < spec.timeout < TURN.total_seconds() < queue["visibilityTimeoutSeconds"]
    assert LONGEST_DELAY <= 900  # as much as SQS takes


def test_only_disabled_endpoints_wake_the_publisher(graph: Graph) -> None:
    mapping = graph.of("lambda/eventSourceMapping:EventSourceMapping")[f"{_PREFIX}webhooks-changes"].inputs
    (one,) = [json.loads(each["pattern"]) for each in mapping["filterCriteria"]["filters"]]
    assert one["dynamodb"]["NewImage"] == {"state": {"S": ["disabled"]}}


def test_no_network_is_allowed_besides_public_ones_unless_the_stack_says_so(graph: Graph) -> None:
    function = f"{_PREFIX}deliver-webhooks"
    told = graph.of("lambda/function:Function")[function].inputs["environment"]["variables"]
    assert json.loads(told["WEBHOOK_NETWORKS"]) == []
    other = run({**CONFIG, "webhookNetworks": '["10.1.0.0/16"]'}).of("lambda/function:Function")[function]
    assert json.loads(other.inputs["environment"]["variables"]["WEBHOOK_NETWORKS"]) == ["10.1.0.0/16"]
