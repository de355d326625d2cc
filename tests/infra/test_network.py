"""The OpenSearch domain and its functions in a network of the account's owner."""

import json

import pytest

from infra.config import StackConfigError, read_config
from infra.function_specs import FUNCTIONS
from infra.iam import WILDCARDS
from tests.infra.program import CONFIG, Graph, run

_NETWORK = {
    **CONFIG,
    "openSearchNodes": "2",
    "vpcId": "vpc-0a1b2c",
    "vpcSubnets": '["subnet-0a", "subnet-0b", "subnet-0c"]',
}
_ANALYSTS = {name for name, spec in FUNCTIONS.items() if "ANALYTICS_URL" in spec.environment}
_PREFIX = "email-platform-test-"


@pytest.fixture(scope="module")
def placed() -> Graph:
    return run(_NETWORK)


def _function_name(name: str) -> str:
    return _PREFIX + name.replace("_", "-")


def test_just_the_functions_that_use_statistics_stand_in_the_network(placed: Graph) -> None:
    functions = placed.of("lambda/function:Function")
    assert {name for name, one in functions.items() if "vpcConfig" in one.inputs} == set(map(_function_name, _ANALYSTS))
    for name in map(_function_name, _ANALYSTS):
        assert functions[name].inputs["vpcConfig"] == {
            "subnetIds": ["subnet-0a", "subnet-0b", "subnet-0c"],
            "securityGroupIds": [f"{_PREFIX}analysts-id"],
        }


def test_just_their_roles_may_make_network_interfaces(placed: Graph) -> None:
    allowed = {
        name
        for name, one in placed.of("iam/rolePolicy:RolePolicy").items()
        for statement in json.loads(one.inputs["policy"])["Statement"]
        if "ec2:CreateNetworkInterface" in statement["Action"]
    }
    assert allowed == {f"{_function_name(name)}-role" for name in _ANALYSTS}
    assert "NetworkInterfaces" in WILDCARDS


def test_the_domain_stands_in_a_subnet_for_each_zone_and_takes_https_from_the_functions_alone(placed: Graph) -> None:
    (domain,) = placed.of("opensearch/domain:Domain").values()
    assert domain.inputs["vpcOptions"] == {
        "subnetIds": ["subnet-0a", "subnet-0b"],
        "securityGroupIds": [f"{_PREFIX}analytics-id"],
    }
    groups = placed.of("ec2/securityGroup:SecurityGroup")
    assert {one.inputs["vpcId"] for one in groups.values()} == {"vpc-0a1b2c"}
    (rule,) = placed.of("vpc/securityGroupIngressRule:SecurityGroupIngressRule").values()
    assert rule.inputs["securityGroupId"] == f"{_PREFIX}analytics-id"
    assert rule.inputs["referencedSecurityGroupId"] == f"{_PREFIX}analysts-id"
    assert (rule.inputs["ipProtocol"], rule.inputs["fromPort"], rule.inputs["toPort"]) == ("tcp", 443, 443)


def test_a_stack_without_a_network_makes_none_of_it(graph: Graph) -> None:
    assert not graph.of("ec2/securityGroup:SecurityGroup")
    assert not [one for one in graph.of("lambda/function:Function").values() if "vpcConfig" in one.inputs]
    (domain,) = graph.of("opensearch/domain:Domain").values()
    assert "vpcOptions" not in domain.inputs


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"vpcId": "vpc-0a"}, "set both vpcId and vpcSubnets or neither"),
        ({"vpcSubnets": '["subnet-0a"]'}, "set both vpcId and vpcSubnets or neither"),
        ({"vpcId": "vpc-0a", "vpcSubnets": '["subnet-0a"]', "openSearchNodes": "3"}, "vpcSubnets must name 3 subnets"),
        (
            {"vpcId": "vpc-0a", "vpcSubnets": '["subnet-0a", "subnet-0a"]', "openSearchNodes": "2"},
            "vpcSubnets must name 2 subnets",
        ),
        (
            {
                "vpcId": "vpc-0a",
                "vpcSubnets": '["subnet-0a"]',
                "openSearch": "false",
                "analyticsUrl": "https://statistics.example",
            },
            "vpcId needs openSearch",
        ),
        ({"vpcId": "network", "vpcSubnets": '["subnet-0a"]'}, "vpcId"),
        ({"vpcId": "vpc-0a", "vpcSubnets": '["a"]'}, "vpcSubnets"),
    ],
)
def test_half_a_network_is_refused(values: dict[str, str], told: str) -> None:
    with pytest.raises(StackConfigError, match=told):
        read_config({**CONFIG, **values}.get)
