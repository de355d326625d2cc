"""Limits that AWS would only tell at deployment: names, sizes, shapes. Each message says what to change.

Sources: https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html and the quotas pages linked there.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from infra.names import Names
from local.engine.naming import AUTONAMED, RANDOM_CHARACTERS
from tests.fakes.account import ACCOUNT, REGION
from tests.infra.policies import documents
from tests.infra.program import CONFIG, Graph, run

_LONGEST_STACK = "x" * (26 - len("email-platform-"))
_MANAGED = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"

_CHARACTERS: Mapping[str, str] = {
    "aws:cloudwatch/eventBus:EventBus": r"[A-Za-z0-9._/-]+",
    "aws:cloudwatch/eventRule:EventRule": r"[A-Za-z0-9._-]+",
    "aws:cloudwatch/logGroup:LogGroup": r"[A-Za-z0-9._/#-]+",
    "aws:dynamodb/table:Table": r"[A-Za-z0-9._-]{3,}",
    "aws:iam/role:Role": r"[A-Za-z0-9_+=,.@-]+",
    "aws:iam/rolePolicy:RolePolicy": r"[A-Za-z0-9_+=,.@-]+",
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": r"[A-Za-z0-9_.-]+",
    "aws:lambda/function:Function": r"[A-Za-z0-9_-]+",
    "aws:opensearch/domain:Domain": r"[a-z][a-z0-9-]{2,}",
    "aws:s3/bucket:Bucket": r"[a-z0-9][a-z0-9-]{1,}[a-z0-9]",
    "aws:scheduler/scheduleGroup:ScheduleGroup": r"[A-Za-z0-9._-]+",
    "aws:sfn/stateMachine:StateMachine": r"[A-Za-z0-9_-]+",
    "aws:sns/topic:Topic": r"[A-Za-z0-9_-]+",
    "aws:sqs/queue:Queue": r"[A-Za-z0-9_-]+",
}

_LARGEST_DOCUMENT: Mapping[str, int] = {
    "aws:iam/role:Role": 2_048,  # of a trust policy, unless the quota was raised
    "aws:iam/rolePolicy:RolePolicy": 10_240,  # all inline policies of a role together; each role here has one
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": 5_120,
    "aws:kms/key:Key": 32_768,
    "aws:opensearch/domainPolicy:DomainPolicy": 102_400,
    "aws:s3/bucketPolicy:BucketPolicy": 20_480,
    "aws:sns/topicPolicy:TopicPolicy": 30_720,
    "aws:sqs/queuePolicy:QueuePolicy": 30_720,
}
"""Characters of a policy, by the type that carries it; IAM does not count white space, so this is on the safe side."""


@pytest.fixture(scope="module")
def longest() -> Graph:
    """The stack with the longest name that `infra.names` admits."""
    return run(CONFIG, stack=_LONGEST_STACK)


def test_a_longer_stack_name_is_refused_before_anything_is_made() -> None:
    with pytest.raises(ValueError, match="use a stack name"):
        Names(prefix=f"email-platform-{_LONGEST_STACK}x", partition="aws", region=REGION, account=ACCOUNT)


def test_names_fit_with_their_random_ending_also_under_the_longest_stack_name(longest: Graph) -> None:
    too_long, odd = [], []
    for resource in longest.resources:
        if resource.type not in AUTONAMED:
            continue
        where, most = AUTONAMED[resource.type]
        name = resource.inputs.get(where) or f"{resource.name}-{'0' * RANDOM_CHARACTERS}"
        if len(name) > most:
            too_long.append(f"{resource.type} {name}: {len(name)} of {most}")
        if not re.fullmatch(_CHARACTERS.get(resource.type, r"[\x20-\x7e]+"), name):
            odd.append(f"{resource.type} {name}")
    assert too_long == [], "shorten the logical name that is given to `names.of`"
    assert odd == [], "AWS does not take these characters"


def test_policies_fit(longest: Graph) -> None:
    sizes = [
        (f"{where} {name}", len(text), _LARGEST_DOCUMENT[where])
        for where, name, text in documents(longest)
        if not where.startswith("aws:apigateway")
    ]
    assert [one for one in sizes if one[1] > one[2]] == [], "grant by prefix, or split the function"


def test_environments_of_functions_fit(longest: Graph) -> None:
    for function in longest.of("lambda/function:Function").values():
        variables = function.inputs["environment"]["variables"]
        size = sum(len(key) + len(str(value)) for key, value in variables.items())
        assert size <= 4_096, f"{function.name} is told {size} bytes; Lambda takes 4,096"
        assert not {key for key in variables if key.startswith("AWS_")}, "names that Lambda keeps for itself"


def test_functions_are_within_what_lambda_offers(graph: Graph) -> None:
    for function in graph.of("lambda/function:Function").values():
        assert 1 <= function.inputs["timeout"] <= 900, function.name
        assert 128 <= function.inputs["memorySize"] <= 10_240, function.name
        assert 512 <= function.inputs["ephemeralStorage"]["size"] <= 10_240, function.name
    for permissions in Counter(
        p.inputs["function"] for p in graph.of("lambda/permission:Permission").values()
    ).values():
        assert permissions <= 20, "a function's policy has 20 KB"


def test_definitions_and_patterns_fit(longest: Graph) -> None:
    for machine in longest.of("sfn/stateMachine:StateMachine").values():
        assert len(machine.inputs["definition"].encode()) <= 1_048_576, machine.name
    for rule in longest.of("cloudwatch/eventRule:EventRule").values():
        assert len(rule.inputs.get("eventPattern", "")) <= 2_048, rule.name
        assert ("eventPattern" in rule.inputs) != ("scheduleExpression" in rule.inputs), rule.name
    for mapping in longest.of("lambda/eventSourceMapping:EventSourceMapping").values():
        filters = mapping.inputs.get("filterCriteria", {}).get("filters", [])
        assert len(filters) <= 5, f"{mapping.name}: Lambda takes 5 filters"
        assert all(len(one["pattern"]) <= 4_096 for one in filters), mapping.name
    (api,) = longest.of("apigateway/restApi:RestApi").values()
    assert len(api.inputs["body"].encode()) <= 6 * 1024 * 1024, "API Gateway imports 6 MB"
    assert len(json.loads(api.inputs["body"])["paths"]) <= 300, (
        "a REST API has 300 resources unless the quota is raised"
    )


def test_a_tables_indexes_and_streams_are_within_what_dynamodb_offers(graph: Graph) -> None:
    for table in graph.of("dynamodb/table:Table").values():
        assert len(table.inputs.get("globalSecondaryIndexes", [])) <= 20, table.name
        keyed = {table.inputs["hashKey"], table.inputs.get("rangeKey")} - {None}
        for index in table.inputs.get("globalSecondaryIndexes", []):
            keyed |= {index["hashKey"], index.get("rangeKey")} - {None}
        assert {attribute["name"] for attribute in table.inputs["attributes"]} == keyed, (
            f"{table.name}: DynamoDB wants exactly the attributes of its keys"
        )


def test_queues_wait_for_their_functions_and_keep_what_failed_longer_than_what_waits(graph: Graph) -> None:
    queues = {queue.arn: queue for queue in graph.of("sqs/queue:Queue").values()}
    functions = {function.arn: function for function in graph.of("lambda/function:Function").values()}
    for mapping in graph.of("lambda/eventSourceMapping:EventSourceMapping").values():
        if queue := queues.get(mapping.inputs["eventSourceArn"]):
            timeout = functions[mapping.inputs["functionName"]].inputs["timeout"]
            visible = queue.inputs["visibilityTimeoutSeconds"]
            assert visible >= 6 * timeout, f"{queue.name}: Lambda asks for six times the time-out of its function"
            assert mapping.inputs.get("batchSize", 10) <= 10 or mapping.inputs["maximumBatchingWindowInSeconds"] >= 1
    for queue in queues.values():
        if policy := queue.inputs.get("redrivePolicy"):
            dead = queues[json.loads(policy)["deadLetterTargetArn"]]
            # A message that moves keeps the time at which it came.
            assert dead.inputs["messageRetentionSeconds"] >= queue.inputs["messageRetentionSeconds"], queue.name


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        if node.startswith("{"):
            yield from _strings(json.loads(node))
        else:
            yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from _strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from _strings(value)


def test_every_arn_is_one_of_a_resource_of_this_stack(graph: Graph) -> None:
    """An ARN made of a name, not taken from a resource, must still be that of one."""
    own = {resource.arn for resource in graph.resources} | {f"{r.arn}/stream/2026" for r in graph.resources}
    made_while_running = (
        f"arn:aws:execute-api:{REGION}:{ACCOUNT}:",
        f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/",
        f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:*",  # in the key's policy, which stands before any of them
        f"arn:aws:states:{REGION}:{ACCOUNT}:execution:",
        f"arn:aws:iam::{ACCOUNT}:root",
        "arn:aws:states:::",
        f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/",
        _MANAGED,
    )
    unknown = {
        (resource.type, text)
        for resource in graph.resources
        for value in resource.inputs.values()
        for text in _strings(value)
        if text.startswith("arn:")
        and not text.startswith(made_while_running)
        and text not in own
        and not any(text.startswith((f"{arn}/", f"{arn}:")) for arn in own)
    }
    assert unknown == set(), "no resource of the stack has this ARN: take `resource.arn`, or a name of `infra.names`"


def test_every_arn_that_a_policy_names_has_the_shape_of_one(graph: Graph) -> None:
    shape = re.compile(r"arn:aws:[a-z0-9-]+:([a-z0-9-]*):(\d{12})?:.+|\*")
    odd = {
        (where, name, text)
        for where, name, document in documents(graph)
        for statement in json.loads(document)["Statement"]
        for text in _strings(statement.get("Resource", []))
        if not shape.fullmatch(text) and not text.startswith(("arn:aws:s3:::", "arn:aws:iam::aws:policy/"))
    }
    assert odd == set()


def test_the_same_configuration_gives_the_same_graph(graph: Graph) -> None:
    def described(one: Graph) -> dict[tuple[str, str], str]:
        return {(r.type, r.name): repr(sorted(r.inputs.items(), key=lambda item: item[0])) for r in one.resources}

    def plain(text: str) -> str:
        return re.sub(r"<pulumi\.asset\.\w+ object at 0x[0-9a-f]+>", "archive", text)

    first, second = described(graph), described(run(CONFIG))
    assert first.keys() == second.keys()
    changed = [key for key in first if plain(first[key]) != plain(second[key])]
    assert changed == [], "these inputs differ from run to run: a second deployment would change them"
