"""What is going on, read from the platform and the plans at the same time."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any, Final, Protocol, TypeVar

from message_centre.wrapper_api.centre.kernel.clock import Clock
from message_centre.wrapper_api.centre.kernel.errors import CentreError, TemporarilyUnavailableError
from message_centre.wrapper_api.centre.plans.model import Plan, PlanStatus
from message_centre.wrapper_api.centre.plans.ports import Plans

_T = TypeVar("_T")
RUNNING: Final = ("preparing", "sending", "finishing", "paused", "halted")
_RECENT: Final = ("finished", "cancelled", "failed")
_IN_THE_MAKING: Final = (
    PlanStatus.EDITING,
    PlanStatus.CHECKING,
    PlanStatus.CHECKED,
    PlanStatus.APPROVED,
    PlanStatus.REJECTED,
)
_OVERVIEW: Final = timedelta(days=30)
_SHOWN: Final = 10
_THREADS: Final = 4


class PlatformNumbers(Protocol):
    """What is read of the platform; each method may refuse by a `CentreError`."""

    def account(self) -> Mapping[str, Any]:
        """Return what SES allows the account, and its reputation."""
        ...

    def overview(self, since: datetime, until: datetime) -> Mapping[str, Any]:
        """Return the statistics of a time, day by day."""
        ...

    def campaigns(self, states: tuple[str, ...], limit: int, sort: str) -> list[Mapping[str, Any]]:
        """Return the first campaigns in one of these states."""
        ...

    def statistics(self, campaign_id: str) -> Mapping[str, Any]:
        """Return the numbers of a campaign."""
        ...

    def senders(self) -> list[Mapping[str, Any]]:
        """Return the domains that mail may be from."""
        ...


@dataclass(frozen=True, slots=True)
class Overview:
    """What was found; `problems` names the parts that could not be read."""

    account: dict[str, Any] | None = None
    overview: dict[str, Any] | None = None
    running: list[tuple[dict[str, Any], dict[str, Any] | None]] = field(default_factory=list)
    scheduled: list[dict[str, Any]] = field(default_factory=list)
    recent: list[tuple[dict[str, Any], dict[str, Any] | None]] = field(default_factory=list)
    senders: list[dict[str, Any]] | None = None
    awaiting_approval: Sequence[Plan] = ()
    editing: Sequence[Plan] = ()
    problems: list[tuple[str, CentreError]] = field(default_factory=list)


class Dashboard:
    """Reads everything that the first page shows.

    Args:
        patience: how long parts are awaited; what is not there then is told as a part that cannot be read.
    """

    def __init__(
        self, *, platform: PlatformNumbers, plans: Plans, clock: Clock, patience: timedelta = timedelta(seconds=15)
    ) -> None:
        self._platform = platform
        self._plans = plans
        self._clock = clock
        self._patience = patience

    def read(self) -> Overview:
        """Return what could be read."""
        platform, now = self._platform, self._clock.now()
        with _reading(self._patience) as reading:
            running = reading.begin("running", lambda: platform.campaigns(RUNNING, _SHOWN, "-created_at"))
            recent = reading.begin("recent", lambda: platform.campaigns(_RECENT, _SHOWN, "-created_at"))
            account = reading.begin("account", platform.account)
            overview = reading.begin("overview", lambda: platform.overview(now - _OVERVIEW, now))
            senders = reading.begin("senders", platform.senders)
            scheduled = reading.begin("scheduled", lambda: platform.campaigns(("scheduled",), _SHOWN, "send_at"))
            waiting = reading.begin("awaiting_approval", lambda: self._with_status(PlanStatus.AWAITING_APPROVAL))
            editing = reading.begin("editing", lambda: self._with_status(*_IN_THE_MAKING))
            numbers = {
                one["campaign_id"]: reading.begin(
                    f"statistics/{one['campaign_id']}", partial(platform.statistics, one["campaign_id"])
                )
                for one in [*(running() or ()), *(recent() or ())]
            }

            def with_numbers(
                campaigns: list[Mapping[str, Any]] | None,
            ) -> list[tuple[dict[str, Any], dict[str, Any] | None]]:
                return [(dict(one), _dict(numbers[one["campaign_id"]]())) for one in campaigns or ()]

            listed = senders()
            return Overview(
                running=with_numbers(running()),
                recent=with_numbers(recent()),
                account=_dict(account()),
                overview=_dict(overview()),
                senders=None if listed is None else [dict(one) for one in listed],
                scheduled=[dict(one) for one in scheduled() or ()],
                awaiting_approval=waiting() or (),
                editing=editing() or (),
                problems=reading.problems,
            )

    def _with_status(self, *statuses: PlanStatus) -> Sequence[Plan]:
        return self._plans.page(statuses=frozenset(statuses), limit=_SHOWN, position=None).items


class _Reading:
    """Reads that run at the same time, up to a common moment."""

    def __init__(self, threads: ThreadPoolExecutor, patience: timedelta) -> None:
        self._threads = threads
        self._until = time.monotonic() + patience.total_seconds()
        self.problems: list[tuple[str, CentreError]] = []

    def begin(self, part: str, read: Callable[[], _T]) -> Callable[[], _T | None]:
        """Begin to read a part; return what awaits it, and is None where it cannot be read."""
        future = self._threads.submit(read)

        @cache
        def end() -> _T | None:
            try:
                return future.result(max(0.0, self._until - time.monotonic()))
            except CentreError as error:
                self.problems.append((part, error))
            except TimeoutError:
                self.problems.append((part, TemporarilyUnavailableError("This took too long.")))
            return None

        return end


@contextmanager
def _reading(patience: timedelta) -> Iterator[_Reading]:
    threads = ThreadPoolExecutor(_THREADS)
    try:
        yield _Reading(threads, patience)
    finally:
        threads.shutdown(wait=False, cancel_futures=True)


def _dict(document: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if document is None else dict(document)
