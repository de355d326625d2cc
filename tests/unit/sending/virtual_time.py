"""Threads in virtual time: one runs at a time, sleeping costs nothing, and the same seed gives the same run."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from threading import Lock, Thread


class RunIsOverError(BaseException):
    """Ends a thread that still sleeps when the run is over."""


@dataclass
class VirtualTime:
    """Runs threads and calls by their moments.

    Attributes:
        now: seconds since the epoch.
    """

    now: float
    _due: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _order: "count[int]" = field(default_factory=count)
    _back: Lock = field(default_factory=Lock)
    _over: bool = False
    _sleeping: dict[int, Lock] = field(default_factory=dict)
    _threads: list[Thread] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._back.acquire()

    def at(self, moment: float, call: Callable[[], None]) -> None:
        """Make a call that does not sleep."""
        heapq.heappush(self._due, (max(moment, self.now), next(self._order), call))

    def spawn(self, work: Callable[[], None]) -> None:
        """Begin a thread now."""
        turn = Lock()
        turn.acquire()

        def run() -> None:
            turn.acquire()
            try:
                if not self._over:
                    work()
            except RunIsOverError:
                pass
            finally:
                self._back.release()

        thread = Thread(target=run, daemon=True)
        self._threads.append(thread)
        thread.start()
        self._wake_at(self.now, turn)

    def sleep_until(self, moment: float) -> None:
        """Let others run until the moment; called by a thread of this run."""
        turn = Lock()
        turn.acquire()
        self._wake_at(moment, turn)
        self._back.release()
        turn.acquire()
        if self._over:
            raise RunIsOverError

    def park(self, until: Callable[[], bool], wakers: list[Callable[[], None]]) -> None:
        """Let others run until one of the ``wakers``, to which this thread adds its own, finds the condition met."""
        while not until():
            turn = Lock()
            turn.acquire()
            self._sleeping[id(turn)] = turn
            wakers.append(partial(self._wake_now, turn))
            self._back.release()
            turn.acquire()
            if self._over:
                raise RunIsOverError

    def run(self, until: float) -> None:
        """Run everything that is due before ``until``, then end every thread."""
        while self._due and self._due[0][0] < until:
            self.now, _, call = heapq.heappop(self._due)
            call()
        self._over = True
        for turn in list(self._sleeping.values()):
            self._hand_over(turn)
        for thread in self._threads:
            thread.join()

    def _wake_now(self, turn: Lock) -> None:
        self._wake_at(self.now, turn)

    def _wake_at(self, moment: float, turn: Lock) -> None:
        key = id(turn)
        self._sleeping[key] = turn

        def wake() -> None:
            del self._sleeping[key]
            self._hand_over(turn)

        self.at(moment, wake)

    def _hand_over(self, turn: Lock) -> None:
        turn.release()
        self._back.acquire()
