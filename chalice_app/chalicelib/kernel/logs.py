"""Structured logs: one JSON object a line, addresses masked, no secrets."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


_request_id: str | None = None
"""Which request or invocation is worked on: a function's environment has one at a time, whatever its threads."""


@contextmanager
def about(request_id: str | None) -> Iterator[None]:
    """Name a request or invocation in every line that is logged meanwhile."""
    global _request_id  # noqa: PLW0603 - threads of the same invocation log too, so no context variable
    before, _request_id = _request_id, request_id
    try:
        yield
    finally:
        _request_id = before


class JsonFormatter(logging.Formatter):
    """Writes a record with its ``extra`` values as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if _request_id:
            line["request_id"] = _request_id
        line.update((key, value) for key, value in record.__dict__.items() if key not in _STANDARD)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


METRICS = "EmailPlatform"
"""Namespace of the platform's own metrics."""


def metric(name: str, value: float, *, function: str) -> dict[str, Any]:
    """Return what makes CloudWatch count a log line's number, as the line's ``extra``.

    Args:
        name: of the metric.
        value: a count.
        function: name of the Lambda function, which tells one deployment from another.

    The format is CloudWatch's embedded metric format:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    described = {
        "Namespace": METRICS,
        "Dimensions": [["FunctionName"]],
        "Metrics": [{"Name": name, "Unit": "Count"}],
    }
    milliseconds = int(datetime.now(UTC).timestamp() * 1000)
    return {
        "_aws": {"Timestamp": milliseconds, "CloudWatchMetrics": [described]},
        "FunctionName": function,
        name: value,
    }


def configure(*others: str, level: str = "INFO") -> None:
    """Send the platform's log, and those of other loggers, to standard output, where Lambda collects it."""
    for name in ("chalicelib", *others):
        root = logging.getLogger(name)
        if not root.handlers:
            handler = logging.StreamHandler(sys.stdout)
            handler.setFormatter(JsonFormatter())
            root.addHandler(handler)
            root.propagate = False
        root.setLevel(level)
