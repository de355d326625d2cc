"""Transition tables: the only way by which a status changes."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from chalicelib.kernel.errors import ConflictError

State = TypeVar("State", bound=StrEnum)


class InvalidTransitionError(ConflictError):
    """The state machine has no such edge."""

    problem = "invalid-state"


class TransitionTable(Generic[State]):
    """The edges of one state machine, each with the reason for which it exists.

    Args:
        subject: what changes its state, as an error message names it (``campaign``).
        edges: for each state the states that may follow, with the reason.
    """

    def __init__(self, subject: str, edges: Mapping[State, Mapping[State, str]]) -> None:
        self._subject = subject
        self.edges = edges

    def allows(self, source: State, target: State) -> bool:
        """Tell whether the edge exists."""
        return target in self.edges.get(source, {})

    def check(self, source: State, target: State) -> State:
        """Return the target state.

        Raises:
            InvalidTransitionError: there is no such edge.
        """
        if self.allows(source, target):
            return target
        following = ", ".join(self.edges.get(source, {})) or "nothing"
        raise InvalidTransitionError(
            f"A {self._subject} that is {source} cannot become {target}; from {source} it can become {following}."
        )
