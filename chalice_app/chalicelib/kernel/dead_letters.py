"""What cannot be handled, put aside until an operator looks at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """What will never be taken.

    Attributes:
        key: tells which item or event it is.
        reason: why, in a word; no content.
        document: what was refused, a dataclass; None where none could be made or it would show an address.
    """

    key: str
    reason: str
    document: object | None = None


class DeadLetters(Protocol):
    """Keeps what cannot be handled."""

    def keep(self, letters: Sequence[DeadLetter]) -> None:
        """Keep dead letters; the same one may come twice."""
        ...
