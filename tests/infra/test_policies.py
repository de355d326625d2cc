"""Every policy of the stack, whatever resource carries it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.function_specs import FUNCTIONS
from infra.grants import BORDER, table
from infra.iam import WILDCARDS
from tests.fakes.account import ACCOUNT
from tests.infra.program import CONFIG, Graph, run

Statement = dict[str, Any]
_FIREHOSE_ON_S3 = (
    "AbortMultipartUpload",
    "GetBucketLocation",
    "GetObject",
    "ListBucket",
    "ListBucketMultipartUploads",
    "PutObject",
)
"""https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3"""


def _statements(graph: Graph) -> Iterator[tuple[str, Statement]]:
    for resource in graph.resources:
        for value in resource.inputs.values():
            document = _document(value)
            for statement in document.get("Statement", []):
                yield f"{resource.type} {resource.name}", statement


def _document(value: Any) -> dict[str, Any]:
    if not isinstance(value, str) or not value.startswith("{"):
        return {}
    document = json.loads(value)
    return document if isinstance(document, dict) else {}


def _listed(statement: Statement, key: str) -> list[str]:
    value = statement.get(key, [])
    if isinstance(value, dict):
        value = [one for many in value.values() for one in (many if isinstance(many, list) else [many])]
    return value if isinstance(value, list) else [value]


def _has_wildcard(statement: Statement) -> bool:
    return any("*" in text for key in ("Action", "Resource", "Principal") for text in _listed(statement, key))


def test_policies_are_found_wherever_they_are(graph: Graph) -> None:
    kinds = {where.split()[0].split(":")[-1] for where, _ in _statements(graph)}
    of_resources = {"Key", "BucketPolicy", "QueuePolicy", "TopicPolicy", "DomainPolicy", "LogResourcePolicy"}
    assert kinds == {"Role", "RolePolicy"} | of_resources


@pytest.fixture(scope="module")
def whole() -> Graph:
    """A stack with what adds policies to it when it is asked for."""
    return run({**CONFIG, "vpcId": "vpc-0a", "vpcSubnets": '["subnet-0a"]'})


def test_no_wildcard_stands_without_a_written_reason(whole: Graph) -> None:
    unexplained = [
        (where, statement)
        for where, statement in _statements(whole)
        if _has_wildcard(statement) and statement.get("Sid") not in WILDCARDS
    ]
    assert unexplained == []


def test_no_reason_outlives_its_wildcard(whole: Graph) -> None:
    used = {statement.get("Sid") for _, statement in _statements(whole) if _has_wildcard(statement)}
    assert used == WILDCARDS.keys()


def test_actions_are_exact_except_where_a_key_or_a_refusal_names_all(graph: Graph) -> None:
    wide = {s["Sid"] for _, s in _statements(graph) if any("*" in action for action in _listed(s, "Action"))}
    assert wide == {"AccountAdministersKey", "TlsOnly"}


def test_whoever_allows_a_service_says_on_whose_behalf(graph: Graph) -> None:
    for where, statement in _statements(graph):
        if where.startswith(("aws:sqs", "aws:sns")):
            conditions = json.dumps(statement["Condition"])
            assert "aws:SourceArn" in conditions or "aws:SourceAccount" in conditions, where


def test_only_ses_publishes_events_and_only_its_topic_fills_their_queues(graph: Graph) -> None:
    topic = graph.of("sns/topic:Topic")["email-platform-test-ses-events"]
    for name in ("email-platform-test-ses-events", "email-platform-test-ses-events-dead"):
        (statement,) = json.loads(graph.of("sqs/queuePolicy:QueuePolicy")[name].inputs["policy"])["Statement"]
        assert statement["Principal"] == {"Service": ["sns.amazonaws.com"]}
        assert (statement["Action"], statement["Effect"]) == (["sqs:SendMessage"], "Allow")
        assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": [topic.arn]}}
    policies = {
        policy.inputs["arn"]: policy.inputs["policy"] for policy in graph.of("sns/topicPolicy:TopicPolicy").values()
    }
    (statement,) = json.loads(policies[topic.arn])["Statement"]
    assert statement["Principal"] == {"Service": ["ses.amazonaws.com"]}
    assert statement["Action"] == ["sns:Publish"]
    (configuration_set,) = graph.of("sesv2/configurationSet:ConfigurationSet").values()
    assert ACCOUNT in json.dumps(statement["Condition"])
    assert configuration_set.name in json.dumps(statement["Condition"])
    (subscription,) = graph.of("sns/topicSubscription:TopicSubscription").values()
    assert subscription.inputs["topic"] == topic.arn


def test_raw_events_are_written_by_who_takes_them_in_and_read_by_who_replays_them(graph: Graph) -> None:
    bucket = graph.of("s3/bucket:Bucket")["email-platform-test-events"].arn
    policies = graph.of("iam/rolePolicy:RolePolicy")
    rights = {
        (name.removeprefix("email-platform-test-").removesuffix("-role"), action)
        for name, policy in policies.items()
        for statement in json.loads(policy.inputs["policy"])["Statement"]
        if any(resource.startswith(bucket) for resource in statement["Resource"])
        for action in statement["Action"]
    }
    assert rights == {
        ("apply-ses-events", "s3:PutObject"),
        ("apply-event-objects", "s3:GetObject"),
        ("apply-event-objects", "s3:GetObjectVersion"),
        *(("event-stream", f"s3:{action}") for action in _FIREHOSE_ON_S3),
        ("replay-hour", "s3:GetObject"),
        ("replay-hour", "s3:ListBucket"),
        ("fill-indices", "s3:GetObject"),
        ("fill-indices", "s3:ListBucket"),
    }


def test_the_roles_of_workflows_and_rules_are_taken_on_for_this_account_only(graph: Graph) -> None:
    for where, statement in _statements(graph):
        service = statement.get("Principal", {}) if isinstance(statement.get("Principal"), dict) else {}
        if service.get("Service") in ("states.amazonaws.com", "scheduler.amazonaws.com", "events.amazonaws.com"):
            assert statement["Condition"]["StringEquals"]["aws:SourceAccount"] == ACCOUNT, where


def test_statement_ids_are_unique_within_a_policy(graph: Graph) -> None:
    seen: dict[str, list[str]] = {}
    for where, statement in _statements(graph):
        if "Sid" in statement:
            seen.setdefault(where, []).append(statement["Sid"])
    assert [where for where, ids in seen.items() if len(ids) != len(set(ids))] == []


def test_each_function_may_use_its_tables_and_no_others(graph: Graph) -> None:
    tables = {table.arn: table.name for table in graph.of("dynamodb/table:Table").values()}
    policies = graph.of("iam/rolePolicy:RolePolicy")
    for name, spec in FUNCTIONS.items():
        document = json.loads(policies[f"email-platform-test-{name.replace('_', '-')}-role"].inputs["policy"])
        granted = {
            tables[table]
            for statement in document["Statement"]
            for resource in statement["Resource"]
            if (table := resource.partition("/index/")[0]) in tables
        }
        assert granted == {f"email-platform-test-{table.replace('_', '-')}" for table in spec.tables}


def test_only_senders_may_send_mail_and_only_who_manages_keys_may_write_them() -> None:
    assert _may("ses:SendEmail") == {"send_part", "test_sends", "transactional"}
    assert _may("ses:SendBulkEmail") == {"send_part"}
    assert {n for n, s in FUNCTIONS.items() if "api_keys" in s.tables} == {
        "api",
        "authorize",
        "issue_api_key",
        "probe_sending",
    }
    assert "dynamodb:PutItem" not in {a for grant in FUNCTIONS["authorize"].grants for a in grant.actions}
    assert _actions_on("api_keys") == {
        ("authorize", "GetItem"),
        ("issue_api_key", "PutItem"),
        ("probe_sending", "GetItem"),
        ("probe_sending", "PutItem"),
        *(("api", action) for action in ("GetItem", "PutItem")),
    }
    assert _may("iam:PassRole") == {"api", "finish_message_plan"}, "who makes schedules"


def test_bulk_mail_may_be_sent_only_where_it_is_asked_for(graph: Graph) -> None:
    def bulk(of: Graph) -> list[Statement]:
        return [one for _, one in _statements(of) if "ses:SendBulkEmail" in _listed(one, "Action")]

    assert bulk(graph) == []
    opted_in = run({**CONFIG, "bulkMessages": "50"})
    [statement] = bulk(opted_in)
    assert "ses:SendBulkTemplatedEmail" in statement["Action"]
    assert len(statement["Resource"]) == 2
    role = "email-platform-test-send-part-role"
    assert "ses:SendBulkEmail" in opted_in.of("iam/rolePolicy:RolePolicy")[role].inputs["policy"]


def test_the_unsubscribe_page_has_no_right_that_it_does_not_need() -> None:
    rights = {
        (action, resource.name)
        for grant in FUNCTIONS["unsubscribe"].grants
        for action in grant.actions
        for resource in grant.resources
    }
    assert rights == {
        ("kms:GenerateMac", "key.token"),
        ("dynamodb:GetItem", "table.messages"),
        ("dynamodb:PutItem", "table.messages"),
        ("dynamodb:Query", "table.suppressions"),
        ("dynamodb:UpdateItem", "table.suppressions"),
        ("dynamodb:DeleteItem", "table.suppressions"),
    }
    assert _may("kms:GenerateMac", "key.token") == {"unsubscribe", "send_part"}
    assert _may("kms:GenerateMac", "key.webhooks") == {"webhooks", "deliver_webhooks"}


def test_who_checks_or_tries_a_campaign_may_change_nothing_of_it() -> None:
    for name in ("check_preflight_part", "test_sends"):
        aside = (*BORDER, table("requests", "GetItem", "PutItem", "DeleteItem"))  # who asks and what is asked again
        grants = [grant for grant in FUNCTIONS[name].grants if grant not in aside]
        actions = {action for grant in grants for action in grant.actions}
        assert not actions & {"dynamodb:PutItem", "dynamodb:DeleteItem", "kms:GenerateMac", "states:StartExecution"}
        assert "messages" not in FUNCTIONS[name].tables
    assert "table.rate" not in {r.name for grant in FUNCTIONS["check_preflight_part"].grants for r in grant.resources}
    assert _may("ses:GetEmailIdentity") == {"api", "finish_preflight"}


def test_who_sends_transactional_mail_may_do_nothing_else() -> None:
    rights = {
        (action, resource.name)
        for grant in FUNCTIONS["transactional"].grants
        for action in grant.actions
        for resource in grant.resources
    }
    assert rights == {
        ("ses:SendEmail", "ses.identity"),
        ("ses:SendEmail", "ses.configuration_set"),
        ("ses:GetAccount", "any"),
        ("s3:GetObject", "bucket.templates"),
        ("dynamodb:GetItem", "table.templates"),
        ("dynamodb:GetItem", "table.rate"),
        ("dynamodb:UpdateItem", "table.rate"),
        ("dynamodb:BatchGetItem", "table.suppressions"),
        ("dynamodb:GetItem", "table.transactional"),
        ("dynamodb:PutItem", "table.transactional"),
        ("dynamodb:DeleteItem", "table.transactional"),
        ("dynamodb:GetItem", "table.caller_use"),
        ("dynamodb:UpdateItem", "table.caller_use"),
        ("dynamodb:PutItem", "table.audit"),
    }


def test_mail_is_from_the_domains_of_the_configuration_and_no_others(graph: Graph) -> None:
    def identities(action: str, of: Graph) -> set[str]:
        statements = [one for _, one in _statements(of) if action in _listed(one, "Action")]
        named = {resource for one in statements for resource in _listed(one, "Resource")}
        return {resource.rpartition("identity/")[2] for resource in named if "identity/" in resource}

    wider = run({**CONFIG, "extraSenderDomains": '["shop.example.org", "club.example.org"]'})
    own, others = {CONFIG["senderDomain"]}, {"shop.example.org", "club.example.org"}
    assert identities("ses:CreateEmailIdentity", graph) == set()
    for action in ("ses:SendEmail", "ses:GetEmailIdentity"):
        assert (identities(action, graph), identities(action, wider)) == (own, own | others)
    for action in ("ses:CreateEmailIdentity", "ses:DeleteEmailIdentity", "ses:PutEmailIdentityMailFromAttributes"):
        assert identities(action, wider) == others
    assert _may("ses:CreateEmailIdentity") == {"api"}


def test_the_audit_log_is_only_added_to() -> None:
    writers = ("api", "test_sends", "transactional", "webhooks", "issue_api_key")
    assert _actions_on("audit") == {("api", "Query"), *((name, "PutItem") for name in writers)}


def _actions_on(table: str) -> set[tuple[str, str]]:
    return {
        (name, action.removeprefix("dynamodb:"))
        for name, spec in FUNCTIONS.items()
        for grant in spec.grants
        for action in grant.actions
        if any(resource.name == f"table.{table}" for resource in grant.resources)
    }


def _may(action: str, resource: str | None = None) -> set[str]:
    return {
        name
        for name, spec in FUNCTIONS.items()
        for grant in spec.grants
        for one in grant.resources
        if action in grant.actions and resource in {None, one.name}
    }


def test_the_functions_of_the_api_are_called_by_this_api_only(graph: Graph) -> None:
    permissions = [permission.inputs for permission in graph.of("lambda/permission:Permission").values()]
    sources = {p["sourceArn"] for p in permissions if p["principal"] == "apigateway.amazonaws.com"}
    api = f"arn:aws:execute-api:eu-central-1:{ACCOUNT}:email-platform-test-api-id"
    assert sources == {
        f"{api}/live/*",
        f"{api}/live/*/u/*",
        f"{api}/live/*/v1/campaigns/*",
        f"{api}/live/*/v1/messages",
        f"{api}/live/*/v1/templates/*",
        f"{api}/live/*/v1/webhooks*",
        f"{api}/authorizers/*",
    }
    assert [p["sourceArn"] for p in permissions if p["principal"] == "events.amazonaws.com"] == [
        graph.of("cloudwatch/eventRule:EventRule")["email-platform-test-template-uploaded"].arn
    ]


def test_an_index_may_be_read_and_nothing_else(graph: Graph) -> None:
    on_indexes = {
        action
        for _, statement in _statements(graph)
        if any("/index/" in resource for resource in _listed(statement, "Resource"))
        for action in _listed(statement, "Action")
    }
    assert on_indexes == {"dynamodb:Query"}, "item actions are on the table: give `table` the indexes apart"
