"""AWS WAF before the API: AWS's managed rules, and a limit of requests for each address."""

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_aws import apigateway, cloudwatch, wafv2

from infra.config import StackConfig
from infra.keys import Keys
from infra.names import Names

_MANAGED: dict[str, Sequence[str]] = {
    "AWSManagedRulesAmazonIpReputationList": (),
    "AWSManagedRulesKnownBadInputsRuleSet": (),
    # Bodies of transactional messages hold HTML and links, and callers are programs that may not name themselves.
    "AWSManagedRulesCommonRuleSet": (
        "CrossSiteScripting_BODY",
        "EC2MetaDataSSRF_BODY",
        "GenericRFI_BODY",
        "NoUserAgent_HEADER",
        "SizeRestrictions_BODY",
    ),
}
"""AWS's rule groups in the order in which they are asked, with their rules that only count."""


class Firewall(pulumi.ComponentResource):
    """The web ACL of the API's stages, and its log of refused requests."""

    def __init__(
        self,
        names: Names,
        config: StackConfig,
        keys: Keys,
        stages: Mapping[str, apigateway.Stage],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        name = names.of("api")
        super().__init__("email-platform:infra:Firewall", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        acl = wafv2.WebAcl(
            name,
            scope="REGIONAL",
            default_action={"allow": {}},
            rules=[
                *(_managed(group, counting, place) for place, (group, counting) in enumerate(_MANAGED.items())),
                {
                    "name": "requests-of-one-address",
                    "priority": len(_MANAGED),
                    "action": {"block": {"custom_response": {"response_code": 429}}},
                    "statement": {
                        "rate_based_statement": {"limit": config.waf_requests, "aggregate_key_type": "IP"},
                    },
                    "visibility_config": _visible("requests-of-one-address"),
                },
            ],
            visibility_config=_visible(name),
            opts=child,
        )
        for label, stage in stages.items():
            wafv2.WebAclAssociation(names.of(label), resource_arn=stage.arn, web_acl_arn=acl.arn, opts=child)
        logs = cloudwatch.LogGroup(
            names.of("waf"),
            name=f"aws-waf-logs-{name}",  # WAF writes to groups of this prefix only
            retention_in_days=config.log_retention_days,
            kms_key_id=keys.data.arn,
            opts=child,
        )
        wafv2.WebAclLoggingConfiguration(
            name,
            resource_arn=acl.arn,
            log_destination_configs=[logs.arn],
            redacted_fields=[{"single_header": {"name": "authorization"}}],
            logging_filter={
                "default_behavior": "DROP",
                "filters": [
                    {
                        "behavior": "KEEP",
                        "requirement": "MEETS_ANY",
                        "conditions": [
                            {"action_condition": {"action": "BLOCK"}},
                            {"action_condition": {"action": "COUNT"}},
                        ],
                    }
                ],
            },
            opts=child,
        )
        self.register_outputs({})


def _managed(group: str, counting: Sequence[str], priority: int) -> wafv2.WebAclRuleArgsDict:
    return {
        "name": group,
        "priority": priority,
        "override_action": {"none": {}},
        "statement": {
            "managed_rule_group_statement": {
                "vendor_name": "AWS",
                "name": group,
                "rule_action_overrides": [{"name": rule, "action_to_use": {"count": {}}} for rule in counting],
            }
        },
        "visibility_config": _visible(group),
    }


def _visible(metric: str) -> wafv2.WebAclVisibilityConfigArgsDict:
    return {"cloudwatch_metrics_enabled": True, "sampled_requests_enabled": False, "metric_name": metric}
