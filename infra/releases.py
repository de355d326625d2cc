"""How a new version of the API's function comes to answer: at once, or for a share of the requests first."""

import pulumi
from pulumi_aws import lambda_

from infra.config import StackConfig

ALIAS = "live"
"""What API Gateway calls: an alias, so that a version can be put in force, or taken out, without another deployment."""


def release(name: str, function: lambda_.Function, config: StackConfig, parent: pulumi.Resource) -> lambda_.Alias:
    """Put versions of a function in force.

    Args:
        name: of the alias among the stack's resources.
        function: publishes a version whenever it changes.
        config: says which version answers, and how many requests the newest one answers already.
        parent: what the alias belongs to.
    """
    stable, percent = config.api_stable_version, config.api_shift_percent
    shifted: pulumi.Output[lambda_.AliasRoutingConfigArgs | None] | None = None
    if percent:
        shifted = function.version.apply(lambda newest: _beside(str(stable), newest, percent))
    return lambda_.Alias(
        name,
        name=ALIAS,
        function_name=function.name,
        function_version=str(stable) if stable else function.version,
        routing_config=shifted,
        opts=pulumi.ResourceOptions(parent=parent),
    )


def _beside(stable: str, newest: str, percent: int) -> lambda_.AliasRoutingConfigArgs | None:
    """Lambda takes no share for the version that answers anyway, as before the deployment that makes another."""
    if newest == stable:
        return None
    return lambda_.AliasRoutingConfigArgs(additional_version_weights={newest: percent / 100})
