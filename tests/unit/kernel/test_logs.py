"""Each line of the log is JSON and names the request that it belongs to, also when a thread of it logs."""

import io
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from chalice.app import Response

from chalicelib.entrypoints import problems
from chalicelib.kernel import logs


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lines of a log of the platform's form."""
    # Tests that make requests at once, which no function's environment does, may leave one named.
    monkeypatch.setattr(logs, "_request_id", None)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonFormatter())
    logger = logging.getLogger("tests-of-logs")
    logger.handlers = [handler]
    logger.setLevel(logging.INFO)
    return SimpleNamespace(logger=logger, lines=lambda: [json.loads(line) for line in stream.getvalue().splitlines()])


def test_a_line_names_its_request_while_that_is_worked_on(written: Any) -> None:
    def respond(_: Any) -> Response:
        written.logger.info("one")
        with ThreadPoolExecutor(1) as pool:
            pool.submit(written.logger.info, "two").result()
        return Response(body="{}")

    problems.middleware(SimpleNamespace(context={"requestId": "r-1"}), respond)
    written.logger.info("three")
    assert [line.get("request_id") for line in written.lines()] == ["r-1", "r-1", None]


def test_a_line_of_another_function_names_its_invocation(written: Any) -> None:
    event = SimpleNamespace(context=SimpleNamespace(aws_request_id="i-1"))

    def respond(_: Any) -> dict[str, Any]:
        written.logger.info("one")
        return {}

    assert problems.invocation(event, respond) == {}
    assert [line["request_id"] for line in written.lines()] == ["i-1"]


def test_a_request_that_fails_is_not_named_any_more(written: Any) -> None:
    with pytest.raises(KeyError), logs.about("r-1"):
        raise KeyError
    written.logger.info("one")
    assert "request_id" not in written.lines()[0]


def test_what_chalice_logs_is_a_line_of_ours() -> None:
    logs.configure("a-logger-of-chalice")
    [handler] = logging.getLogger("a-logger-of-chalice").handlers
    assert isinstance(handler.formatter, logs.JsonFormatter)
