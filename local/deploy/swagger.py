"""A REST API's methods from its Swagger 2.0 document, made one by one.

The emulator takes no import of a document. The document is checked more strictly than AWS does: a part that is neither
used nor listed here is an error, so that no route silently behaves differently on this machine.
"""

import json
from collections.abc import Mapping
from typing import Any

from local.deploy.resource import Inputs

BINARY_TYPES = "x-amazon-apigateway-binary-media-types"
_POLICY = "x-amazon-apigateway-policy"
_METHODS = ("get", "post", "put", "delete", "patch", "head", "options", "x-amazon-apigateway-any-method")
_DOCUMENTATION = ("swagger", "info", "schemes", "definitions")  # describes the API to people and tools
_OPERATION_DOCUMENTATION = ("consumes", "produces", "parameters", "responses", "summary", "description", "operationId")


def put_api(client: Any, api: str, document: Mapping[str, Any]) -> None:
    """Replace everything in the API by what the document says; the API's id, and so its URL, stays.

    Raises:
        ValueError: the document has a part that is not understood.
    """
    inputs = Inputs(document)
    for part in _DOCUMENTATION:
        inputs.plain(part)
    root = _clear(client, api)
    if policy := inputs.plain(_POLICY):
        change = {"op": "replace", "path": "/policy", "value": json.dumps(policy)}
        client.update_rest_api(restApiId=api, patchOperations=[change])
    authorizers = {
        name: _put_authorizer(client, api, name, scheme)
        for name, scheme in inputs.get("securityDefinitions", Inputs({})).items()
    }
    resources = {"": root}
    for path, item in inputs["paths"].items():
        resource = _resource(client, api, path.rstrip("/"), resources)
        for method, operation in item.items():
            if method not in _METHODS:
                raise ValueError(f"{path} has the unknown part {method}")
            _put_method(client, {"restApiId": api, "resourceId": resource}, method, operation, authorizers)
    for kind, response in inputs.get("x-amazon-apigateway-gateway-responses", Inputs({})).items():
        _put_gateway_response(client, api, kind, response)
    inputs.plain(BINARY_TYPES)  # taken when the API itself is made
    if unread := list(inputs.unread()):
        raise ValueError(f"parts of the API's document have no effect here: {', '.join(unread)}")


def _clear(client: Any, api: str) -> str:
    """Remove all that an earlier run made; the root resource's id is returned."""
    pages = client.get_paginator("get_resources").paginate(restApiId=api)
    found = {resource["path"]: resource for page in pages for resource in page["items"]}
    root = found.pop("/")
    for path in sorted(found, reverse=True):  # those below before those above
        client.delete_resource(restApiId=api, resourceId=found[path]["id"])
    for method in root.get("resourceMethods", {}):
        client.delete_method(restApiId=api, resourceId=root["id"], httpMethod=method)
    for authorizer in client.get_authorizers(restApiId=api)["items"]:
        client.delete_authorizer(restApiId=api, authorizerId=authorizer["id"])
    for response in client.get_gateway_responses(restApiId=api)["items"]:
        if not response["defaultResponse"]:
            client.delete_gateway_response(restApiId=api, responseType=response["responseType"])
    return str(root["id"])


def _put_authorizer(client: Any, api: str, name: str, scheme: Inputs) -> dict[str, Any]:
    """Make the authorizer; returns what a method behind it needs to say."""
    if scheme.get("x-amazon-apigateway-authtype") == "awsSigv4":
        scheme.plain("type"), scheme.plain("name"), scheme.plain("in")
        return {"authorizationType": "AWS_IAM"}
    details = scheme["x-amazon-apigateway-authorizer"]
    arguments = {
        key: details[key]
        for key in (
            "authorizerUri",
            "authorizerCredentials",
            "authorizerResultTtlInSeconds",
            "identityValidationExpression",
        )
        if key in details
    }
    kind = str(details["type"]).upper()
    if kind not in {"TOKEN", "REQUEST"} or scheme["in"] != "header" or scheme["type"] != "apiKey":
        raise ValueError(f"the authorizer {name} is not of the kind TOKEN or REQUEST with a header")
    header = f"method.request.header.{scheme['name']}"
    sources = str(details.get("identitySource", header)).split(",")
    # The emulator knows the source of a request, but takes it for missing among identity sources.
    known = [one.strip() for one in sources if not one.strip().startswith("context.")]
    made = client.create_authorizer(restApiId=api, name=name, type=kind, identitySource=",".join(known), **arguments)
    return {"authorizationType": "CUSTOM", "authorizerId": made["id"]}


def _resource(client: Any, api: str, path: str, resources: dict[str, str]) -> str:
    """The id of the resource at this path, made with its parents when it is not there."""
    if path not in resources:
        parent, _, part = path.rpartition("/")
        parent_id = _resource(client, api, parent, resources)
        resources[path] = client.create_resource(restApiId=api, parentId=parent_id, pathPart=part)["id"]
    return resources[path]


def _put_method(
    client: Any, where: dict[str, str], method: str, operation: Inputs, authorizers: dict[str, dict[str, Any]]
) -> None:
    for part in _OPERATION_DOCUMENTATION:
        operation.plain(part)
    name = "ANY" if method.startswith("x-") else method.upper()
    where = where | {"httpMethod": name}
    security = operation.plain("security", [])
    if len(security) > 1 or any(len(requirement) != 1 for requirement in security):
        raise ValueError(f"{name} of {where['resourceId']} names more than one way to be authorized")
    access = authorizers[next(iter(security[0]))] if security else {"authorizationType": "NONE"}
    client.put_method(**where, **access)
    integration = operation["x-amazon-apigateway-integration"]
    kind = str(integration["type"]).upper()
    keys = ("uri", "passthroughBehavior", "contentHandling", "credentials", "timeoutInMillis")
    arguments = {key: integration[key] for key in keys if key in integration}
    if "httpMethod" in integration:
        arguments["integrationHttpMethod"] = integration["httpMethod"]
    templates = integration.plain("requestTemplates", {})
    client.put_integration(**where, type=kind, requestTemplates=templates, **arguments)
    responses = integration.plain("responses", {})
    if kind == "MOCK":  # a Lambda proxy's answer is the function's own
        _put_mock_responses(client, where, responses)


def _put_mock_responses(client: Any, where: dict[str, str], responses: dict[str, Any]) -> None:
    for pattern, response in responses.items():
        status = str(response["statusCode"])
        headers = response.get("responseParameters", {})
        client.put_method_response(**where, statusCode=status, responseParameters=dict.fromkeys(headers, False))
        client.put_integration_response(
            **where,
            statusCode=status,
            responseParameters=headers,
            responseTemplates=response.get("responseTemplates", {}),
            **({} if pattern == "default" else {"selectionPattern": pattern}),
        )


def _put_gateway_response(client: Any, api: str, kind: str, response: Inputs) -> None:
    arguments: dict[str, Any] = {
        "responseParameters": response.plain("responseParameters", {}),
        "responseTemplates": response.plain("responseTemplates", {}),
    }
    if "statusCode" in response:
        arguments["statusCode"] = str(response["statusCode"])
    client.put_gateway_response(restApiId=api, responseType=kind, **arguments)
