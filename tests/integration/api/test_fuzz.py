"""Every operation, called with what its description allows and with what it forbids: no fault of the server's own.

`described.check_answer` holds each answer against the description, so what is answered is announced too.
"""

import json
import re
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.core import NotSet

import app
from chalicelib.entrypoints.http.openapi import describe
from tests.integration.api.platform import Api

SCHEMA = schemathesis.openapi.from_dict(describe(app.APIS))
EXAMPLES = 15


def path_of(case: "schemathesis.Case[Any]") -> str:
    """Write the path and query of a case; a segment that is empty or dots would be another path."""
    values = {name: quote(str(value), safe="") for name, value in (case.path_parameters or {}).items()}
    path = re.sub(r"{(\w+)}", lambda name: values[name[1]] or "x", case.path)
    query = {
        name: ",".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in (case.query or {}).items()
    }
    return f"{path}?{urlencode(query, errors='replace')}" if query else path


def body_of(body: Any) -> str | None:
    if isinstance(body, NotSet):
        return None
    return body.decode("latin-1") if isinstance(body, bytes) else json.dumps(body)


@SCHEMA.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@pytest.mark.usefixtures("aws")
def test_no_request_is_a_fault_of_the_server(case: "schemathesis.Case[Any]") -> None:
    body = body_of(case.body)
    headers = {name.lower(): str(value) for name, value in (case.headers or {}).items()}
    answer = Api().call(case.method, path_of(case), body, headers | {"content-type": "application/json"})
    assert answer.status < 500 or answer.status == 503, answer.body
