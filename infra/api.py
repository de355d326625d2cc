"""The REST API: its body is Chalice's route table, its refusals are problem documents."""

from collections.abc import Mapping
from posixpath import commonpath

import pulumi
from pulumi_aws import apigateway, iam, lambda_

from infra.chalice_manifest import API, ROUTE_FUNCTIONS, api_body, problem_base_uri
from infra.config import StackConfig
from infra.firewall import Firewall
from infra.gateway_responses import gateway_responses
from infra.iam import document
from infra.keys import Keys
from infra.names import Names
from infra.releases import ALIAS
from infra.rest_api import STAGE, RestApi
from infra.signed_api import LABEL as SIGNED
from infra.signed_api import SignedApi


class Api(pulumi.ComponentResource):
    """The public API.

    It refers to its functions by their names, so that functions may be told its address without a circle.

    Attributes:
        url: its address: of its domain, or else of the stage.
        public_url: the same, known as soon as the API has its id.
        domain: the operator's own, if there is one.
        signed: the API for callers that sign their requests, if there are any.
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
        account = [self._log_role()] if config.api_log_role else []
        made = RestApi(
            names,
            config,
            keys,
            "api",
            body,
            caller={"key": "$context.authorizer.principalId"},
            parent=self,
            after=account,
        )
        self.rest_api, self.stage = made.api, made.stage
        self.signed = SignedApi(names, config, keys, body, after=account, opts=child) if config.api_callers else None
        self.public_url = (
            pulumi.Output.from_input(f"https://{config.api_domain}")
            if config.api_domain
            else pulumi.Output.concat(
                "https://", self.rest_api.id, f".execute-api.{names.region}.amazonaws.com/{STAGE}"
            )
        )
        self.domain = self._domain(config) if config.api_domain else None
        self.url = (
            self.domain.domain_name.apply(lambda name: f"https://{name}") if self.domain else self.stage.invoke_url
        )
        if config.waf_enabled:
            Firewall(names, config, keys, self.stages, child)
        self.register_outputs({})

    @property
    def rest_apis(self) -> dict[str, apigateway.RestApi]:
        """The REST APIs by what they are called: that for keys, and that for signatures."""
        return {"api": self.rest_api} | ({SIGNED: self.signed.rest_api} if self.signed else {})

    @property
    def stages(self) -> dict[str, apigateway.Stage]:
        """Their stages, by the same names."""
        return {"api": self.stage} | ({SIGNED: self.signed.stage} if self.signed else {})

    def admit(self, functions: Mapping[str, lambda_.Function], aliases: Mapping[str, lambda_.Alias]) -> None:
        """Let exactly these APIs call their functions, by their alias where they have one."""
        # API Gateway makes the authorizer's id when it reads the body, so the source cannot be more exact.
        sources = {"api": ("api", "api", f"/{STAGE}/*"), "authorize": ("api", "authorize", "/authorizers/*")}
        routed = {
            f"{name}-{collection}": (name, source) for (name, collection), source in _sources_by_collection().items()
        }
        sources |= {permission: ("api", *routed[permission]) for permission in routed}
        if self.signed:
            sources[SIGNED] = (SIGNED, "api", f"/{STAGE}/*")
            sources |= {
                f"signed-{permission}": (SIGNED, name, source)
                for permission, (name, source) in routed.items()
                if name != "unsubscribe"
            }
        for permission, (label, name, source) in sources.items():
            lambda_.Permission(
                self._names.of(permission),
                action="lambda:InvokeFunction",
                function=functions[name].name,
                qualifier=aliases[name].name if name in aliases else None,
                principal="apigateway.amazonaws.com",
                source_arn=pulumi.Output.concat(self.rest_apis[label].execution_arn, source),
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


def _sources_by_collection() -> dict[tuple[str, str], str]:
    """Return what calls each of the functions that serve single routes: stage, any method, the path.

    A source for each collection: what two of them have in common is the whole API.
    """
    served: dict[tuple[str, str], list[str]] = {}
    for path, name in ROUTE_FUNCTIONS.items():
        collection = path.removeprefix("/v1").split("/")[1]
        served.setdefault((name, collection), []).append(path)
    sources = {}
    for key, paths in served.items():
        fixed, parameter, _ = commonpath(paths).partition("{")
        open_ended = parameter or len(paths) > 1
        sources[key] = f"/{STAGE}/*{fixed}{'*' if open_ended else ''}"
    return sources
