"""Changes of records that carry a revision, whoever else changes them at the same time."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from chalicelib.kernel.errors import StaleRevisionError

_TRIES = 5


class Revised(Protocol):
    """A record with a revision."""

    @property
    def revision(self) -> int:
        """Counts its changes."""
        ...


Record = TypeVar("Record", bound=Revised)


def at_revision(record: Record, revision: int | None, what: str) -> Record:
    """Return a record if it is at this revision; None: whatever it is.

    Raises:
        StaleRevisionError: it is at another.
    """
    if revision is not None and revision != record.revision:
        raise StaleRevisionError(
            f"The {what} is at revision {record.revision}, not {revision}; read it again and decide anew."
        )
    return record


def apply_step(
    read: Callable[[], Record],
    save: Callable[[Record], Record],
    step: Callable[[Record], Record],
    *,
    revision: int | None,
    what: str,
    name: str,
) -> Record:
    """Apply a step to a stored record, again after a conflict unless it must be at one revision.

    Args:
        read: returns the record as it is stored.
        save: stores it in place of the revision that was read.
        step: returns the record changed, or the same one when there is nothing to change; may refuse by raising.
        revision: change it only if this is its revision (If-Match); None: whatever it is.
        what: it is, in messages.
        name: which one it is.

    Raises:
        StaleRevisionError: it is at another revision, or it kept changing.
    """
    for _ in range(_TRIES):
        record = at_revision(read(), revision, what)
        changed = step(record)
        if changed is record:
            return record
        try:
            return save(changed)
        except StaleRevisionError:
            if revision is not None:
                raise
    raise StaleRevisionError(f"{what.capitalize()} {name} kept changing.")
