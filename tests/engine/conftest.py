"""Stacks of the platform in an account in memory, driven by the true engine."""

import dataclasses
import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from local.engine.build import home
from local.engine.engine import Stack, Step, opened
from tests.fakes.account import AccountInMemory

CONFIG = {
    "aws:region": "eu-central-1",
    "senderDomain": "mail.example.com",
    "packagePlatform": "host",
    "protectData": "false",
}
NETWORK = {"vpcId": "vpc-0a", "vpcSubnets": '["subnet-0a"]'}
"""What puts the OpenSearch domain into a network."""
DATA = {"aws:dynamodb/table:Table", "aws:kms/key:Key", "aws:opensearch/domain:Domain", "aws:s3/bucket:Bucket"}
"""Types of the resources that hold what cannot be made again."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == Path(__file__).parent:
            # Pulumi's automation leaves event loops open in the threads of its own servers.
            item.add_marker(pytest.mark.filterwarnings("ignore:.*unclosed (<socket|event loop):ResourceWarning"))
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """What Pulumi left open is found here, not in somebody else's test."""
    yield
    gc.collect()


@dataclasses.dataclass
class Deployment:
    """A stack, the account that it is deployed to, and what was planned and done to bring it there."""

    stack: Stack
    account: AccountInMemory
    planned: list[Step] = dataclasses.field(default_factory=list)
    made: list[Step] = dataclasses.field(default_factory=list)


@pytest.fixture(scope="session")
def cli() -> Path:
    """The engine's own program."""
    folder = home()
    assert (folder / "bin" / "pulumi").exists(), "run `make engine` first: it builds Pulumi's CLI"
    return folder


@pytest.fixture(scope="session")
def make_deployment(
    cli: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[dict[str, str]], Deployment]]:
    """Make a stack of one's own; nothing is in its account yet."""
    with ExitStack() as opening:

        def make(config: dict[str, str]) -> Deployment:
            account = AccountInMemory()
            stack = opening.enter_context(opened(tmp_path_factory.mktemp("engine"), cli, account))
            stack.configure(config)
            return Deployment(stack, account)

        yield make


@pytest.fixture(scope="session")
def deployed(make_deployment: Callable[[dict[str, str]], Deployment]) -> Deployment:
    """A stack that is there; a test may look at what a change would do, and must not do it."""
    deployment = make_deployment(CONFIG)
    deployment.planned = deployment.stack.preview()
    assert deployment.account.resources == {}, "a preview made something"
    deployment.made = deployment.stack.up()
    return deployment
