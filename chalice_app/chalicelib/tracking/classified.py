"""An event and who caused it: a person or a machine."""

from dataclasses import dataclass, field

from chalicelib.tracking.model import TrackedEvent

_REVISION_BITS = 32


@dataclass(frozen=True, slots=True)
class ClassifiedEvent:
    """An event with what is concluded from it.

    Attributes:
        machine: whether a machine opened or clicked; None for events that are neither.
        reasons: why, in words of a closed vocabulary; empty for people.
        rules: version of the rules by which this was concluded.
        revision: of the message from whose facts it was concluded: what follows from more events is the later word.
    """

    event: TrackedEvent
    machine: bool | None = None
    reasons: tuple[str, ...] = ()
    rules: int = 0
    revision: int = field(default=0, compare=False)

    @property
    def version(self) -> int:
        """Which of two conclusions about an event holds: the higher one; newer rules before later revisions."""
        return (self.rules << _REVISION_BITS) + self.revision


def rules_of(version: int) -> int:
    """Return the version of the rules by which a conclusion of this version was drawn."""
    return version >> _REVISION_BITS
