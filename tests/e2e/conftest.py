"""One local stack for all end-to-end tests, with IAM enforced: a missing permission fails them."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from emailplatform.commands import run as emailplatform
from local.client import ApiClient
from local.emulator import ACCOUNT
from local.stack import LocalStack, Options
from tests.e2e import permissions

READER = f"arn:aws:iam::{ACCOUNT}:role/services/reader"
MAILER = f"arn:aws:iam::{ACCOUNT}:role/mailer"
CALLERS = {READER: ["read"], MAILER: ["read", "write", "send"]}
"""Roles that may call the API by signed requests; the tests make them."""

_LONGEST_SECONDS = 900
"""A whole campaign on a machine that is busy with other tests may take minutes; a timing is no test here."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.timeout(_LONGEST_SECONDS))


@dataclass(frozen=True)
class Running:
    stack: LocalStack
    api: ApiClient
    key: str


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder: Path = tmp_path_factory.mktemp("stack")
    with LocalStack(Options(folder, enforce_iam=True, settle_seconds=5, api_callers=CALLERS)) as stack:
        key = stack.issue_api_key("e2e", ["read", "write", "send"])
        yield Running(stack, ApiClient(stack.api_url, key), key)
        print(permissions.check(stack.emulator.folder))  # noqa: T201 - pytest shows it with -rP


@pytest.fixture
def command(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Any]:
    """Runs the command against the stack; returns the document that it prints."""
    monkeypatch.setenv("EMAILPLATFORM_URL", running.api.url)
    monkeypatch.setenv("EMAILPLATFORM_KEY", running.key)
    monkeypatch.setenv("EMAILPLATFORM_CONFIG", str(tmp_path / "config.toml"))

    def called(*arguments: str, code: int = 0) -> Any:
        capsys.readouterr()
        ended = emailplatform(["--json", *arguments])
        printed = capsys.readouterr()
        assert ended == code, printed.err
        return json.loads(printed.out) if code == 0 else json.loads(printed.err)

    return called
