"""The program's resources, recorded once for all tests of this folder."""

import pytest

from tests.infra.program import CONFIG, Graph, run


@pytest.fixture(scope="session")
def graph() -> Graph:
    """Everything that a stack with its own OpenSearch domain consists of."""
    return run(CONFIG)
