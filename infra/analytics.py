"""The OpenSearch domain that statistics are kept in; a stack may do without (config key openSearch)."""

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_aws import opensearch

from infra.config import StackConfig
from infra.iam import document
from infra.keys import Keys
from infra.names import Names


class Analytics(pulumi.ComponentResource):
    """Where statistics are kept.

    Attributes:
        url: address for the functions.
        domain: None when the stack uses another store.
    """

    def __init__(
        self, names: Names, config: StackConfig, keys: Keys, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("email-platform:infra:Analytics", names.of("analytics"), None, opts)
        self.domain: opensearch.Domain | None = None
        self.url: pulumi.Output[str] = pulumi.Output.from_input(config.analytics_url or "")
        if config.open_search:
            # A domain's name has at most 28 characters, so the prefix is left out.
            self.domain = opensearch.Domain(
                "analytics",
                engine_version="OpenSearch_2.19",
                cluster_config={"instance_type": "t3.small.search", "instance_count": 1},
                ebs_options={"ebs_enabled": True, "volume_type": "gp3", "volume_size": 20},
                encrypt_at_rest={"enabled": True, "kms_key_id": keys.data.arn},
                node_to_node_encryption={"enabled": True},
                domain_endpoint_options={
                    "enforce_https": True,
                    "tls_security_policy": "Policy-Min-TLS-1-2-PFS-2023-10",
                },
                opts=pulumi.ResourceOptions(parent=self, protect=config.protect_data),
            )
            self.url = pulumi.Output.concat("https://", self.domain.endpoint)
        self.register_outputs({})

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
