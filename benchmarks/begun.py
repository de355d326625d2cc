"""One function started in a process of its own: its module, its first call, with AWS out of reach.

Nothing of the platform is imported before the mark, so what comes after it is the function's.
"""

import json
import os
import sys
from types import SimpleNamespace
from typing import Any

from benchmarks import replay

_CONTEXT: Any = SimpleNamespace(
    aws_request_id="r-1", function_name="benchmark", get_remaining_time_in_millis=lambda: 29_000
)
_ANYTHING = {
    "campaign_id": f"cmp_{'0' * 26}",
    "file_id": f"rcp_{'0' * 26}",
    "export_id": f"exp_{'0' * 26}",
    "execution": "e-1",
    "part": 0,
    "run": 1,
    "most_workers": 1,
    "key": "k",
    "position": {},
    "Records": [],
    "detail": {"bucket": {"name": "b"}, "object": {"key": "k", "size": 1, "version-id": "v"}},
    "error": "E",
    "cause": "c",
    "name": "n",
    "scopes": ["read"],
    "type": "TOKEN",
    "authorizationToken": "Bearer ep.key_1.secret",
    "methodArn": "arn:aws:execute-api:us-east-1:123456789012:a/live/GET/v1/campaigns",
}
"""An event with whatever a function may read first: it gets as far as its services, whatever becomes of it then."""


_MAIL = {"to": "a@example.org", "from": {"address": "b@example.com"}, "inline": {"subject": "s", "text": "t"}}
_TEST = {"addresses": ["a@example.org"]}
_OPERATIONS: dict[str, tuple[str, str, str, Any]] = {
    "api": ("GET", "/v1/campaigns", "/v1/campaigns", None),
    "unsubscribe": ("GET", "/u/x", "/u/{token}", None),
    "transactional": ("POST", "/v1/messages", "/v1/messages", _MAIL),
    "test_sends": ("POST", "/v1/campaigns/cmp_1/test-sends", "/v1/campaigns/{campaign_id}/test-sends", _TEST),
}
"""An operation of each function that serves some of the API."""


def start(name: str) -> None:
    """Import what a function imports, and call it once."""
    __import__("benchmarks.mark")  # what is imported from here on counts; importlib's own way is not in the list
    app: Any = __import__("app")
    event: Any = _ANYTHING
    if name in _OPERATIONS:
        method, path, resource, body = _OPERATIONS[name]
        event = replay.request(method, path, body, resource=resource)
        event["headers"]["Idempotency-Key"] = "k"
    try:
        getattr(app, "app" if name == "api" else name)(event, _CONTEXT)
    except Exception as error:  # noqa: BLE001 - the call may fail: what it loaded is what counts
        print(type(error).__name__)


if __name__ == "__main__":
    os.environ |= json.loads(sys.argv[2])
    start(sys.argv[1])
