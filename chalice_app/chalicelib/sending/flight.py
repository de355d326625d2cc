"""The sends that a worker has under way, in as many threads as it may use at once."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait

from chalicelib.sending.model import Answer


class Flight:
    """Sends under way.

    Args:
        pool: runs them.
        at_once: how many there may be.
        landed: is told each answer, in the thread that waits for it.
    """

    def __init__(self, pool: Executor, at_once: int, landed: Callable[[Answer], None]) -> None:
        self._pool = pool
        self._at_once = at_once
        self._landed = landed
        self._sends: dict[Future[Answer], int] = {}

    @property
    def places(self) -> frozenset[int]:
        """Which sends are under way."""
        return frozenset(self._sends.values())

    def add(self, place: int, send: Callable[[], Answer]) -> None:
        """Begin a send and know it by its place."""
        self._sends[self._pool.submit(send)] = place

    def room(self) -> int:
        """Wait until at least half of the threads are free, for permits are taken in blocks; return how many are."""
        while len(self._sends) > self._at_once // 2:
            self.land_one()
        return self._at_once - len(self._sends)

    def land_one(self) -> bool:
        """Wait for one of them; tell whether there was any."""
        if not self._sends:
            return False
        self._tell(wait(self._sends, return_when=FIRST_COMPLETED).done)
        return True

    def land(self) -> None:
        """Wait for all of them."""
        self._tell(wait(self._sends).done)

    def _tell(self, done: set[Future[Answer]]) -> None:
        for send in done:
            del self._sends[send]
        for send in done:
            self._landed(send.result())
