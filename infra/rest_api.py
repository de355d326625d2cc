"""A REST API with its one stage, from a document."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pulumi
from pulumi_aws import apigateway, cloudwatch

from infra.config import StackConfig
from infra.keys import Keys
from infra.names import Names

STAGE: Final = "live"

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
    "error": "$context.error.responseType",
}


class RestApi:
    """The API, deployed whenever its document changes, throttled, traced, with an access log.

    Args:
        label: what its resources are called.
        body: Swagger 2.0 with API Gateway's extensions.
        caller: what the access log tells of who called, by the name of the field.
        parent: the component that it is part of.
        after: what must be there before the stage.

    Attributes:
        api: the API.
        stage: its only one, `STAGE`.
    """

    def __init__(
        self,
        names: Names,
        config: StackConfig,
        keys: Keys,
        label: str,
        body: Mapping[str, Any],
        *,
        caller: Mapping[str, str],
        parent: pulumi.Resource,
        after: Sequence[pulumi.Resource] = (),
    ) -> None:
        child = pulumi.ResourceOptions(parent=parent)
        name = names.of(label)
        text = json.dumps(body, sort_keys=True)
        self.api = apigateway.RestApi(
            name, name=name, body=text, endpoint_configuration={"types": "REGIONAL"}, opts=child
        )
        deployment = apigateway.Deployment(
            name,
            rest_api=self.api.id,
            triggers={"body": hashlib.sha256(text.encode()).hexdigest()},
            opts=child,
        )
        logs = cloudwatch.LogGroup(
            names.of(f"{label}-access"),
            name=f"/aws/vendedlogs/apigateway/{name}",
            retention_in_days=config.log_retention_days,
            kms_key_id=keys.data.arn,
            opts=child,
        )
        self.stage = apigateway.Stage(
            name,
            rest_api=self.api.id,
            deployment=deployment.id,
            stage_name=STAGE,
            access_log_settings={"destination_arn": logs.arn, "format": json.dumps({**_LOG_FIELDS, **caller})},
            xray_tracing_enabled=True,
            opts=pulumi.ResourceOptions(parent=parent, depends_on=list(after)),
        )
        apigateway.MethodSettings(
            name,
            rest_api=self.api.id,
            stage_name=self.stage.stage_name,
            method_path="*/*",
            settings={
                "metrics_enabled": True,
                "throttling_rate_limit": _RATE,
                "throttling_burst_limit": _BURST,
            },
            opts=child,
        )
