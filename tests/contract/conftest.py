"""What runs a contract on a fake and on what it stands for: DynamoDB, SQLite, a real OpenSearch."""

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chalicelib.adapters.opensearch_analytics import OpenSearchAnalytics
from chalicelib.adapters.opensearch_connection import connect
from chalicelib.adapters.sqlite_analytics import SqliteAnalytics
from chalicelib.analytics.ports import AnalyticsStore
from local.opensearch import server
from tests.contract import dynamo
from tests.fakes.rebuilding import RebuildableAnalytics


@pytest.fixture(params=["fake", "dynamodb"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if request.param == "fake":
        yield "fake"
        return
    monkeypatch.setenv("AWS_DEFAULT_REGION", dynamo.REGION)
    with dynamo.tables():
        yield "dynamodb"


@pytest.fixture(scope="session")
def opensearch_url() -> Iterator[str]:
    missing = server.missing_tools()
    if missing and os.environ.get("CI") != "true":
        pytest.skip(f"a real OpenSearch needs {' and '.join(missing)}; CI runs this test")
    assert not missing, f"CI must have {missing}"
    with server.running() as url:
        yield url


def _fake(_request: pytest.FixtureRequest) -> AnalyticsStore:
    return RebuildableAnalytics()


def _sqlite(request: pytest.FixtureRequest) -> AnalyticsStore:
    folder: Path = request.getfixturevalue("tmp_path")
    return SqliteAnalytics.from_url(f"sqlite://{folder}/analytics.db")


def _opensearch(request: pytest.FixtureRequest) -> AnalyticsStore:
    client = connect(request.getfixturevalue("opensearch_url"))
    request.addfinalizer(client.close)
    return OpenSearchAnalytics(client, prefix=f"test-{uuid.uuid4().hex}", refresh=True, held_back=0, good_for=0)


@pytest.fixture(params=[_fake, _sqlite, _opensearch], ids=["fake", "sqlite", "opensearch"])
def store(request: pytest.FixtureRequest) -> AnalyticsStore:
    make: Callable[[pytest.FixtureRequest], AnalyticsStore] = request.param
    return make(request)
