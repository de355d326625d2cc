"""Which tests stay together where several processes run them (`make unit`)."""

from pathlib import Path

import pytest

_FOLDER = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file in one process, for they share what it starts; those of the local stack likewise."""
    for item in items:
        place = item.path.relative_to(_FOLDER)
        item.add_marker(pytest.mark.xdist_group("e2e" if place.parts[0] == "e2e" else place.as_posix()))
