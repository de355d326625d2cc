"""What each function imports before its first call: that is waited for whenever Lambda starts another one."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from infra.chalice_manifest import CHALICE_APP, handlers
from infra.function_specs import FUNCTIONS

_IMPORTED = """
import json, os, sys
import app
for name in sys.argv[1:]:
    if os.fork() == 0:
        getattr(app, name)
        print(json.dumps([name, sorted(sys.modules)]), flush=True)
        os._exit(0)
    os.wait()
"""
_SDKS = ("boto3", "botocore", "pynamodb", "opensearchpy", "requests", "sqlite3", "isal", "css_inline")
_DOCUMENTS = ("pydantic", "jinja2", "chalicelib.entrypoints.http")
_OTHER_OPERATIONS = tuple(
    f"chalicelib.entrypoints.http.{module}"
    for module in ("campaigns", "drafts", "statistics", "recipient_files", "suppressions", "api_keys")
)
FORBIDDEN = {
    **dict.fromkeys(FUNCTIONS, (*_SDKS, *_DOCUMENTS)),
    "unsubscribe": (*_SDKS, "pydantic", "jinja2", *_OTHER_OPERATIONS),
    **dict.fromkeys(("test_sends", "transactional", "webhooks"), (*_SDKS, "jinja2", *_OTHER_OPERATIONS)),
    "api": (*_SDKS, "jinja2"),  # it serves all operations
}


@pytest.fixture(scope="module")
def imported() -> dict[str, list[str]]:
    """The modules that are there once a handler was looked up as Lambda does, by function."""
    attributes = {name: handler.removeprefix("app.") for name, handler in handlers().items()}
    command = [sys.executable, "-c", _IMPORTED, *attributes.values()]
    done = subprocess.run(command, cwd=CHALICE_APP, capture_output=True, text=True, check=True)
    by_handler = dict(json.loads(line) for line in done.stdout.splitlines())
    return {name: by_handler[attribute] for name, attribute in attributes.items()}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_imports_nothing_that_it_does_not_need_to_begin(name: str, imported: dict[str, list[str]]) -> None:
    assert list(_found(FORBIDDEN[name], imported[name])) == []


def test_what_is_forbidden_is_spelt_as_it_is_imported(imported: dict[str, list[str]]) -> None:
    assert set(_found((*_DOCUMENTS, *_OTHER_OPERATIONS), imported["api"])) >= {"pydantic", *_OTHER_OPERATIONS}


def _found(forbidden: tuple[str, ...], modules: list[str]) -> Iterator[str]:
    return (module for module in modules for one in forbidden if module == one or module.startswith(f"{one}."))
