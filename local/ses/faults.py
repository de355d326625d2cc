"""Faults that a test switches on: thread-safe settings and counters."""

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

Counter = Literal["fail_before", "fail_after", "throttle"]


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """What goes wrong.

    Attributes:
        rate_limit: recipients per second instead of the account's rate.
        latency_ms: every send waits as long.
        fail_before: as many next sends are answered 500 and not accepted.
        fail_after: as many next sends are accepted, then the connection closes without an answer.
        throttle: as many next sends are answered 429.
        pause_account: sending is paused.
        unverified: domains or addresses that are not verified.
    """

    rate_limit: float | None = None
    latency_ms: float = 0
    fail_before: int = 0
    fail_after: int = 0
    throttle: int = 0
    pause_account: bool = False
    unverified: tuple[str, ...] = ()


class Faults:
    """The plan in force."""

    def __init__(self) -> None:
        self._plan = FaultPlan()
        self._lock = threading.Lock()

    @property
    def plan(self) -> FaultPlan:
        """Return what is left of the plan."""
        with self._lock:
            return self._plan

    def set(self, document: Mapping[str, Any]) -> None:
        """Replace the plan; what the document does not name is as without faults.

        Raises:
            ValueError: an unknown name, or a value of the wrong type.
        """
        plan = _read(document)
        with self._lock:
            self._plan = plan

    def take(self, counter: Counter) -> bool:
        """Use up one of a counter; tell whether there was one."""
        with self._lock:
            left: int = getattr(self._plan, counter)
            if left <= 0:
                return False
            self._plan = replace(self._plan, **{counter: left - 1})  # type: ignore[arg-type]
            return True

    def as_document(self) -> dict[str, Any]:
        """Return the plan as JSON values."""
        return {**asdict(self.plan), "unverified": list(self.plan.unverified)}


def _read(document: Mapping[str, Any]) -> FaultPlan:
    if unknown := set(document) - {field.name for field in fields(FaultPlan)}:
        raise ValueError(f"unknown faults: {', '.join(sorted(unknown))}")
    for name in ("latency_ms", "fail_before", "fail_after", "throttle"):
        if not _is_number(document.get(name, 0)):
            raise ValueError(f"{name} is a number of at least 0")
    if document.get("rate_limit") is not None and not _is_number(document["rate_limit"]):
        raise ValueError("rate_limit is a number of at least 0, or null")
    if document.get("pause_account", False) not in (True, False):
        raise ValueError("pause_account is true or false")
    unverified = document.get("unverified", [])
    if not isinstance(unverified, list) or not all(isinstance(name, str) for name in unverified):
        raise ValueError("unverified is a list of names")
    return FaultPlan(**{**document, "unverified": tuple(name.lower() for name in unverified)})


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
