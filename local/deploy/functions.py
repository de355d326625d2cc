"""Lambda functions, who may call them, and what feeds them."""

from base64 import b64encode
from hashlib import sha256
from typing import Any

from local.deploy.archives import zip_bytes
from local.deploy.resource import Context, Inputs, Kind, Result, created, existing, pascal, physical_name

_CONFIGURATION = (
    "deadLetterConfig",
    "description",
    "ephemeralStorage",
    "handler",
    "loggingConfig",
    "memorySize",
    "role",
    "runtime",
    "timeout",
    "tracingConfig",
)
_MAPPING = (
    "batchSize",
    "bisectBatchOnFunctionError",
    "destinationConfig",
    "enabled",
    "functionResponseTypes",
    "maximumBatchingWindowInSeconds",
    "maximumRecordAgeInSeconds",
    "maximumRetryAttempts",
    "parallelizationFactor",
    "scalingConfig",
    "tumblingWindowInSeconds",
)


def _function(context: Context, name: str, inputs: Inputs) -> Result:
    client = context.client("lambda")
    function = physical_name(inputs, name)
    configuration = pascal({key: inputs[key] for key in _CONFIGURATION if key in inputs})
    environment = inputs["environment"].plain("variables", {}) if "environment" in inputs else {}
    configuration["Environment"] = {"Variables": environment | dict(context.function_environment)}
    architectures = inputs.get("architectures", ["x86_64"])
    code = zip_bytes(inputs.plain("code"))
    digest = sha256(code).digest()
    found = existing(client.get_function, "ResourceNotFoundException", FunctionName=function)
    if found is None:
        client.create_function(
            FunctionName=function, Architectures=architectures, Code=_stored(context, code, digest), **configuration
        )
    else:
        if found["Configuration"]["CodeSha256"] != b64encode(digest).decode():
            client.update_function_code(
                FunctionName=function, Architectures=architectures, **_stored(context, code, digest)
            )
        client.update_function_configuration(FunctionName=function, **configuration)
    if "reservedConcurrentExecutions" in inputs:
        client.put_function_concurrency(
            FunctionName=function, ReservedConcurrentExecutions=inputs["reservedConcurrentExecutions"]
        )
    arn = context.arn("lambda", f"function:{function}")
    invoke_arn = f"arn:aws:apigateway:{context.region}:lambda:path/2015-03-31/functions/{arn}/invocations"
    return Result(
        function,
        {
            "name": function,
            "arn": arn,
            "invokeArn": invoke_arn,
            "qualifiedArn": f"{arn}:$LATEST",
            "version": "$LATEST",
            "environment": {"variables": configuration["Environment"]["Variables"]},
        },
    )


def _stored(context: Context, code: bytes, digest: bytes) -> dict[str, str]:
    """Return where a zip is: many functions run the same one, which is handed over once."""
    client, bucket, key = context.client("s3"), f"function-code-{context.account}", digest.hex()
    if existing(client.head_object, "404", Bucket=bucket, Key=key) is None:
        created(client.create_bucket, "BucketAlreadyOwnedByYou", "BucketAlreadyExists", Bucket=bucket)
        client.put_object(Bucket=bucket, Key=key, Body=code)
    return {"S3Bucket": bucket, "S3Key": key}


def _permission(context: Context, name: str, inputs: Inputs) -> Result:
    client = context.client("lambda")
    statement = physical_name(inputs, name, "statementId")
    keys = ("action", "principal", "sourceArn", "sourceAccount")
    arguments = pascal({key: inputs[key] for key in keys if key in inputs})
    target = {"FunctionName": inputs["function"], "StatementId": statement}
    target |= {"Qualifier": inputs["qualifier"]} if "qualifier" in inputs else {}
    existing(client.remove_permission, "ResourceNotFoundException", **target)
    client.add_permission(**target, **arguments)
    return Result(statement, {"statementId": statement})


def _alias(context: Context, name: str, inputs: Inputs) -> Result:
    client = context.client("lambda")
    alias, function, version = physical_name(inputs, name), inputs["functionName"], inputs["functionVersion"]
    arguments = {"FunctionName": function, "Name": alias, "FunctionVersion": version}
    if existing(client.get_alias, "ResourceNotFoundException", FunctionName=function, Name=alias) is None:
        client.create_alias(**arguments)
    else:
        client.update_alias(**arguments)
    return Result(alias, {"arn": context.arn("lambda", f"function:{function}:{alias}")})


def _mapping(context: Context, _name: str, inputs: Inputs) -> Result:
    client = context.client("lambda")
    function, source = inputs["functionName"], inputs["eventSourceArn"]
    arguments = pascal({key: inputs[key] for key in _MAPPING if key in inputs}, {"destinationArn": "Destination"})
    if "filterCriteria" in inputs:
        arguments["FilterCriteria"] = {"Filters": pascal(inputs["filterCriteria"]["filters"])}
    start = pascal({key: inputs[key] for key in ("startingPosition",) if key in inputs})
    pages = client.get_paginator("list_event_source_mappings").paginate(EventSourceArn=source)
    target = function.rpartition(":")[2]
    found = next(
        (
            mapping
            for page in pages
            for mapping in page["EventSourceMappings"]
            if mapping["FunctionArn"].rpartition(":")[2] == target
        ),
        None,
    )
    if found is None:
        found = client.create_event_source_mapping(FunctionName=function, EventSourceArn=source, **arguments, **start)
    else:
        client.update_event_source_mapping(UUID=found["UUID"], **arguments)
    return Result(found["UUID"], {"uuid": found["UUID"], "functionArn": context.arn("lambda", f"function:{target}")})


def _invoke_config(context: Context, _name: str, inputs: Inputs) -> Result:
    function = inputs["functionName"]
    keys = ("destinationConfig", "maximumEventAgeInSeconds", "maximumRetryAttempts")
    arguments: dict[str, Any] = pascal({key: inputs[key] for key in keys if key in inputs})
    context.client("lambda").put_function_event_invoke_config(FunctionName=function, **arguments)
    return Result(function, {})


_TAGS = {"tags": "nothing here reads tags"}

KINDS = {
    "aws:lambda/function:Function": Kind(
        _function,
        _TAGS
        | {
            "kmsKeyArn": "environment variables stand in the emulator's plain state anyway",
            "publish": "the newest code is what runs here, and what an alias stands for",
            "packageType": "code is a zip; an image has no `code` and fails",
            "skipDestroy": "nothing is destroyed here",
            "sourceCodeHash": "the code is always sent",
        },
    ),
    "aws:lambda/alias:Alias": Kind(_alias),
    "aws:lambda/permission:Permission": Kind(_permission),
    "aws:lambda/eventSourceMapping:EventSourceMapping": Kind(_mapping, _TAGS),
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": Kind(_invoke_config),
}
