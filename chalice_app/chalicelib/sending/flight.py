"""The sends that a worker has under way, in as many threads as it may use at once."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import suppress
from typing import Generic, TypeVar

from chalicelib.sending.handover import Answered, Ready

Key = TypeVar("Key")


class Flight(Generic[Key]):
    """Mails under way.

    Args:
        pool: hands them over.
        at_once: how many mails there may be now.
        landed: is told each answer with the key of its mail, in the thread that waits for it.
    """

    def __init__(self, pool: Executor, at_once: Callable[[], int], landed: Callable[[Key, Answered], None]) -> None:
        self._pool = pool
        self._at_once = at_once
        self._landed = landed
        self._calls: dict[Future[Answered], tuple[Key, Ready]] = {}

    @property
    def keys(self) -> frozenset[Key]:
        """Whose mails are under way."""
        return frozenset(key for key, _ in self._calls.values())

    def mails(self, key: Key) -> list[Ready]:
        """Return the mails under way that are known by a key."""
        return [ready for known, ready in self._calls.values() if known == key]

    def add(self, key: Key, ready: Ready, send: Callable[[], Answered]) -> None:
        """Begin a send and know its mail by the key."""
        self._calls[self._pool.submit(send)] = key, ready

    def room(self) -> int:
        """Wait until room for half of the mails is free, for permits are taken in blocks; return how much there is."""
        while len(self._calls) > self._at_once() // 2:
            self.land_one()
        return self._at_once() - len(self._calls)

    def land_one(self) -> bool:
        """Wait for one of them; tell whether there was any."""
        if not self._calls:
            return False
        self._tell(wait(self._calls, return_when=FIRST_COMPLETED).done)
        return True

    def land(self) -> None:
        """Wait for all of them; the first error among them is raised once all have ended."""
        self._tell(wait(self._calls).done)

    def end(self) -> None:
        """Wait for all of them, whatever they end with."""
        while self._calls:
            with suppress(Exception):  # the error that led here is raised by whoever met it first
                self.land()

    def _tell(self, done: set[Future[Answered]]) -> None:
        # All that ended is told of before an error of one of them: what is known must be recorded.
        errors = []
        for call in [call for call in self._calls if call in done]:  # in the order of their beginning
            key, _ = self._calls.pop(call)
            error = call.exception()
            if error:
                errors.append(error)
            else:
                self._landed(key, call.result())
        if errors:
            raise errors[0]
