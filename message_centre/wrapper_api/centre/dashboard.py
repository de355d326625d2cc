"""What is going on, read from the platform and the plans at the same time."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, TypeVar

from message_centre.wrapper_api.centre.kernel.clock import Clock
from message_centre.wrapper_api.centre.kernel.errors import CentreError
from message_centre.wrapper_api.centre.plans.model import Plan, PlanStatus
from message_centre.wrapper_api.centre.plans.ports import Plans

_T = TypeVar("_T")
RUNNING: Final = ("preparing", "sending", "finishing", "paused", "halted")
_RECENT: Final = ("finished", "cancelled", "failed")
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


@dataclass(slots=True)
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
    """Reads everything that the first page shows."""

    def __init__(self, *, platform: PlatformNumbers, plans: Plans, clock: Clock) -> None:
        self._platform = platform
        self._plans = plans
        self._clock = clock

    def read(self) -> Overview:
        """Return what could be read."""
        found, now = Overview(), self._clock.now()
        platform = self._platform
        with ThreadPoolExecutor(_THREADS) as threads:

            def begin(read: Callable[[], _T]) -> "Future[_T]":
                return threads.submit(read)

            def end(part: str, future: "Future[_T]") -> _T | None:
                try:
                    return future.result()
                except CentreError as error:
                    found.problems.append((part, error))
                    return None

            account = begin(platform.account)
            overview = begin(lambda: platform.overview(now - _OVERVIEW, now))
            senders = begin(platform.senders)
            running = begin(lambda: self._with_numbers(threads, RUNNING, found, "running"))
            recent = begin(lambda: self._with_numbers(threads, _RECENT, found, "recent"))
            scheduled = begin(lambda: platform.campaigns(("scheduled",), _SHOWN, "send_at"))
            waiting = begin(lambda: self._with_status(PlanStatus.AWAITING_APPROVAL))
            editing = begin(
                lambda: self._with_status(
                    PlanStatus.EDITING,
                    PlanStatus.CHECKING,
                    PlanStatus.CHECKED,
                    PlanStatus.APPROVED,
                    PlanStatus.REJECTED,
                )
            )
            found.account = _dict(end("account", account))
            found.overview = _dict(end("overview", overview))
            listed = end("senders", senders)
            found.senders = None if listed is None else [dict(one) for one in listed]
            found.running = end("running", running) or []
            found.recent = end("recent", recent) or []
            found.scheduled = [dict(one) for one in end("scheduled", scheduled) or []]
            found.awaiting_approval = end("awaiting_approval", waiting) or ()
            found.editing = end("editing", editing) or ()
        return found

    def _with_status(self, *statuses: PlanStatus) -> Sequence[Plan]:
        return self._plans.page(statuses=frozenset(statuses), limit=_SHOWN, position=None).items

    def _with_numbers(
        self, threads: ThreadPoolExecutor, states: tuple[str, ...], found: Overview, part: str
    ) -> list[tuple[dict[str, Any], dict[str, Any] | None]]:
        campaigns = self._platform.campaigns(states, _SHOWN, "-created_at")
        numbers = threads.map(lambda one: self._numbers(one["campaign_id"], found, part), campaigns)
        return [(dict(campaign), number) for campaign, number in zip(campaigns, numbers, strict=True)]

    def _numbers(self, campaign_id: str, found: Overview, part: str) -> dict[str, Any] | None:
        try:
            return dict(self._platform.statistics(campaign_id))
        except CentreError as error:
            found.problems.append((f"{part}/{campaign_id}", error))
            return None


def _dict(document: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if document is None else dict(document)
