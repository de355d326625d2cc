"""The REST API: its body is Chalice's route table, its refusals are problem documents."""

import hashlib
import json
from collections.abc import Mapping
from posixpath import commonpath

import pulumi
from pulumi_aws import apigateway, cloudwatch, iam, lambda_

from infra.chalice_manifest import API, ROUTE_FUNCTIONS, api_body, problem_base_uri
from infra.config import StackConfig
from infra.firewall import Firewall
from infra.gateway_responses import gateway_responses
from infra.iam import document
from infra.keys import Keys
from infra.names import Names
from infra.releases import ALIAS

STAGE = "live"
_RATE = 100
_BURST = 200
_LOG_FIELDS = {
    "request_id": "$context.requestId",
    "time": "$context.requestTimeEpoch",
    "method": "$context.httpMethod",
    "route": "$context.resourcePath",
    "status": "$context.status",
    "milliseconds": "$context.responseLatency",
    "bytes": "$context.responseLength",
    "key": "$context.authorizer.principalId",
    "error": "$context.error.responseType",
}


class Api(pulumi.ComponentResource):
    """The public API.

    It refers to its functions by their names, so that functions may be told its address without a circle.

    Attributes:
        url: its address: of its domain, or else of the stage.
        public_url: the same, known as soon as the API has its id.
        domain: the operator's own, if there is one.
    """

    def __init__(
        self, names: Names, config: StackConfig, keys: Keys, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("email-platform:infra:Api", names.of("api"), None, opts)
        self._names = names
        child = pulumi.ResourceOptions(parent=self)
        arns = {name: names.function_arn(name) for name in ("authorize", *ROUTE_FUNCTIONS.values())}
        arns[API] = names.function_arn(API, ALIAS)
        body = api_body(arns, names.region)
        body["x-amazon-apigateway-gateway-responses"] = gateway_responses(problem_base_uri())
        text = json.dumps(body, sort_keys=True)
        self.rest_api = apigateway.RestApi(
            names.of("api"),
            name=names.of("api"),
            body=text,
            endpoint_configuration={"types": "REGIONAL"},
            opts=child,
        )
        self.public_url = (
            pulumi.Output.from_input(f"https://{config.api_domain}")
            if config.api_domain
            else pulumi.Output.concat(
                "https://", self.rest_api.id, f".execute-api.{names.region}.amazonaws.com/{STAGE}"
            )
        )
        deployment = apigateway.Deployment(
            names.of("api"),
            rest_api=self.rest_api.id,
            triggers={"body": hashlib.sha256(text.encode()).hexdigest()},
            opts=child,
        )
        logs = cloudwatch.LogGroup(
            names.of("api-access"),
            name=f"/aws/vendedlogs/apigateway/{names.of('api')}",
            retention_in_days=config.log_retention_days,
            kms_key_id=keys.data.arn,
            opts=child,
        )
        account = [self._log_role()] if config.api_log_role else []
        self.stage = apigateway.Stage(
            names.of("api"),
            rest_api=self.rest_api.id,
            deployment=deployment.id,
            stage_name=STAGE,
            access_log_settings={"destination_arn": logs.arn, "format": json.dumps(_LOG_FIELDS)},
            xray_tracing_enabled=True,
            opts=pulumi.ResourceOptions(parent=self, depends_on=account),
        )
        self.domain = self._domain(config) if config.api_domain else None
        self.url = (
            self.domain.domain_name.apply(lambda name: f"https://{name}") if self.domain else self.stage.invoke_url
        )
        if config.waf_enabled:
            Firewall(names, config, keys, self.stage, child)
        apigateway.MethodSettings(
            names.of("api"),
            rest_api=self.rest_api.id,
            stage_name=self.stage.stage_name,
            method_path="*/*",
            settings={
                "metrics_enabled": True,
                "throttling_rate_limit": _RATE,
                "throttling_burst_limit": _BURST,
            },
            opts=child,
        )
        self.register_outputs({})

    def admit(self, functions: Mapping[str, lambda_.Function], aliases: Mapping[str, lambda_.Alias]) -> None:
        """Let exactly this API call its functions, by their alias where they have one."""
        # API Gateway makes the authorizer's id when it reads the body, so the source cannot be more exact.
        sources = {"api": ("api", f"/{STAGE}/*"), "authorize": ("authorize", "/authorizers/*")}
        served: dict[tuple[str, str], list[str]] = {}
        for path, name in ROUTE_FUNCTIONS.items():
            # A permission for each collection: what two of them have in common is the whole API.
            collection = path.removeprefix("/v1").split("/")[1]
            served.setdefault((name, collection), []).append(path)
        for (name, collection), paths in served.items():
            fixed, parameter, _ = commonpath(paths).partition("{")
            open_ended = parameter or len(paths) > 1
            # Stage, any method, the path.
            sources[f"{name}-{collection}"] = (name, f"/{STAGE}/*{fixed}{'*' if open_ended else ''}")
        for permission, (name, source) in sources.items():
            lambda_.Permission(
                self._names.of(permission),
                action="lambda:InvokeFunction",
                function=functions[name].name,
                qualifier=aliases[name].name if name in aliases else None,
                principal="apigateway.amazonaws.com",
                source_arn=pulumi.Output.concat(self.rest_api.execution_arn, source),
                opts=pulumi.ResourceOptions(parent=self),
            )

    def _domain(self, config: StackConfig) -> apigateway.DomainName:
        """Serve the API under a domain of the operator's too."""
        child = pulumi.ResourceOptions(parent=self)
        name = self._names.of("api")
        domain = apigateway.DomainName(
            name,
            domain_name=config.api_domain,
            regional_certificate_arn=config.api_certificate_arn,
            endpoint_configuration={"types": "REGIONAL"},
            security_policy="TLS_1_2",
            opts=child,
        )
        apigateway.BasePathMapping(
            name,
            rest_api=self.rest_api.id,
            stage_name=self.stage.stage_name,
            domain_name=domain.domain_name,
            opts=child,
        )
        return domain

    def _log_role(self) -> apigateway.Account:
        name = self._names.of("api-logs")
        child = pulumi.ResourceOptions(parent=self)
        trust = {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "apigateway.amazonaws.com"},
        }
        role = iam.Role(name, assume_role_policy=document([trust]), opts=child)
        attached = iam.RolePolicyAttachment(
            name,
            role=role.name,
            policy_arn=f"arn:{self._names.partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
            opts=child,
        )
        return apigateway.Account(
            name,
            cloudwatch_role_arn=role.arn,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[attached]),
        )
