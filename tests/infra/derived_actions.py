"""Which actions of AWS each Lambda function can come to call, derived from its code."""

import ast
import inspect
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

import opensearchpy
from opensearchpy.client.cat import CatClient
from opensearchpy.client.indices import IndicesClient

from infra.function_specs import FUNCTIONS
from infra.grants import ON_INDEX
from tests.infra.callgraph import Function, Type, classes, lineage, modules, node_of, reached, resolve
from tests.infra.function_bodies import body_of
from tests.infra.reads import entry_points

_MODEL = "pynamodb.models:Model"
_INDEX = "pynamodb.indexes:GlobalSecondaryIndex"
_CLIENT = re.compile("mypy_boto3_.*Client$")
_SEARCH = "opensearchpy:OpenSearch"
_BULK = "chalicelib.adapters.opensearch_bulk:BulkClient"
_VERB = re.compile(r'"(DELETE|GET|HEAD|POST|PUT)"')
_CLASS_ACTIONS = {
    "get": "GetItem",
    "query": "Query",
    "count": "Query",
    "scan": "Scan",
    "batch_get": "BatchGetItem",
    "batch_write": "BatchWriteItem",
}
_ITEM_ACTIONS = {"refresh": "GetItem", "save": "PutItem", "update": "UpdateItem", "delete": "DeleteItem"}
_TABLE_CALLS = {
    "get_item": "GetItem",
    "put_item": "PutItem",
    "update_item": "UpdateItem",
    "delete_item": "DeleteItem",
    "batch_get_item": "BatchGetItem",
    "batch_write_item": "BatchWriteItem",
    "query": "Query",
    "scan": "Scan",
    "batch_execute_statement": "PartiQLUpdate",  # each statement needs an action of its own; all of them are updates
}
_CALLS: Mapping[str, tuple[str, ...]] = {
    "put_object": ("s3:PutObject",),
    "generate_presigned_post": ("s3:PutObject",),
    "create_multipart_upload": ("s3:PutObject",),
    "upload_part": ("s3:PutObject",),
    "complete_multipart_upload": ("s3:PutObject",),
    "abort_multipart_upload": ("s3:AbortMultipartUpload",),
    "list_parts": ("s3:ListMultipartUploadParts",),
    "get_object": ("s3:GetObject",),
    "head_object": ("s3:GetObject",),
    "list_objects_v2": ("s3:ListBucket",),
    "list_object_versions": ("s3:ListBucketVersions",),
    "delete_object": ("s3:DeleteObject",),
    "delete_objects": ("s3:DeleteObject", "s3:DeleteObjectVersion"),
    "start_execution": ("states:StartExecution",),
    "send_message": ("sqs:SendMessage",),
    "send_message_batch": ("sqs:SendMessage",),
    "put_events": ("events:PutEvents",),
    "generate_mac": ("kms:GenerateMac",),
    "get_account": ("ses:GetAccount",),
    "get_email_identity": ("ses:GetEmailIdentity",),
    "create_email_identity": ("ses:CreateEmailIdentity",),
    "delete_email_identity": ("ses:DeleteEmailIdentity",),
    "put_email_identity_dkim_signing_attributes": ("ses:PutEmailIdentityDkimSigningAttributes",),
    "put_email_identity_mail_from_attributes": ("ses:PutEmailIdentityMailFromAttributes",),
    "send_email": ("ses:SendEmail",),
    "send_bulk_email": ("ses:SendBulkEmail", "ses:SendBulkTemplatedEmail"),
    "list_suppressed_destinations": ("ses:ListSuppressedDestinations",),
    "put_suppressed_destination": ("ses:PutSuppressedDestination",),
    "delete_suppressed_destination": ("ses:DeleteSuppressedDestination",),
    "create_schedule": ("scheduler:CreateSchedule", "iam:PassRole"),
    "update_schedule": ("scheduler:UpdateSchedule", "iam:PassRole"),
    "delete_schedule": ("scheduler:DeleteSchedule",),
}
"""What each call of the SDK needs (Service Authorization Reference); a call that is not here fails the derivation."""

_WORDS = frozenset({"query", "scan"})
"""Words of others too: without a known type they are no calls of DynamoDB."""

_FREE = frozenset({"meta", "exceptions", "get_paginator", "generate_presigned_url"})
"""What a client has besides calls; the latter two name theirs, which is looked at."""

Action = tuple[str, str]
"""The action, and for one of DynamoDB the table (``table.claims``) or index (``table.campaigns/index/listed``)."""


def derive() -> dict[str, set[Action]]:
    """Return every function's actions, by its name."""
    found = {}
    for name, starts in entry_points().items():
        graph, _ = reached(Function(module, None, one) for module, one in starts)
        found[name] = set(_actions(graph, [Function(module, None, one) for module, one in starts]))
    return found


def _actions(graph: Mapping[Function, set[Function]], starts: list[Function]) -> Iterator[Action]:
    """Walk from the handlers on and take along which table the last module of the store was about."""
    seen: set[tuple[Function, str | None]] = set()
    waiting: list[tuple[Function, str | None]] = [(one, None) for one in starts]
    while waiting:
        function, table = waiting.pop()
        table = _table_of_module(function.module) or table
        if (function, table) in seen or function not in graph:
            continue
        seen.add((function, table))
        yield from _of_body(function, table)
        waiting += [(callee, table) for callee in graph[function]]


@cache
def _of_body(function: Function, table: str | None) -> frozenset[Action]:
    return frozenset(_called_by(function, table))


def _called_by(function: Function, table: str | None) -> Iterator[Action]:
    for value, name in body_of(function).reads:
        of = value.of if value else ""
        if _MODEL in lineage(of):
            yield from _of_model(of, name, table, is_class=isinstance(value, Type))
        elif of.startswith("mypy_boto3_dynamodb") or (not of and name in _TABLE_CALLS.keys() - _WORDS):
            yield f"dynamodb:{_TABLE_CALLS[name]}", f"table.{table}"
        elif (_CLIENT.match(of) and name not in _FREE) or (not of and name in _CALLS):
            yield from ((action, "") for action in _CALLS[name])
        elif of.startswith(_SEARCH) or of == _BULK:
            yield from ((f"es:ESHttp{verb.capitalize()}", "") for verb in _verbs(of, name))
    for name in _named_calls(function):
        yield from ((action, "") for action in _CALLS[name])
    if model := _listed_table(function):
        yield "dynamodb:Query", f"table.{_table_of(model)}"


def _of_model(model: str, name: str, table: str | None, *, is_class: bool) -> Iterator[Action]:
    if name in (_CLASS_ACTIONS if is_class else _ITEM_ACTIONS):
        yield f"dynamodb:{(_CLASS_ACTIONS | _ITEM_ACTIONS)[name]}", f"table.{_table_of(model) or table}"
    elif index := _index_of(model, name):
        yield "dynamodb:Query", f"table.{_table_of(model)}/index/{index}"


@cache
def _verbs(of: str, name: str) -> frozenset[str]:
    """Return the HTTP verbs that the source of a method of opensearch-py names."""
    client: object = opensearchpy.OpenSearch
    for part in of.removeprefix(_SEARCH).removeprefix(_BULK).split(".")[1:]:
        client = {"indices": IndicesClient, "cat": CatClient}[part]
    method = getattr(client, name, None)
    return frozenset(_VERB.findall(inspect.getsource(method))) if inspect.isfunction(method) else frozenset()


@cache
def _listed_table(function: Function) -> str | None:
    """Return the model whose table, not an index of it, a function makes a page of."""
    node = node_of(function)
    assert node is not None
    for one in ast.walk(node):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == "Listing":
            source = one.args[0]
            named = resolve(function.module, source.id) if isinstance(source, ast.Name) else None
            if named and _MODEL in lineage(named):
                return named
    return None


@cache
def _named_calls(function: Function) -> tuple[str, ...]:
    """Return the calls that a client is asked for by name: to sign them, or to make them page by page."""
    node = node_of(function)
    assert node is not None
    return tuple(
        str(one.args[0].value)
        for one in ast.walk(node)
        if isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and one.func.attr in {"get_paginator", "generate_presigned_url"}
        and isinstance(one.args[0], ast.Constant)
    )


@cache
def _table_of(model: str) -> str | None:
    for one in lineage(model):
        if one not in classes():
            continue
        for node in classes()[one].node.body:
            if isinstance(node, ast.ClassDef) and node.name == "Meta":
                return _text(node, "table_name")
    return None


@cache
def _index_of(model: str, attribute: str) -> str | None:
    for one in lineage(model):
        if one in classes() and attribute in classes()[one].made_of:
            value, _ = classes()[one].made_of[attribute]
            if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
                index = resolve(classes()[one].module, value.func.id) or ""
                if _INDEX in lineage(index):
                    (meta,) = (n for n in classes()[index].node.body if isinstance(n, ast.ClassDef))
                    return _text(meta, "index_name")
    return None


def _text(meta: ast.ClassDef, name: str) -> str:
    for node in meta.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
            assert isinstance(node.value, ast.Constant)
            return str(node.value.value)
    raise AssertionError(f"{meta} has no {name}")


@cache
def _table_of_module(module: str) -> str | None:
    """Return the only table whose models a module of the store uses."""
    if not module.startswith("chalicelib.store.") or module.endswith("tables"):
        return None
    targets = [resolve(module, name) or "" for name in (*modules()[module].imported, *modules()[module].classes)]
    tables = {table for one in targets if _MODEL in lineage(one) and (table := _table_of(one))}
    return tables.pop() if len(tables) == 1 else None


def granted() -> dict[str, set[Action]]:
    """Return what the specifications grant, in the same form."""
    found: dict[str, set[Action]] = defaultdict(set)
    for name, spec in FUNCTIONS.items():
        for grant in spec.grants:
            for action in grant.actions:
                for resource in grant.resources:
                    on_table = resource.name if action.startswith("dynamodb:") else ""
                    found[name].add((action, on_table))
            found[name] |= {(ON_INDEX, f"{index.name}{index.suffix}") for index in grant.indexes}
    return found
