"""Runs a store's contract on its fake and on DynamoDB."""

from collections.abc import Iterator

import pytest

from tests.contract import dynamo


@pytest.fixture(params=["fake", "dynamodb"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if request.param == "fake":
        yield "fake"
        return
    monkeypatch.setenv("AWS_DEFAULT_REGION", dynamo.REGION)
    with dynamo.tables():
        yield "dynamodb"
