"""The sends that a worker has under way, in as many threads as it may use at once."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import suppress
from typing import Generic, TypeVar

from chalicelib.sending.model import Answer

Key = TypeVar("Key")


class Flight(Generic[Key]):
    """Sends under way.

    Args:
        pool: runs them.
        at_once: how many there may be now.
        landed: is told each answer with the key of its send, in the thread that waits for it.
    """

    def __init__(self, pool: Executor, at_once: Callable[[], int], landed: Callable[[Key, Answer], None]) -> None:
        self._pool = pool
        self._at_once = at_once
        self._landed = landed
        self._sends: dict[Future[Answer], Key] = {}

    @property
    def keys(self) -> frozenset[Key]:
        """Which sends are under way."""
        return frozenset(self._sends.values())

    def add(self, key: Key, send: Callable[[], Answer]) -> None:
        """Begin a send and know it by its key."""
        self._sends[self._pool.submit(send)] = key

    def room(self) -> int:
        """Wait until at least half of the threads are free, for permits are taken in blocks; return how many are."""
        while len(self._sends) > self._at_once() // 2:
            self.land_one()
        return self._at_once() - len(self._sends)

    def land_one(self) -> bool:
        """Wait for one of them; tell whether there was any."""
        if not self._sends:
            return False
        self._tell(wait(self._sends, return_when=FIRST_COMPLETED).done)
        return True

    def land(self) -> None:
        """Wait for all of them; the first error among them is raised once all have ended."""
        self._tell(wait(self._sends).done)

    def end(self) -> None:
        """Wait for all of them, whatever they end with."""
        while self._sends:
            with suppress(Exception):  # the error that led here is raised by whoever met it first
                self.land()

    def _tell(self, done: set[Future[Answer]]) -> None:
        ended = [(self._sends.pop(send), send) for send in done]
        for key, send in ended:
            self._landed(key, send.result())
