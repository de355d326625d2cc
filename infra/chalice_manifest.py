"""Everything that the deployment reads out of the Chalice application; no other file of infra imports it.

Chalice's internals that are relied on (1.34): `app.builtin_auth_handlers`, `app.pure_lambda_functions`, each with
``name`` and ``handler_string``; `app.routes`; `chalice.deploy.swagger.SwaggerGenerator`. A contract test pins them.
"""

import importlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CHALICE_APP = Path(__file__).resolve().parent.parent / "chalice_app"
if str(CHALICE_APP) not in sys.path:
    sys.path.insert(0, str(CHALICE_APP))

from chalicelib.store.schema import TableSchema, table_schemas  # noqa: E402 - its folder joins the path above

__all__ = [
    "CHALICE_APP",
    "ROUTE_FUNCTIONS",
    "TableSchema",
    "api_body",
    "handlers",
    "problem_base_uri",
    "scopes",
    "table_schemas",
]

API = "api"
"""Name of the function that serves the routes."""

ROUTE_FUNCTIONS = {
    "/u/{token}": "unsubscribe",
    "/v1/campaigns/{campaign_id}/test-sends": "test_sends",
    "/v1/templates/{template_id}/test-sends": "test_sends",
    "/v1/templates/{template_id}/versions/{version}/test-sends": "test_sends",
    "/v1/messages": "transactional",
    "/v1/webhooks": "webhooks",
    "/v1/webhooks/{webhook_id}": "webhooks",
    "/v1/webhooks/{webhook_id}/deliveries": "webhooks",
    "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}": "webhooks",
    "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver": "webhooks",
    "/v1/webhooks/{webhook_id}/disable": "webhooks",
    "/v1/webhooks/{webhook_id}/enable": "webhooks",
    "/v1/webhooks/{webhook_id}/rotate-secret": "webhooks",
    "/v1/webhooks/{webhook_id}/test": "webhooks",
}
"""Routes that another function serves, by path: same code, but a handler, a role and an environment of its own."""


def handlers(module: Any = None) -> dict[str, str]:
    """Return the handler of every Lambda function by the function's name, such as ``{"api": "app.app"}``.

    Handlers point into ``app.py``, for Chalice applies the middleware only to what is reached through it.

    Args:
        module: the module ``app``; the platform's own when None.

    Raises:
        LookupError: a function is registered that is no attribute of the module.
    """
    module = module or _platform()
    found = {API: "app.app"}
    found |= {function: f"app.{function}" for path, function in ROUTE_FUNCTIONS.items() if path in module.app.routes}
    for function in [*module.app.builtin_auth_handlers, *module.app.pure_lambda_functions]:
        attribute = function.handler_string.rsplit(".", 1)[-1]
        if not hasattr(module, attribute):
            raise LookupError(f"app.py has no {attribute}, the handler of {function.name}")
        found[function.name] = f"app.{attribute}"
    return found


def api_body(function_arns: Mapping[str, str], region: str, app: Any = None) -> dict[str, Any]:
    """Return the REST API as Swagger 2.0, its integrations and authorizers bound to these functions.

    Args:
        function_arns: ARN by function name, at least of ``api``, of those of `ROUTE_FUNCTIONS` and of each authorizer.
        region: where API Gateway runs.
        app: the Chalice application; the platform's own when None.
    """
    from chalice.deploy.swagger import SwaggerGenerator

    app = app or _platform().app
    authorizers = {
        f"{API}-{handler.name}": {"arn": function_arns[handler.name]} for handler in app.builtin_auth_handlers
    }
    deployed = {
        "api_handler_name": API,
        "api_handler_arn": function_arns[API],
        "lambda_functions": authorizers,
    }
    body: dict[str, Any] = SwaggerGenerator(region, deployed).generate_swagger(app)
    for path in ROUTE_FUNCTIONS.keys() & body["paths"].keys():
        for method in body["paths"][path].values():
            integration = method["x-amazon-apigateway-integration"]
            integration["uri"] = integration["uri"].replace(function_arns[API], function_arns[ROUTE_FUNCTIONS[path]])
    for scheme in body.get("securityDefinitions", {}).values():
        _ask_with_source(scheme)
    # Every answer is text: with Chalice's list of binary types API Gateway would encode uploads and images for nothing.
    body["x-amazon-apigateway-binary-media-types"] = []
    return body


def _ask_with_source(scheme: dict[str, Any]) -> None:
    """Let the authorizer know where a request comes from, and answers be kept for a key and source together.

    Chalice makes authorizers that are shown the token alone; `entrypoints.authorizer.handle` takes both.
    """
    details = scheme["x-amazon-apigateway-authorizer"]
    details["type"] = "request"
    details["identitySource"] = f"method.request.header.{scheme['name']}, context.identity.sourceIp"


def scopes() -> tuple[str, ...]:
    """Return what a caller of the API may be allowed."""
    from chalicelib.access.model import Scope

    return tuple(scope.value for scope in Scope)


def problem_base_uri() -> str:
    """Return what the type URI of every problem document begins with."""
    from chalicelib.entrypoints.problems import BASE_URI

    return str(BASE_URI)


def _platform() -> Any:
    return importlib.import_module("app")
