"""What can go wrong at each step of a send worker.

A call is known by its step (port and method) and by how many calls of that step came before it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Fault(StrEnum):
    """What goes wrong at a call."""

    KILLED_BEFORE = "the process is killed before it"
    KILLED_AFTER = "the process is killed after it"
    EXCEPTION_BEFORE = "it raises what nobody foresaw, and did nothing"
    EXCEPTION_AFTER = "it raises what nobody foresaw, after it did its work"
    REFUSED = "DynamoDB refuses it"
    PARTLY = "a part of it is done and the rest refused, because whoever does it is too busy"
    REFUSED_AFTER = "DynamoDB does it and its answer is lost"
    THROTTLED = "it is throttled"
    CALL_REFUSED = "SES refuses a call for what is wrong with one of its mails, and takes none of them"
    QUOTA_USED_UP = "the day's quota is used up"
    TIMED_OUT_BEFORE = "it times out, and SES did not take the mail"
    TIMED_OUT_AFTER = "it times out, and SES took the mail"
    STALLED = "the worker stalls for longer than its lease"
    LEASE_LOST = "the worker stalls, and another one works through the part meanwhile"
    SUCCESSOR_DIED = "the worker stalls, and another one takes its group over and dies"
    DUPLICATE = "another invocation of the same part works at the same moment"
    DOUBLE_FIRE = "the scheduler fires a second time"


ANYWHERE = frozenset(
    {
        Fault.KILLED_BEFORE,
        Fault.KILLED_AFTER,
        Fault.EXCEPTION_BEFORE,
        Fault.EXCEPTION_AFTER,
        Fault.STALLED,
        Fault.LEASE_LOST,
        Fault.SUCCESSOR_DIED,
        Fault.DUPLICATE,
        Fault.DOUBLE_FIRE,
    }
)
TASKS = (
    *("campaign.get", "campaign.save", "accounts.tallies", "accounts.put_tally"),
    *("settlement.read_group", "settlement.change", "settlement.tally"),
)
"""Steps of the tasks that claim a campaign and close its account; called again until it is closed."""

_TASK = {
    Fault.KILLED_BEFORE,
    Fault.KILLED_AFTER,
    Fault.EXCEPTION_BEFORE,
    Fault.EXCEPTION_AFTER,
    Fault.REFUSED,
    Fault.REFUSED_AFTER,
}
_STORE = ANYWHERE | {Fault.REFUSED, Fault.REFUSED_AFTER}
_TRANSPORT = {Fault.THROTTLED, Fault.QUOTA_USED_UP, Fault.TIMED_OUT_BEFORE, Fault.TIMED_OUT_AFTER}

FAULTS: Mapping[str, frozenset[Fault]] = {
    "orders.directive": _STORE,
    "orders.order": _STORE,
    "orders.put_tally": _STORE,
    "claims.take": _STORE,
    "claims.take_over": _STORE,
    "claims.reopen": _STORE,
    "claims.renew": _STORE,
    "claims.close": _STORE,
    "claims.release": _STORE,
    "messages.read_group": _STORE,
    "messages.change": _STORE,
    "messages.change_all": _STORE | {Fault.PARTLY},
    "messages.tally": _STORE,
    "suppressions.blocked": _STORE,
    "governor.acquire": ANYWHERE | {Fault.THROTTLED, Fault.REFUSED},
    "renderer.render": ANYWHERE,
    "transport.send": ANYWHERE | _TRANSPORT,
    "transport.send_all": ANYWHERE | _TRANSPORT | {Fault.PARTLY, Fault.CALL_REFUSED},
    **dict.fromkeys(TASKS, frozenset(_TASK)),
}
"""Every step of a worker, and of the workflow's tasks before and after the workers, with what can go wrong there."""


class Call(NamedTuple):
    """One call of a worker."""

    step: str
    number: int


Plan = Mapping[Call, Fault]
