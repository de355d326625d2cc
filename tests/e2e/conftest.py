"""One local stack for all end-to-end tests, with IAM enforced: a missing permission fails them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.client import ApiClient
from local.stack import LocalStack, Options


@dataclass(frozen=True)
class Running:
    stack: LocalStack
    api: ApiClient


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder: Path = tmp_path_factory.mktemp("stack")
    with LocalStack(Options(folder, enforce_iam=True, settle_seconds=5)) as stack:
        key = stack.issue_api_key("e2e", ["read", "write", "send"])
        yield Running(stack, ApiClient(stack.api_url, key))
