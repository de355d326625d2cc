"""A campaign over fakes, worked through as the workflow does it, with faults at chosen calls of its workers.

What SES took is counted by the fake SES itself; nothing is believed that the platform says of it.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import Any, TypeVar

from chalicelib.campaigns.control import CampaignControl
from chalicelib.campaigns.execution import CampaignExecution
from chalicelib.campaigns.model import Campaign, CampaignState, Sender
from chalicelib.campaigns.orders import CampaignOrders
from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.messages.model import Message, MessageStatus, Tally
from chalicelib.sending.compose import composer
from chalicelib.sending.group import LEASE, GroupSender
from chalicelib.sending.model import (
    Accepted,
    Answer,
    Bundle,
    PartProgress,
    PermitsUnavailableError,
    Quota,
    Refused,
    RenderedMail,
    SendOrder,
    Throttled,
    Unanswered,
)
from chalicelib.sending.service import SendingService
from chalicelib.sending.settlement import POLL_SECONDS, SettlementService
from chalicelib.suppressions.model import Suppression, SuppressionReason, SuppressionScope
from chalicelib.templates.rendering import RenderError, compile_content
from chalicelib.tracking.facts import apply
from chalicelib.tracking.model import EventKind, TrackedEvent
from tests.fakes.campaigns import FakeCampaigns, FakeScheduler, FakeWorkflows, KnownTemplates
from tests.fakes.messages import FakeMessages
from tests.fakes.sending import FakeClaims, FakeGovernor, FakePace, InlineExecutor, WorkerKilledError
from tests.fakes.suppressions import FakeSuppressions
from tests.fakes.tracking import FixedClock
from tests.unit.campaigns.stage import version
from tests.unit.sending.faults import ANYWHERE, Call, Fault, Plan
from tests.unit.sending.stage import CAMPAIGN, NOON, SETTLE_SECONDS, Links

PARTS = (6, 2)
"""Recipients by part."""

AT_ONCE = 3
BULK = 3
"""Messages that a call carries at most where mails go in bulk."""

EVENTS_SECONDS = 120
"""SES's Send events arrive after so long at the latest."""
SUPPRESSED, NAMELESS = "p0u1@example.org", "p0u2@example.org"
_FIRST, _SECOND, _AGAIN = "run-1", "run-2", "run-3"
_RETRIES = 8
Done = TypeVar("Done")
_COMPILE = lru_cache(compile_content)


class UnforeseenError(Exception):
    """An error that no code expects."""


@dataclass
class FakeSes:
    """The `Transport` port.

    Attributes:
        outbox: whose mails it took, in order, as often as it did.
    """

    outbox: list[str] = field(default_factory=list)

    def send(self, mail: RenderedMail) -> Answer:
        self.outbox.append(mail.recipient)
        return Accepted(f"ses-{mail.recipient}")

    def send_all(self, mails: Sequence[RenderedMail], prepared: object = None) -> list[Answer]:
        del prepared
        return [self.send(mail) for mail in mails]

    def bundles(self, mails: Sequence[RenderedMail]) -> list[Bundle]:
        return [Bundle(tuple(range(len(mails))))]

    def quota(self) -> Quota:
        return Quota(100.0)


class Renderer:
    """A compiled template as a port."""

    def __init__(self, render: Callable[[Message], RenderedMail]) -> None:
        self.render = render


class Trial:
    """One run of the campaign.

    Args:
        plan: what goes wrong.
        bulk: messages that a call carries at most.
        again: when the campaign is finished, a person has sent again what it holds as unknown.

    Attributes:
        calls: every call of the tasks that the workflow started, in order; of the last execution where there are two.
        fired: the faults that came to pass.
    """

    def __init__(self, plan: Plan, bulk: int = 1, *, again: bool = False) -> None:
        self.plan = plan
        self._again = again
        self._run = _FIRST
        self._bulk = bulk
        self.calls: list[Call] = []
        self.fired: list[Call] = []
        self.second_went_on = False
        self._counts: Counter[str] = Counter()
        self._owners = 0
        self.clock = FixedClock(NOON)
        self.ses = FakeSes()
        self._pace = FakePace(self.clock)
        self._messages = FakeMessages()
        self._claims = FakeClaims()
        self._suppressions = FakeSuppressions()
        self._governor = FakeGovernor(self.clock, bulk=bulk)
        self.campaigns = FakeCampaigns()
        self._execution = CampaignExecution(campaigns=self.campaigns, clock=self.clock)
        self._fill()

    def _fill(self) -> None:
        for part, count in enumerate(PARTS):
            places = [(seq, f"p{part}u{seq}@example.org") for seq in range(count)]
            self._messages.put_all(
                Message(CAMPAIGN, part, seq, address, NOON, {} if address == NAMELESS else {"name": "Zoë"})
                for seq, address in places
            )
            self.campaigns.put_tally(CAMPAIGN, part, Tally(planned=count, pending=count))
        complaint = Suppression(SUPPRESSED, SuppressionScope.ALL, SuppressionReason.COMPLAINT, "test", NOON)
        self._suppressions.put(complaint)
        campaign = Campaign(CAMPAIGN, "May", CampaignState.SCHEDULED, "tpl_1", 2, "rcf", Sender("a@example.com"), NOON)
        self.campaigns.add(replace(campaign, parts=len(PARTS), planned=sum(PARTS)))

    def messages(self) -> list[Message]:
        return list(self._messages.items.values())

    def run(self) -> Tally:
        """Do what the workflow ``send_campaign`` does; return the account."""
        tally = self._execute()
        if self._again:
            self.calls.clear()
            self._run = _AGAIN
            control = CampaignControl(
                campaigns=self.campaigns, workflows=FakeWorkflows(), scheduler=FakeScheduler(), clock=self.clock
            )
            self._pass_time(1)
            control.resend_unknown(CAMPAIGN, by="ann", revision=None)
            tally = self._execute()
        return tally

    def _execute(self) -> Tally:
        assert self._task(lambda task: self._executing(task).claim(CAMPAIGN, self._run).proceed)
        for part in range(len(PARTS)):
            self._work_through(part, self._run, faulty=True)
        return self._settle()

    def _work_through(self, part: int, execution: str, *, faulty: bool) -> None:
        """Call the part's worker until the part is done, as its child of the Map does."""
        cursor, errors = 0, 0
        while True:
            try:
                progress = self._invoke(part, cursor, execution, faulty=faulty)
            except (WorkerKilledError, UnforeseenError, TemporarilyUnavailableError):
                errors += 1
                assert errors <= _RETRIES
                self._pass_time(1)
                continue
            assert not progress.halted
            if progress.done:
                return
            cursor = progress.cursor
            self._pass_time(progress.wait_seconds)
            if progress.wait_seconds >= EVENTS_SECONDS:
                self._send_events_arrive()

    def _settle(self) -> Tally:
        """Wait for what is unknown; SES's events come after the first look at the account."""
        for _ in range(SETTLE_SECONDS // POLL_SECONDS + 2):
            tally, closed = self._task(self._account)
            if closed:
                return tally
            self._send_events_arrive()
            self._pass_time(POLL_SECONDS)
        raise AssertionError("the account was never closed")

    def _account(self, task: "_Worker") -> tuple[Tally, bool]:
        settlement = SettlementService(
            accounts=task.port("accounts", self.campaigns),
            messages=task.port("settlement", self._messages),
            clock=self.clock,
            settle_seconds=SETTLE_SECONDS,
        )
        tally = settlement.account(CAMPAIGN, len(PARTS))
        return tally, self._executing(task).settle(CAMPAIGN, tally, self._run)

    def _executing(self, task: "_Worker") -> CampaignExecution:
        return CampaignExecution(campaigns=task.port("campaign", self.campaigns), clock=self.clock)

    def _task(self, work: "Callable[[_Worker], Done]") -> Done:
        """Call a task of the workflow until it answers."""
        for _ in range(_RETRIES):
            try:
                return work(_Worker(self, 0, faulty=True))
            except (WorkerKilledError, UnforeseenError, TemporarilyUnavailableError):
                self._pass_time(1)
        raise AssertionError("the workflow gave up")

    def _send_events_arrive(self) -> None:
        by_address = {message.address: message for message in self.messages()}
        for address in self.ses.outbox:
            message = by_address[address]
            event = TrackedEvent(
                EventKind.SEND, message.message_id, CAMPAIGN, f"ses-{address}", address, self.clock.now()
            )
            self._messages.change(message, lambda stored, event=event: apply(stored, event))  # type: ignore[misc]  # bound default

    def _invoke(self, part: int, cursor: int, execution: str, *, faulty: bool) -> PartProgress:
        """Start a worker anew; it shares nothing with others but the stores and SES."""
        self._owners += 1
        worker = _Worker(self, part, faulty=faulty)
        messages, claims = worker.port("messages", self._messages), worker.port("claims", self._claims)
        prepare = composer(_COMPILE, RenderError, Links())

        def renderer(order: SendOrder) -> Callable[[Message], RenderedMail]:
            render: Callable[[Message], RenderedMail] = worker.port("renderer", Renderer(prepare(order))).render
            return render

        service = SendingService(
            orders=worker.port(
                "orders", CampaignOrders(campaigns=self.campaigns, templates=KnownTemplates(version(2)))
            ),
            messages=messages,
            claims=claims,
            sender=GroupSender(
                messages=messages,
                claims=claims,
                suppressions=worker.port("suppressions", self._suppressions),
                governor=worker.port("governor", self._governor),
                transport=worker.port("transport", self.ses),
                pace=self._pace,
                clock=self.clock,
                pool=InlineExecutor(),
                at_once=AT_ONCE,
                bulk=self._bulk,
            ),
            renderer=renderer,
            pace=self._pace,
            clock=self.clock,
        )
        return service.send_part(CAMPAIGN, part, cursor, f"invocation-{self._owners}", execution)

    def _pass_time(self, seconds: float) -> None:
        self._pace.sleep_until(self.clock.now().timestamp() + seconds)

    def due(self, step: str) -> Fault | None:
        """Note a call and return what goes wrong at it."""
        call = Call(step, self._counts[step])
        self._counts[step] += 1
        self.calls.append(call)
        fault = self.plan.get(call)
        if fault:
            self.fired.append(call)
        return fault

    def meanwhile(self, fault: Fault, part: int) -> None:
        """Do what others do during a call."""
        if fault in {Fault.STALLED, Fault.LEASE_LOST, Fault.SUCCESSOR_DIED}:
            self._pass_time(LEASE.total_seconds() + 1)
        if fault is Fault.LEASE_LOST:
            self._work_through(part, self._run, faulty=False)
        if fault is Fault.SUCCESSOR_DIED:
            for stored in [one for one in self._claims.items.values() if one.part == part]:
                dead = replace(stored, owner="dead", lease_until=self.clock.now() + LEASE)
                self._claims.take_over(stored, dead)
        if fault is Fault.DUPLICATE:
            self._invoke(part, 0, self._run, faulty=False)
        if fault is Fault.DOUBLE_FIRE:
            self.second_went_on |= self._execution.claim(CAMPAIGN, _SECOND).proceed
            self._invoke(part, 0, _SECOND, faulty=False)

    def unknown(self) -> list[str]:
        return [message.address for message in self.messages() if message.status is MessageStatus.UNKNOWN]


class _Worker:
    """One invocation: once it is killed, nothing that it does has an effect."""

    def __init__(self, trial: Trial, part: int, *, faulty: bool) -> None:
        self._trial = trial
        self._part = part
        self._faulty = faulty
        self._dead = False

    def port(self, name: str, port: object) -> Any:
        return _Port(partial(self._call, name), port)

    def _call(self, name: str, method_name: str, method: "partial[Any]") -> Any:
        if self._dead:
            raise WorkerKilledError
        fault = self._trial.due(f"{name}.{method_name}") if self._faulty else None
        if fault is None:
            return method()
        self._trial.meanwhile(fault, self._part)
        self._before(fault, name)
        if name == "transport" and fault not in ANYWHERE:
            return self._answer(fault, method)
        if fault is Fault.PARTLY:
            [changes] = method.args
            method.func(changes[: len(changes) // 2])
            raise TemporarilyUnavailableError("busy")
        answer = method()
        self._after(fault)
        return answer

    def _before(self, fault: Fault, name: str) -> None:
        if fault is Fault.KILLED_BEFORE:
            self._die()
        if fault is Fault.EXCEPTION_BEFORE:
            raise UnforeseenError
        if name == "governor" and fault in {Fault.THROTTLED, Fault.REFUSED}:
            raise PermitsUnavailableError("busy", wait_seconds=5)
        if fault is Fault.REFUSED:
            raise TemporarilyUnavailableError("busy")

    def _after(self, fault: Fault) -> None:
        if fault is Fault.KILLED_AFTER:
            self._die()
        if fault is Fault.EXCEPTION_AFTER:
            raise UnforeseenError
        if fault is Fault.REFUSED_AFTER:
            raise TemporarilyUnavailableError("the answer was lost")

    @staticmethod
    def _answer(fault: Fault, method: "partial[Any]") -> Any:
        given = method.args[0]
        mails = given if isinstance(given, list) else [given]
        answers: list[Answer] = []
        if fault is Fault.TIMED_OUT_AFTER:
            method()
        if fault is Fault.PARTLY:
            answers += method.func(mails[: len(mails) // 2])
        if fault in {Fault.TIMED_OUT_BEFORE, Fault.TIMED_OUT_AFTER}:
            answers += [Unanswered("ReadTimeoutError")] * len(mails)
        elif fault is Fault.CALL_REFUSED:
            answers += [Refused("an address of them is none")] * len(mails)
        else:
            wait_seconds = 900 if fault is Fault.QUOTA_USED_UP else 0
            answers += [Throttled("not now", wait_seconds)] * (len(mails) - len(answers))
        return answers if given is mails else answers[0]

    def _die(self) -> None:
        self._dead = True
        raise WorkerKilledError


class _Port:
    """A port whose calls a worker makes."""

    def __init__(self, call: "Callable[[str, partial[Any]], Any]", port: object) -> None:
        self._call = call
        self._port = port

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)
        if name == "bundles":  # it looks at mails and calls nobody
            return method
        return lambda *args: self._call(name, partial(method, *args))
