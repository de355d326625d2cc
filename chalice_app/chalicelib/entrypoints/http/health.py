"""``/v1/health`` and ``/v1/openapi.json``: that the API answers, and what it is; neither needs a key."""

from pathlib import Path
from typing import Any, Final, Literal

from typing_extensions import TypedDict

from chalicelib.entrypoints.http.api import JSON, Answer, Api, answer

health = Api(__name__)

DESCRIPTION_FILE: Final = Path(__file__).with_name("openapi.json")
"""What `openapi` writes at development time."""


class HealthDocument(TypedDict):
    """That the API answers."""

    status: Literal["ok"]


@health.operation("GET", "/v1/health", scope=None)
def get_health() -> Answer[HealthDocument]:
    """Answer that the API is there."""
    return answer({"status": "ok"})


@health.operation("GET", "/v1/openapi.json", scope=None)
def get_description() -> Answer[dict[str, Any]]:
    """Answer the description of this API as OpenAPI 3.1."""
    text = DESCRIPTION_FILE.read_text(encoding="utf-8")
    return Answer(body=text, headers={"Content-Type": JSON})
