"""The OpenSearch domain in a network of yours, and the functions that use it there (config keys vpcId, vpcSubnets)."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2, vpc

from infra.config import StackConfig
from infra.iam import allow
from infra.names import Names

_HTTPS = 443

NETWORK_INTERFACES = allow(
    [
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:UnassignPrivateIpAddresses",
    ],
    ["*"],
    sid="NetworkInterfaces",
)
"""What Lambda does with the role of a function that stands in a VPC."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the network."""

    subnets: Sequence[str]
    group: pulumi.Output[str]


class Network(pulumi.ComponentResource):
    """Two security groups: the functions reach out by HTTPS, the domain is reached by HTTPS from them alone.

    Attributes:
        functions: where the functions that use the domain stand; None without a network.
        domain: where the domain stands, one subnet for each of its zones.
    """

    def __init__(self, names: Names, config: StackConfig, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("email-platform:infra:Network", names.of("network"), None, opts)
        self.functions: Place | None = None
        self.domain: Place | None = None
        if config.vpc_id:
            functions = self._group(names.of("analysts"), config.vpc_id, "Functions that use the statistics")
            domain = self._group(names.of("analytics"), config.vpc_id, "The OpenSearch domain of the statistics")
            child = pulumi.ResourceOptions(parent=self)
            vpc.SecurityGroupEgressRule(
                names.of("analysts-to-services"),
                security_group_id=functions.id,
                description="AWS's services, by endpoints or a NAT gateway, and the domain",
                cidr_ipv4="0.0.0.0/0",
                ip_protocol="tcp",
                from_port=_HTTPS,
                to_port=_HTTPS,
                opts=child,
            )
            vpc.SecurityGroupIngressRule(
                names.of("analysts-to-analytics"),
                security_group_id=domain.id,
                description="The functions that use the statistics",
                referenced_security_group_id=functions.id,
                ip_protocol="tcp",
                from_port=_HTTPS,
                to_port=_HTTPS,
                opts=child,
            )
            self.functions = Place(config.vpc_subnets, functions.id)
            self.domain = Place(config.vpc_subnets[: config.open_search_zones], domain.id)
        self.register_outputs({})

    def _group(self, name: str, network: str, description: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(
            name, vpc_id=network, description=description, opts=pulumi.ResourceOptions(parent=self)
        )
