"""The emulated account behind the engine's provider, with the table of handlers that the mocks use too."""

from collections.abc import Mapping
from threading import Lock
from typing import Any

from local.deploy.resource import Context
from local.deploy.table import answer, apply


class EmulatedAccount:
    """Makes and changes resources on an AWS endpoint; what the engine removes stays there."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._one_at_a_time = Lock()

    def create(self, kind: str, name: str, inputs: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Make a resource, or bring one of its name to these inputs."""
        with self._one_at_a_time:
            made = apply(self._context, kind, name, _whole_numbers(inputs))
        return made.id, {key: value for key, value in made.outputs.items() if key not in inputs}

    def update(self, kind: str, name: str, identity: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Bring a resource to these inputs."""
        del identity  # its name, which stands in the inputs, finds it
        return self.create(kind, name, inputs)[1]

    def delete(self, kind: str, name: str, identity: str) -> None:
        """Leave it: a fresh stack is made by forgetting the folder."""

    def answer(self, token: str) -> dict[str, Any]:
        """Say who and where we are."""
        return answer(self._context, token)


def _whole_numbers(value: Any) -> Any:
    """Return the same without whole numbers that are floats: on the wire every number is a double."""
    if isinstance(value, Mapping):
        return {key: _whole_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole_numbers(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
