"""Looks at the clock while an import runs."""

from collections.abc import Callable
from datetime import timedelta

from chalicelib.kernel.clock import Clock
from chalicelib.recipients.import_pass import ImportPass
from chalicelib.recipients.source import Upload

_SAVED_EVERY = timedelta(seconds=5)


class Watch:
    """Has the progress of an import saved every few seconds.

    Args:
        clock: says when it is time.
        save: is told the rows read and the bytes of the upload; raises what ends the import.

    Attributes:
        upload, rows: what is watched, once they are there.
    """

    def __init__(self, clock: Clock, save: Callable[[int, int], None]) -> None:
        self._clock = clock
        self._save = save
        self._due = clock.now() + _SAVED_EVERY
        self.upload: Upload | None = None
        self.rows: ImportPass | None = None

    def look(self) -> None:
        """Have the progress saved when it is due."""
        if self._clock.now() < self._due:
            return
        self._save(self.rows.rows_read if self.rows else 0, self.upload.position if self.upload else 0)
        self._due = self._clock.now() + _SAVED_EVERY
