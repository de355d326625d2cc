"""The sends that a worker has under way, in as many threads as it may use at once."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import suppress

from chalicelib.sending.open_group import Answered, Ready


class Flight:
    """Mails under way; those of one call go and land together.

    Args:
        pool: hands them over.
        at_once: how many mails there may be now.
        landed: is told each answer, in the thread that waits for it.
    """

    def __init__(self, pool: Executor, at_once: Callable[[], int], landed: Callable[[Answered], None]) -> None:
        self._pool = pool
        self._at_once = at_once
        self._landed = landed
        self._calls: dict[Future[list[Answered]], Sequence[Ready]] = {}

    @property
    def mails(self) -> list[Ready]:
        """The mails under way."""
        return [ready for call in self._calls.values() for ready in call]

    def add(self, call: Sequence[Ready], send: Callable[[], list[Answered]]) -> None:
        """Begin a call that carries these mails."""
        self._calls[self._pool.submit(send)] = call

    def room(self) -> int:
        """Wait until room for half of the mails is free, for permits are taken in blocks; return how much there is."""
        while self._count > self._at_once() // 2:
            self.land_one()
        return self._at_once() - self._count

    def land_one(self) -> bool:
        """Wait for one call; tell whether there was any."""
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

    @property
    def _count(self) -> int:
        return sum(map(len, self._calls.values()))

    def _tell(self, done: set[Future[list[Answered]]]) -> None:
        # All that ended is told of before an error of one of them: what is known must be recorded.
        errors = []
        for call in [call for call in self._calls if call in done]:  # in the order of their beginning
            del self._calls[call]
            error = call.exception()
            if error:
                errors.append(error)
            else:
                for answered in call.result():
                    self._landed(answered)
        if errors:
            raise errors[0]
