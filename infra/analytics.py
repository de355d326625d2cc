"""The OpenSearch domain that statistics are kept in; a stack may do without (config key openSearch)."""

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_aws import cloudwatch, opensearch

from infra.config import StackConfig
from infra.iam import allow, document
from infra.keys import Keys
from infra.names import Names
from infra.network import Network
from infra.protection import kept

_NIGHT_HOUR = 1
"""UTC: ten hours from then on count as off-peak."""

_WITHOUT_AUTO_TUNE = ("t2.", "t3.")
_MASTERS = 3


def _cluster(config: StackConfig) -> opensearch.DomainClusterConfigArgsDict:
    cluster: opensearch.DomainClusterConfigArgsDict = {
        "instance_type": config.open_search_instance,
        "instance_count": config.open_search_nodes,
    }
    if config.open_search_masters:
        cluster["dedicated_master_enabled"] = True
        cluster["dedicated_master_type"] = config.open_search_masters
        cluster["dedicated_master_count"] = _MASTERS
    if config.open_search_zones > 1:
        cluster["zone_awareness_enabled"] = True
        cluster["zone_awareness_config"] = {"availability_zone_count": config.open_search_zones}
    return cluster


class Analytics(pulumi.ComponentResource):
    """Where statistics are kept.

    Attributes:
        url: address for the functions.
        domain: None when the stack uses another store.
    """

    def __init__(
        self,
        names: Names,
        config: StackConfig,
        keys: Keys,
        network: Network,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("email-platform:infra:Analytics", names.of("analytics"), None, opts)
        self.domain: opensearch.Domain | None = None
        self.url: pulumi.Output[str] = pulumi.Output.from_input(config.analytics_url or "")
        if config.open_search:
            logs, writes = self._logs(names, config, keys)
            # A domain's name has at most 28 characters, so the prefix is left out.
            self.domain = opensearch.Domain(
                "analytics",
                engine_version="OpenSearch_2.19",
                cluster_config=_cluster(config),
                ebs_options={"ebs_enabled": True, "volume_type": "gp3", "volume_size": config.open_search_storage},
                encrypt_at_rest={"enabled": True, "kms_key_id": keys.data.arn},
                node_to_node_encryption={"enabled": True},
                vpc_options=opensearch.DomainVpcOptionsArgs(
                    subnet_ids=network.domain.subnets, security_group_ids=[network.domain.group]
                )
                if network.domain
                else None,
                domain_endpoint_options={
                    "enforce_https": True,
                    "tls_security_policy": "Policy-Min-TLS-1-2-PFS-2023-10",
                },
                # What changes nodes happens at night: blue/green deployments cost half of the domain's speed.
                off_peak_window_options={
                    "enabled": True,
                    "off_peak_window": {"window_start_time": {"hours": _NIGHT_HOUR, "minutes": 0}},
                },
                software_update_options={"auto_software_update_enabled": True},
                auto_tune_options=None
                if config.open_search_instance.startswith(_WITHOUT_AUTO_TUNE)
                else {"desired_state": "ENABLED", "use_off_peak_window": True},
                log_publishing_options=[
                    {"log_type": "ES_APPLICATION_LOGS", "cloudwatch_log_group_arn": logs.arn, "enabled": True}
                ],
                opts=kept(self, protect=config.protect_data).merge(pulumi.ResourceOptions(depends_on=[writes])),
            )
            self.url = pulumi.Output.concat("https://", self.domain.endpoint)
        self.register_outputs({})

    def _logs(
        self, names: Names, config: StackConfig, keys: Keys
    ) -> tuple[cloudwatch.LogGroup, cloudwatch.LogResourcePolicy]:
        """Make the place of OpenSearch's own errors and warnings; OpenSearch must be allowed to write there first."""
        name = names.of("analytics")
        logs = cloudwatch.LogGroup(
            name,
            name=f"/aws/OpenSearchService/domains/{name}/application",
            retention_in_days=config.log_retention_days,
            kms_key_id=keys.data.arn,
            opts=pulumi.ResourceOptions(parent=self),
        )
        write = allow(
            ["logs:CreateLogStream", "logs:PutLogEvents", "logs:PutLogEventsBatch"],
            [pulumi.Output.concat(logs.arn, ":*")],
            sid="LogStreams",
            services=["es.amazonaws.com"],
            conditions={"StringEquals": {"aws:SourceAccount": names.account}},
        )
        policy = cloudwatch.LogResourcePolicy(
            name, policy_name=name, policy_document=document([write]), opts=pulumi.ResourceOptions(parent=self)
        )
        return logs, policy

    def admit(self, roles: Mapping[str, Sequence[pulumi.Input[str]]]) -> None:
        """Let exactly these roles use the domain; OpenSearch wants them to exist by then.

        Args:
            roles: by action, such as ``es:ESHttpGet``.
        """
        if self.domain is None:
            return
        # One statement an action: what a domain's policy allows needs no right of the role besides.
        statements = [
            {
                "Sid": f"Analytics{action.removeprefix('es:ESHttp')}",
                "Effect": "Allow",
                "Principal": {"AWS": list(allowed)},
                "Action": [action],
                "Resource": [pulumi.Output.concat(self.domain.arn, "/*")],
            }
            for action, allowed in roles.items()
        ]
        opensearch.DomainPolicy(
            "analytics",
            domain_name=self.domain.domain_name,
            access_policies=document(statements),
            opts=pulumi.ResourceOptions(parent=self),
        )
