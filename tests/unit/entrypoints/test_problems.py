"""How refusals become problem documents, without an API around them."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from chalice.app import Response

from chalicelib.access.model import MissingScopeError, UnauthorizedError
from chalicelib.entrypoints import problems
from chalicelib.kernel.errors import (
    ConflictError,
    DomainError,
    FieldError,
    InvalidInputError,
    NotFoundError,
    StaleRevisionError,
    TemporarilyUnavailableError,
)

REQUEST: Any = SimpleNamespace(context={"requestId": "r-1"})


class NarrowerError(StaleRevisionError):
    """A refusal that problems.py never heard of."""

    problem = "narrower"


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (DomainError, 422),
        (InvalidInputError, 422),
        (problems.MalformedBodyError, 400),
        (UnauthorizedError, 401),
        (MissingScopeError, 403),
        (NotFoundError, 404),
        (ConflictError, 409),
        (StaleRevisionError, 412),
        (NarrowerError, 412),
        (TemporarilyUnavailableError, 503),
    ],
)
def test_the_nearest_class_decides_the_status(kind: type[DomainError], status: int) -> None:
    response = problems.problem_of(kind("Why, with an ü."))
    document = json.loads(response.body)
    assert (response.status_code, document["status"]) == (status, status)
    assert document["type"] == problems.BASE_URI + kind.problem
    assert document["detail"] == "Why, with an ü."
    assert "errors" not in document
    assert ("Retry-After" in response.headers) is (status == 503)


def test_faults_are_listed_with_their_pointers() -> None:
    error = InvalidInputError("Two faults.", errors=(FieldError("/a", "one"), FieldError("/b", "two")))
    document = json.loads(problems.problem_of(error).body)
    assert document["errors"] == [{"pointer": "/a", "detail": "one"}, {"pointer": "/b", "detail": "two"}]


def _rewritten(status: int, headers: dict[str, Any] | None = None) -> Response:
    body = {"Code": "Any", "Message": "psycopg at /var/task"}
    return problems.middleware(REQUEST, lambda _: Response(body=body, status_code=status, headers=headers or {}))


@pytest.mark.parametrize(("status", "slug"), [(400, "bad-request"), (404, "not-found"), (409, "refused")])
def test_chalices_own_refusals_become_problems(status: int, slug: str) -> None:
    response = _rewritten(status)
    assert json.loads(response.body)["type"] == problems.BASE_URI + slug
    assert response.headers == {"Content-Type": "application/problem+json", "X-Request-Id": "r-1"}


@pytest.mark.parametrize("status", [500, 502])
def test_what_went_wrong_inside_stays_inside(status: int) -> None:
    assert "psycopg" not in _rewritten(status).body


def test_the_methods_allowed_are_kept() -> None:
    assert _rewritten(405, {"Allow": "GET, POST", "X-Other": "a"}).headers["Allow"] == "GET, POST"
    assert "X-Other" not in _rewritten(405, {"X-Other": "a"}).headers


def test_an_answer_is_left_alone_but_for_the_name_of_its_request() -> None:
    response = problems.middleware(REQUEST, lambda _: Response(body="{}", headers={"ETag": '"1"'}))
    assert response.headers == {"ETag": '"1"', "X-Request-Id": "r-1"}


def test_an_event_that_is_no_request_has_no_name() -> None:
    response = problems.middleware(None, lambda _: Response(body={"Message": "Unknown request."}, status_code=500))
    assert response.headers == {"Content-Type": "application/problem+json"}
