"""The one table: Pulumi resource type -> how it is created or updated through the AWS API."""

from collections.abc import Callable, Mapping
from typing import Any

from local.deploy import (
    delivery,
    events,
    functions,
    gateway,
    keys,
    mail,
    messaging,
    roles,
    storage,
    tables,
    workflows,
)
from local.deploy.resource import Context, DeploymentError, Inputs, Kind, Resource

KINDS: Mapping[str, Kind] = {
    **storage.KINDS,
    **tables.KINDS,
    **keys.KINDS,
    **roles.KINDS,
    **events.KINDS,
    **functions.KINDS,
    **messaging.KINDS,
    **workflows.KINDS,
    **mail.KINDS,
    **delivery.KINDS,
    **gateway.KINDS,
}

# Provider functions -> their answer. They ask who and where we are, nothing else.
_ANSWERS: Mapping[str, Callable[[Context], dict[str, Any]]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": lambda context: {
        "accountId": context.account,
        "arn": f"arn:aws:iam::{context.account}:root",
        "id": context.account,
        "userId": context.account,
    },
    "aws:index/getPartition:getPartition": lambda _context: {
        "dnsSuffix": "amazonaws.com",
        "id": "aws",
        "partition": "aws",
        "reverseDnsPrefix": "com.amazonaws",
    },
    "aws:index/getRegion:getRegion": lambda context: {
        "description": "this machine",
        "endpoint": context.endpoint,
        "id": context.region,
        "name": context.region,
        "region": context.region,
    },
}


def apply(
    context: Context, token: str, name: str, inputs: Mapping[str, Any], kinds: Mapping[str, Kind] = KINDS
) -> Resource:
    """Create the resource, or bring it to the wanted state when it is there.

    Args:
        context: the account to deploy to.
        token: Pulumi's type, such as `aws:sqs/queue:Queue`.
        name: the logical name.
        inputs: resolved, with Pulumi's own camelCase names; archives in their plain form (see `archives`).
        kinds: what is known; a test may pass its own.

    Raises:
        DeploymentError: the type is unknown, AWS refused, or an input has no effect and is not listed as ignored.
    """
    kind = kinds.get(token)
    if kind is None:
        raise DeploymentError(f"{token} {name!r}: nothing here knows this resource type")
    read = Inputs(inputs)
    try:
        made = kind.handler(context, name, read)
    except Exception as error:
        raise DeploymentError(f"{token} {name!r}: {type(error).__name__}: {error}") from error
    if unused := [path for path in read.unread() if not kind.ignores(path)]:
        raise DeploymentError(f"{token} {name!r}: these inputs would be lost here: {', '.join(unused)}")
    return Resource(token, name, made.id, dict(inputs), {**inputs, **made.outputs})


def answer(context: Context, token: str) -> dict[str, Any]:
    """What a provider function answers.

    Raises:
        DeploymentError: the function is unknown.
    """
    if token not in _ANSWERS:
        raise DeploymentError(f"{token}: nothing here knows this function")
    return _ANSWERS[token](context)
