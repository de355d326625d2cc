"""The REST API in front of the function: Chalice's route table; what it refuses by itself is a problem document."""

import hashlib
import json
from http import HTTPStatus
from typing import Any

import pulumi
from pulumi_aws import apigateway, cloudwatch, lambda_

from message_centre.infra.config import StackConfig
from message_centre.infra.function import NAME
from message_centre.infra.manifest import api_body, problem_base_uri
from message_centre.infra.names import Names

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
    "error": "$context.error.responseType",
}
_REFUSALS: dict[str, tuple[HTTPStatus | None, str, str]] = {
    "MISSING_AUTHENTICATION_TOKEN": (HTTPStatus.NOT_FOUND, "not-found", "There is no such path or method."),
    "THROTTLED": (HTTPStatus.TOO_MANY_REQUESTS, "too-many-requests", "Too much at once: wait a moment."),
    "REQUEST_TOO_LARGE": (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "request-too-large", "Send less than 5 MB."),
    "INTEGRATION_TIMEOUT": (
        HTTPStatus.GATEWAY_TIMEOUT,
        "temporarily-unavailable",
        "No answer came in time; the change may have been made.",
    ),
    "DEFAULT_4XX": (None, "refused", "The request cannot be taken."),
    "DEFAULT_5XX": (None, "internal-error", "Something went wrong here; it is logged."),
}


class Api(pulumi.ComponentResource):
    """The API; it refers to its function by name, so that the function may be told its address without a circle.

    Attributes:
        url: the stage's address.
        host: without its path.
    """

    def __init__(self, names: Names, config: StackConfig, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("message-centre:infra:Api", names.of("api"), None, opts)
        self._names = names
        child = pulumi.ResourceOptions(parent=self)
        body = api_body(names.function_arn(NAME), names.region)
        body["x-amazon-apigateway-gateway-responses"] = gateway_responses(problem_base_uri())
        text = json.dumps(body, sort_keys=True)
        self.rest_api = apigateway.RestApi(
            names.of("api"),
            name=names.of("api"),
            body=text,
            endpoint_configuration={"types": "REGIONAL"},
            opts=child,
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
            opts=child,
        )
        self.stage = apigateway.Stage(
            names.of("api"),
            rest_api=self.rest_api.id,
            deployment=deployment.id,
            stage_name=STAGE,
            access_log_settings={"destination_arn": logs.arn, "format": json.dumps(_LOG_FIELDS)},
            xray_tracing_enabled=True,
            opts=child,
        )
        self.url = self.stage.invoke_url
        self.host = pulumi.Output.concat(self.rest_api.id, f".execute-api.{names.region}.amazonaws.com")
        apigateway.MethodSettings(
            names.of("api"),
            rest_api=self.rest_api.id,
            stage_name=self.stage.stage_name,
            method_path="*/*",
            settings={"metrics_enabled": True, "throttling_rate_limit": _RATE, "throttling_burst_limit": _BURST},
            opts=child,
        )
        self.register_outputs({})

    def admit(self, function: lambda_.Function) -> None:
        """Let exactly this API call its function."""
        lambda_.Permission(
            self._names.of("api"),
            statement_id="api",
            action="lambda:InvokeFunction",
            function=function.name,
            principal="apigateway.amazonaws.com",
            source_arn=pulumi.Output.concat(self.rest_api.execution_arn, "/*"),
            opts=pulumi.ResourceOptions(parent=self),
        )


def gateway_responses(base_uri: str) -> dict[str, Any]:
    """Return the value of ``x-amazon-apigateway-gateway-responses``.

    Args:
        base_uri: what the type URIs begin with.
    """
    responses = {}
    for kind, (status, slug, detail) in _REFUSALS.items():
        problem: dict[str, Any] = {"type": base_uri + slug, "detail": detail, "help": None}
        problem["request_id"] = "$context.requestId"
        response: dict[str, Any] = {
            "responseParameters": {"gatewayresponse.header.Content-Type": "'application/problem+json'"}
        }
        if status:
            problem |= {"title": status.phrase, "status": status.value}
            response["statusCode"] = str(status.value)
        responses[kind] = response | {"responseTemplates": {"application/json": json.dumps(problem)}}
    return responses
