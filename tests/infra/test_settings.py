"""What functions are told against what their code can read."""

import pytest

from infra.chalice_manifest import ROUTE_FUNCTIONS
from infra.function_specs import FUNCTIONS
from tests.infra.reads import read_settings

READ = read_settings()


def test_the_handler_of_every_function_was_found() -> None:
    assert READ.keys() == FUNCTIONS.keys()
    assert READ.keys() >= set(ROUTE_FUNCTIONS.values())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_told_every_setting_that_its_code_can_read_and_no_other(name: str) -> None:
    told = set(FUNCTIONS[name].environment)
    assert sorted(READ[name] - told) == [], f"add these to {name} in infra/function_specs.py (tables by a grant)"
    assert sorted(told - READ[name]) == [], f"nothing that {name} calls reads these: take them out of its spec"
