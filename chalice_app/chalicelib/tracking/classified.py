"""An event and who caused it: a person or a machine."""

from dataclasses import dataclass

from chalicelib.tracking.model import TrackedEvent


@dataclass(frozen=True, slots=True)
class ClassifiedEvent:
    """An event with what is concluded from it.

    Attributes:
        machine: whether a machine opened or clicked; None for events that are neither.
        reasons: why, in words of a closed vocabulary; empty for people.
        rules: version of the rules by which this was concluded.
    """

    event: TrackedEvent
    machine: bool | None = None
    reasons: tuple[str, ...] = ()
    rules: int = 0
