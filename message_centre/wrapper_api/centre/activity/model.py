"""The activity log: what people changed, without addresses or texts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from message_centre.wrapper_api.centre.kernel.pages import Page
from message_centre.wrapper_api.centre.people.model import PersonRef

KEPT_FOR: Final = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that somebody did, or tried to do.

    Attributes:
        activity_id: sorts by time.
        action: name of the operation.
        target: path of what was changed; an address in it is shortened.
        target_name: what the target was called then; None: unknown.
        plan_id: the plan that it belongs to, if any.
        detail: why it was refused; None: it was done.
        request_id: by which the log of the function names it too.
    """

    activity_id: str
    at: datetime
    person: PersonRef
    action: str
    target: str
    target_name: str | None
    plan_id: str | None
    detail: str | None
    request_id: str


class ActivityLog(Protocol):
    """Keeps what people did for `KEPT_FOR`."""

    def append(self, activity: Activity) -> None:
        """Keep one."""
        ...

    def page(self, *, person_id: str | None, plan_id: str | None, limit: int, position: object) -> Page[Activity]:
        """Return a page, newest first: of a plan, of a person, or of all; of both where both are given."""
        ...


def shortened(address: str) -> str:
    """Return an address of which only the domain can be recognised, such as ``a…@example.com``."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}" if at else f"{address[:1]}…"
