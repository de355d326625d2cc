"""Logs, data and the OpenSearch domain as a reviewer wants them, in small stacks and large ones."""

import json

from tests.infra.program import CONFIG, Graph, run

_DATA_KEY = "email-platform-test-data"
_LARGE = {
    **CONFIG,
    "openSearchInstance": "r7g.large.search",
    "openSearchNodes": "3",
    "openSearchMasters": "m7g.medium.search",
    "openSearchStorage": "100",
    "wafEnabled": "true",
}


def test_every_log_is_kept_for_a_time_and_encrypted_with_the_stacks_key() -> None:
    graph = run(_LARGE)
    key = graph.of("kms/key:Key")[_DATA_KEY].arn
    for group in graph.of("cloudwatch/logGroup:LogGroup").values():
        assert group.inputs["retentionInDays"] == 30, group.name
        assert group.inputs["kmsKeyId"] == key, group.name


def test_logs_use_the_key_for_groups_of_this_account_only(graph: Graph) -> None:
    policy = json.loads(graph.of("kms/key:Key")[_DATA_KEY].inputs["policy"])
    (logs,) = [one for one in policy["Statement"] if one["Sid"] == "LogsUseKey"]
    assert logs["Principal"] == {"Service": ["logs.eu-central-1.amazonaws.com"]}
    assert logs["Condition"] == {
        "ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-central-1:123456789012:log-group:*"}
    }


def test_the_domain_is_encrypted_logged_and_changed_at_night(graph: Graph) -> None:
    (domain,) = graph.of("opensearch/domain:Domain").values()
    inputs = domain.inputs
    assert inputs["encryptAtRest"]["enabled"]
    assert inputs["encryptAtRest"]["kmsKeyId"] == graph.of("kms/key:Key")[_DATA_KEY].arn
    assert inputs["nodeToNodeEncryption"] == {"enabled": True}
    assert inputs["domainEndpointOptions"]["enforceHttps"]
    assert inputs["domainEndpointOptions"]["tlsSecurityPolicy"] == "Policy-Min-TLS-1-2-PFS-2023-10"
    assert inputs["offPeakWindowOptions"]["enabled"]
    assert inputs["softwareUpdateOptions"] == {"autoSoftwareUpdateEnabled": True}
    (published,) = inputs["logPublishingOptions"]
    assert published["logType"] == "ES_APPLICATION_LOGS"
    assert (
        published["cloudwatchLogGroupArn"]
        == graph.of("cloudwatch/logGroup:LogGroup")["email-platform-test-analytics"].arn
    )
    assert "autoTuneOptions" not in inputs, "t3 knows no Auto-Tune"
    assert "zoneAwarenessEnabled" not in inputs["clusterConfig"]


def test_a_large_domain_stands_in_three_zones_with_masters_of_its_own() -> None:
    (domain,) = run(_LARGE).of("opensearch/domain:Domain").values()
    assert domain.inputs["clusterConfig"] == {
        "instanceType": "r7g.large.search",
        "instanceCount": 3,
        "dedicatedMasterEnabled": True,
        "dedicatedMasterType": "m7g.medium.search",
        "dedicatedMasterCount": 3,
        "zoneAwarenessEnabled": True,
        "zoneAwarenessConfig": {"availabilityZoneCount": 3},
    }
    assert domain.inputs["ebsOptions"]["volumeSize"] == 100
    assert domain.inputs["autoTuneOptions"]["desiredState"] == "ENABLED"


def test_a_role_may_ask_the_domain_by_the_verbs_of_its_policy_only(graph: Graph) -> None:
    (policy,) = graph.of("opensearch/domainPolicy:DomainPolicy").values()
    by_domain = {
        (role.rpartition("/")[2], action)
        for statement in json.loads(policy.inputs["accessPolicies"])["Statement"]
        for role in statement["Principal"]["AWS"]
        for action in statement["Action"]
    }
    by_roles = {
        (name, action)
        for name, one in graph.of("iam/rolePolicy:RolePolicy").items()
        for statement in json.loads(one.inputs["policy"])["Statement"]
        for action in statement["Action"]
        if action.startswith("es:")
    }
    assert by_domain == by_roles
    assert {role for role, action in by_domain if action == "es:ESHttpDelete"} == {
        "email-platform-test-expire-statistics-role",
        "email-platform-test-manage-indices-role",
    }
