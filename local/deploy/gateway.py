"""API Gateway's REST APIs, their deployments and stages."""

import hashlib
import json
from typing import Any

from local.deploy.resource import Context, Inputs, Kind, Result, existing, physical_name
from local.deploy.swagger import BINARY_TYPES, put_api


def _rest_api(context: Context, name: str, inputs: Inputs) -> Result:
    client = context.client("apigateway")
    api_name = physical_name(inputs, name)
    pages = client.get_paginator("get_rest_apis").paginate()
    found = next((api for page in pages for api in page["items"] if api["name"] == api_name), None)
    document = json.loads(inputs["body"])
    binary = document.get(BINARY_TYPES, [])
    if found is not None and found.get("binaryMediaTypes", []) != binary:
        client.delete_rest_api(restApiId=found["id"])  # the emulator cannot change them
        found = None
    if found is None:
        found = client.create_rest_api(
            name=api_name, description=inputs.get("description", ""), binaryMediaTypes=binary
        )
    api = found["id"]
    put_api(client, api, document)
    root = next(resource["id"] for resource in client.get_resources(restApiId=api)["items"] if resource["path"] == "/")
    return Result(
        api,
        {
            "name": api_name,
            "arn": f"arn:aws:apigateway:{context.region}::/restapis/{api}",
            "executionArn": context.arn("execute-api", api),
            "rootResourceId": root,
        },
    )


def _deployment(context: Context, _name: str, inputs: Inputs) -> Result:
    """A deployment is a snapshot: the one with the same triggers is kept, as Pulumi keeps it."""
    client = context.client("apigateway")
    api = inputs["restApi"]
    triggers = json.dumps([inputs.get("description", ""), inputs.plain("triggers", {})], sort_keys=True)
    mark = hashlib.sha256(triggers.encode()).hexdigest()
    known = client.get_deployments(restApiId=api)["items"]
    found = next((deployment for deployment in known if deployment.get("description") == mark), None)
    if found is None:
        found = client.create_deployment(restApiId=api, description=mark)
        in_use = {stage["deploymentId"] for stage in client.get_stages(restApiId=api)["item"]}
        for old in known:
            if old["id"] not in in_use:
                client.delete_deployment(restApiId=api, deploymentId=old["id"])
    return Result(found["id"], {})


def _stage(context: Context, _name: str, inputs: Inputs) -> Result:
    client = context.client("apigateway")
    api, stage, deployment = inputs["restApi"], inputs["stageName"], inputs["deployment"]
    settings: dict[str, Any] = {
        "tracingEnabled": inputs.get("xrayTracingEnabled", False),
        "variables": inputs.plain("variables", {}),
    }
    where = {"restApiId": api, "stageName": stage}
    if existing(client.get_stage, "NotFoundException", **where) is None:
        client.create_stage(**where, deploymentId=deployment, **settings)
    else:
        changes = {"/deploymentId": deployment, "/tracingEnabled": str(settings["tracingEnabled"]).lower()}
        changes |= {f"/variables/{key}": value for key, value in settings["variables"].items()}
        client.update_stage(**where, patchOperations=_replace(changes))
    if "accessLogSettings" in inputs:
        logs = inputs["accessLogSettings"]
        changes = {
            "/accessLogSettings/destinationArn": logs["destinationArn"],
            "/accessLogSettings/format": logs["format"],
        }
        client.update_stage(**where, patchOperations=_replace(changes))
    return Result(
        f"ags-{api}-{stage}",
        {
            "arn": f"arn:aws:apigateway:{context.region}::/restapis/{api}/stages/{stage}",
            "executionArn": context.arn("execute-api", f"{api}/{stage}"),
            "invokeUrl": f"{context.endpoint}/_aws/execute-api/{api}/{stage}",
        },
    )


_METHOD_SETTINGS = {
    "dataTraceEnabled": "logging/dataTrace",
    "loggingLevel": "logging/loglevel",
    "metricsEnabled": "metrics/enabled",
    "throttlingBurstLimit": "throttling/burstLimit",
    "throttlingRateLimit": "throttling/rateLimit",
}


def _method_settings(context: Context, _name: str, inputs: Inputs) -> Result:
    api, stage, path = inputs["restApi"], inputs["stageName"], inputs["methodPath"]
    settings = inputs["settings"]
    # In the patch's path the resource's slashes are escaped, the one before the method is not.
    resource, _, method = path.rpartition("/")
    prefix = f"/{resource.replace('~', '~0').replace('/', '~1')}/{method}"
    changes = {
        f"{prefix}/{where}": str(settings[key]).lower() if isinstance(settings[key], bool) else str(settings[key])
        for key, where in _METHOD_SETTINGS.items()
        if key in settings
    }
    context.client("apigateway").update_stage(restApiId=api, stageName=stage, patchOperations=_replace(changes))
    return Result(f"{api}-{stage}-{path}", {})


def _account(context: Context, _name: str, inputs: Inputs) -> Result:
    if "cloudwatchRoleArn" in inputs:
        context.client("apigateway").update_account(
            patchOperations=_replace({"/cloudwatchRoleArn": inputs["cloudwatchRoleArn"]})
        )
    return Result("api-gateway-account", {})


def _replace(changes: dict[str, str]) -> list[dict[str, str]]:
    return [{"op": "replace", "path": path, "value": value} for path, value in changes.items()]


_TAGS = {"tags": "nothing here reads tags"}

KINDS = {
    "aws:apigateway/restApi:RestApi": Kind(
        _rest_api,
        _TAGS
        | {
            "endpointConfiguration": "there is one endpoint, on this machine",
            "failOnWarnings": "a document that is not understood always fails here",
            "putRestApiMode": "the document always replaces what is there",
        },
    ),
    "aws:apigateway/deployment:Deployment": Kind(_deployment),
    "aws:apigateway/stage:Stage": Kind(_stage, _TAGS | {"description": "nothing here reads it"}),
    "aws:apigateway/methodSettings:MethodSettings": Kind(_method_settings),
    "aws:apigateway/account:Account": Kind(_account),
}
