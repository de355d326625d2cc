"""The wrapper API in an empty AWS account, between a fake platform and a fake issuer of identities."""

import functools
from collections.abc import Iterator

import botocore.loaders
import botocore.session
import pytest

from message_centre.tests.fakes import account
from message_centre.tests.fakes.issuer import FakeIssuer
from message_centre.tests.fakes.platform import FakePlatform
from message_centre.tests.fakes.wrapper import Browser

# Each session reads the models of its services anew; models are only read, so one loader serves all sessions.
botocore.session.create_loader = functools.cache(botocore.loaders.create_loader)


@pytest.fixture
def platform() -> Iterator[FakePlatform]:
    with account.serving_platform() as fake:
        yield fake


@pytest.fixture
def issuer() -> Iterator[FakeIssuer]:
    with account.serving_issuer() as fake:
        yield fake


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The Message Centre's tables in an AWS account with nothing else in it: name by logical name."""
    with account.made_tables(monkeypatch) as names:
        yield names


@pytest.fixture
def wrapper(
    monkeypatch: pytest.MonkeyPatch, platform: FakePlatform, issuer: FakeIssuer, tables: dict[str, str]
) -> Iterator[None]:
    """What the wrapper API needs in its account and environment."""
    with account.made_wrapper(monkeypatch, platform, issuer, tables):
        yield


@pytest.fixture
def browser(wrapper: None, issuer: FakeIssuer) -> Browser:
    """A browser in which nobody is signed in."""
    del wrapper
    return Browser(issuer)
