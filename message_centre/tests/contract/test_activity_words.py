"""Whatever stands in the activity log or the platform's audit log is said in words, in both languages."""

import json
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[3]
_TEXTS = _ROOT / "message_centre/web/src/i18n"
_DESCRIPTIONS = (
    _ROOT / "chalice_app/chalicelib/entrypoints/http/openapi.json",
    _ROOT / "message_centre/wrapper_api/openapi.json",
)
_CHANGING = {"post", "put", "patch", "delete"}
_UNWRITTEN = {"preview_template", "preview_template_version", "refresh_session", "end_session"}
"""Operations that change nothing of anybody's, and so are in no log."""


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_operation_that_is_written_down_has_words(language: str) -> None:
    words = json.loads((_TEXTS / language / "activity.json").read_text(encoding="utf-8"))["actions"]
    written = {
        operation["operationId"]
        for description in _DESCRIPTIONS
        for methods in json.loads(description.read_text(encoding="utf-8"))["paths"].values()
        for method, operation in methods.items()
        if method in _CHANGING
    } - _UNWRITTEN
    assert written == set(words)
