"""Table of contents of the Email Platform: the API and every Lambda entry point.

A handler is always ``app.<name>``, so that Chalice's middleware runs; infra reads this module to know what to deploy.
What a handler stands in is imported when the handler is asked for: a function that sends mail loads no part of the API.
"""

from importlib import import_module
from typing import Any, Final

from chalice.app import Blueprint, Chalice

from chalicelib.entrypoints import problems
from chalicelib.kernel import logs

_ENTRYPOINTS: Final = "chalicelib.entrypoints"

_APIS: Final = (
    "health",
    "templates",
    "recipient_files",
    "campaigns",
    "drafts",
    "preflight",
    "test_sends",
    "messages",
    "history",
    "live",
    "statistics",
    "exports",
    "suppressions",
    "suppression_jobs",
    "webhooks",
    "webhook_deliveries",
    "account",
    "senders",
    "api_keys",
    "audit",
)
"""Modules of `chalicelib.entrypoints.http` that the description of the API consists of, each with a blueprint.

The unsubscribe page is for recipients and stands outside.
"""

_SERVED: Final = {
    "unsubscribe": ("unsubscribe",),
    "test_sends": ("test_sends",),
    "transactional": ("messages",),
    "webhooks": ("webhooks", "webhook_deliveries"),
}
"""The handlers of functions that serve single routes, and the modules of `chalicelib.entrypoints.http` behind each."""

_HANDLERS: Final = {
    "analytics_steps": (
        "compare_indices",
        "expire_statistics",
        "fail_export",
        "fill_indices",
        "find_due_campaigns",
        "manage_indices",
        "reconcile_campaign",
        "write_export",
    ),
    "steps": (
        "check_preflight_part",
        "check_reputation",
        "claim_campaign",
        "create_part_messages",
        "fail_campaign",
        "fail_preflight",
        "fail_recipient_file",
        "finish_message_plan",
        "finish_preflight",
        "halt_campaign",
        "import_recipient_file",
        "remove_recipient_file",
        "send_part",
        "settle_campaign",
    ),
    "suppression_steps": ("copy_suppressions", "export_suppressions", "fail_suppression_job", "import_suppressions"),
    "triggers": (
        "apply_event_objects",
        "apply_ses_events",
        "index_messages",
        "issue_api_key",
        "plan_replay",
        "probe_sending",
        "publish_changes",
        "replay_hour",
        "validate_template",
    ),
    "webhook_steps": ("deliver_webhooks", "plan_deliveries"),
}
"""The handlers of all other functions by their module of `chalicelib.entrypoints`, each with a blueprint."""

_MODULE_OF: Final = {handler: module for module, handlers in _HANDLERS.items() for handler in handlers}

_NAME: Final = "email-platform"
logs.configure(_NAME)  # what Chalice logs of a fault inside is one of our lines too

_app = Chalice(app_name=_NAME, configure_logs=False)
_app.api.binary_types = []
_app.register_middleware(problems.middleware, "http")
_app.register_middleware(problems.invocation, "pure_lambda")

_registered: set[str] = set()


def __getattr__(name: str) -> Any:
    """Import what an attribute stands in: a handler, ``app`` with all, or ``APIS``, the blueprints described."""
    if name == "APIS":
        found: Any = tuple(_blueprint(f"http.{module}") for module in _APIS)
    elif name == "app":
        found = _whole()
    elif name == "authorize":
        found = _authorizer()
    elif name in _SERVED:
        for module in _SERVED[name]:
            _blueprint(f"http.{module}")
        found = _app
    elif name in _MODULE_OF:
        module = _MODULE_OF[name]
        _blueprint(module)
        found = getattr(import_module(f"{_ENTRYPOINTS}.{module}"), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found


def _whole() -> Chalice:
    _authorizer()
    for module in (*(f"http.{one}" for one in _APIS), "http.unsubscribe", *_HANDLERS):
        _blueprint(module)
    return _app


def _authorizer() -> Any:
    """Return the authorizer that API Gateway asks; Chalice's own stands behind it."""
    _blueprint("authorizer", "access")
    return import_module(f"{_ENTRYPOINTS}.authorizer").handle


def _blueprint(module: str, name: str | None = None) -> Blueprint:
    """Return a module's blueprint, registered once."""
    name = name or module.rpartition(".")[2]
    found: Blueprint = getattr(import_module(f"{_ENTRYPOINTS}.{module}"), name)
    if module not in _registered:
        _registered.add(module)
        _app.register_blueprint(found)
    return found
