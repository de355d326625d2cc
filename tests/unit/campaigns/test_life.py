"""A campaign's whole life at random: paused, resumed, cancelled, suppressed, workers killed, events in between.

Every step of the machine does what a person, an event, the scheduler or the workflow may do at any time. Mails are
counted at the transport: nobody gets one twice, and whoever got none has a reason in the account.
"""

import random
from collections.abc import Callable
from dataclasses import replace

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.campaigns.control import CampaignControl
from chalicelib.campaigns.execution import CampaignExecution, Entry
from chalicelib.campaigns.model import Campaign, CampaignState, Sender
from chalicelib.campaigns.orders import CampaignOrders
from chalicelib.campaigns.planning import CampaignPlanning, division_of
from chalicelib.campaigns.reputation import ReputationGuard, ReputationLimits
from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.messages.creation import MessageCreation
from chalicelib.messages.model import Message, MessageStatus, Tally
from chalicelib.messages.slices import slice_list_key
from chalicelib.sending.model import Accepted, AccountStopped, Answer, RenderedMail, Throttled, Unanswered
from chalicelib.sending.settlement import SettlementService
from tests.fakes.campaigns import FakeScheduler, FakeSlices, FakeWorkflows, KnownTemplates
from tests.fakes.sending import WorkerKilledError
from tests.unit.campaigns.life_stage import (
    EVERYBODY,
    IN_A_PART,
    LONGEST_STEP,
    PARTS,
    Child,
    Everybody,
    Execution,
    LiveOrders,
)
from tests.unit.campaigns.stage import version
from tests.unit.sending.stage import CAMPAIGN, NOON, SETTLE_SECONDS, Stage

ENDED = {CampaignState.FINISHED, CampaignState.CANCELLED}
STOPPED = {CampaignState.PAUSED, CampaignState.HALTED}


class CampaignLife(RuleBasedStateMachine):
    """The platform over fakes; the workflow's part is played by the rules."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage(0)
        self.campaigns = self.stage.accounts
        self.workflows = FakeWorkflows()
        self.slices = FakeSlices()
        self.executions: list[Execution] = []
        self.known_runs = 0
        self.invocations = 0
        self.allowed: dict[str, int] = dict.fromkeys(EVERYBODY, 1)
        self.suppressed_at: dict[str, int] = {}
        self.meanwhile: Callable[[], None] | None = None
        self.answers = random.Random(0)  # noqa: S311 - a script, no secret

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed: int) -> None:
        """Make a scheduled campaign with its messages."""
        stage = self.stage
        self.answers.seed(seed)
        stage.transport.answer = self.answer
        campaign = Campaign(CAMPAIGN, "May", CampaignState.PREPARING, "tpl_1", 2, "rcf", Sender("a@example.com"), NOON)
        self.campaigns.add(self.asked(replace(campaign, parts=PARTS, planned=PARTS * IN_A_PART)))
        creation = MessageCreation(
            messages=stage.messages, parts=Everybody(), tallies=self.campaigns, slices=self.slices, clock=stage.clock
        )
        for part in range(PARTS):
            creation.create_part(CAMPAIGN, "rcf", part, division_of(self.campaign))
        CampaignPlanning(
            campaigns=self.campaigns,
            slices=self.slices,
            workflows=self.workflows,
            scheduler=FakeScheduler(),
            clock=stage.clock,
        ).finish(CAMPAIGN)
        self.control = CampaignControl(
            campaigns=self.campaigns, workflows=self.workflows, scheduler=FakeScheduler(), clock=stage.clock
        )
        self.execution = CampaignExecution(campaigns=self.campaigns, clock=stage.clock)
        stage.orders = LiveOrders(CampaignOrders(campaigns=self.campaigns, templates=KnownTemplates(version(2))))

    def asked(self, campaign: Campaign) -> Campaign:
        """Return the campaign as somebody wants to have it sent."""
        return campaign

    def answer(self, mail: RenderedMail) -> Answer:
        """Play SES: mostly it takes the mail. Something may happen before its answer is there."""
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()
        chance = self.answers.random()
        if chance < 0.04:
            return Unanswered("ReadTimeoutError")
        if chance < 0.06:
            return Throttled("slow")
        if chance < 0.065:
            return AccountStopped("SendingPausedException")
        return Accepted(f"ses-{mail.recipient}")

    @property
    def campaign(self) -> Campaign:
        """The campaign as it is stored."""
        return self.campaigns.items[CAMPAIGN]

    # What people do.

    @precondition(lambda self: self.campaign.state is CampaignState.SENDING)
    @rule()
    def pause(self) -> None:
        self.control.pause(CAMPAIGN, reason=None, by="ann", revision=None)

    @precondition(lambda self: self.campaign.state in STOPPED)
    @rule(available=st.integers(0, 4))
    def resume(self, available: int) -> None:
        self.workflows.available = available > 0
        try:
            self.control.resume(CAMPAIGN, by="ann", revision=None)
        except TemporarilyUnavailableError:
            assert not self.workflows.available
            assert self.campaign.state in STOPPED
        self.workflows.available = True

    @precondition(lambda self: self.campaign.state in {CampaignState.SENDING, CampaignState.SCHEDULED, *STOPPED})
    @rule(sure=st.integers(0, 5))
    def cancel(self, sure: int) -> None:
        if sure == 0:
            self.control.cancel(CAMPAIGN, reason=None, by="ann", revision=None)

    @precondition(lambda self: self.campaign.state is CampaignState.FINISHED and self.campaign.tally.held > 0)
    @rule()
    def resend(self) -> None:
        self.stage.pass_time(1)
        for message in self.everything():
            if message.status is MessageStatus.UNKNOWN and message.facts.held_at:
                self.allowed[message.address] += 1
        self.control.resend_unknown(CAMPAIGN, by="ann", revision=None)

    @rule(who=st.sampled_from(EVERYBODY))
    def complain(self, who: str) -> None:
        self.stage.suppress(who)
        self.suppressed_at.setdefault(who, self.stage.transport.taken.count(who))

    @rule(what=st.sampled_from(["pause", "stop and go", "cancel", "another worker"]), late=st.booleans())
    def something_happens_while_a_worker_waits_for_ses(self, what: str, *, late: bool) -> None:
        """Do it in the middle of a send; ``late``: when the lease of the worker's group has run out."""

        def meanwhile() -> None:
            if late:
                self.stage.pass_time(70)
            if what == "another worker":
                self.started()
                if len(self.executions) > 1:
                    self.advance(self.executions[-1], 0, -1)
            elif self.campaign.state is CampaignState.SENDING and what == "cancel":
                self.control.cancel(CAMPAIGN, reason=None, by="ann", revision=None)
            elif self.campaign.state is CampaignState.SENDING:
                self.control.pause(CAMPAIGN, reason=None, by="ann", revision=None)
                if what == "stop and go":
                    self.control.resume(CAMPAIGN, by="ann", revision=None)

        self.meanwhile = meanwhile

    # What SES and time do.

    @rule(share=st.floats(0, 1))
    def events_arrive(self, share: float) -> None:
        """Apply the Send event of some mails that were taken."""
        taken = set(self.stage.transport.taken)
        for message in self.everything():
            if message.address in taken and self.answers.random() < share and message.facts.accepted_at is None:
                at = self.stage.clock.now()
                self.stage.messages.change(message, lambda m, at=at: m.with_facts(accepted_at=at))  # type: ignore[misc]  # bound default

    @rule(seconds=st.sampled_from([1, 30, 61, SETTLE_SECONDS]))
    def time_passes(self, seconds: int) -> None:
        self.stage.pass_time(seconds)

    # What the workflow does.

    @rule()
    def scheduler_fires_again(self) -> None:
        if len(self.executions) < 12:
            self.workflows.send_campaign(CAMPAIGN, part_list_key="", run=f"again-{len(self.workflows.sent)}")

    @rule(which=st.integers(0, 5), child=st.integers(0, PARTS - 1), kill=st.integers(-200, 150))
    def an_execution_goes_on(self, which: int, child: int, kill: int) -> None:
        self.started()
        if self.executions:
            self.advance(self.executions[which % len(self.executions)], child, max(kill, -1))

    @rule(steps=st.integers(2, 30), kill=st.integers(-200, 150))
    def the_oldest_execution_goes_on_for_a_while(self, steps: int, kill: int) -> None:
        self.started()
        for step in range(steps):
            if self.executions:
                self.advance(self.executions[0], step, max(kill, -1) if step == steps // 2 else -1)
                self.stage.pass_time(30)

    def started(self) -> None:
        """Begin what was started in the meantime."""
        runs = [run for _, run in self.workflows.sent]
        self.executions += [Execution(run) for run in runs[self.known_runs :]]
        self.known_runs = len(runs)

    def advance(self, execution: Execution, child: int, kill: int) -> None:
        """Take one step of an execution: claim, call a worker, or settle."""
        if not execution.claimed:
            self.claim(execution)
            return
        open_children = [child for child in execution.children if not child.done]
        if open_children:
            self.call_worker(execution, open_children[child % len(open_children)], kill)
            return
        if execution.entry.proceed and not execution.entry.last:
            execution.done_wave, execution.claimed = execution.entry.wave, False
            return
        tally = self.settlement().account(CAMPAIGN, PARTS)
        if self.execution.settle(CAMPAIGN, tally, execution.name):
            self.executions.remove(execution)

    def claim(self, execution: Execution) -> None:
        """Do what the workflow does up to its map."""
        entry = execution.entry = self.execution.claim(CAMPAIGN, execution.name, execution.done_wave)
        execution.done_wave = None
        execution.claimed = entry.proceed or entry.settle
        if entry.proceed:
            execution.children = self.children(entry)
        elif entry.judge:
            self.judge(execution)
        elif entry.wait_seconds:
            self.stage.pass_time(min(entry.wait_seconds, LONGEST_STEP))
        elif not entry.settle:
            self.executions.remove(execution)

    def children(self, entry: Entry) -> list[Child]:
        if entry.wave is None:
            return [Child(part) for part in range(PARTS)]
        items = self.slices.lists[slice_list_key("rcf", CAMPAIGN, self.campaign.waves[entry.wave].number)]
        return [Child(item["part"], item["first_group"], item["groups"]) for item in items]

    def judge(self, execution: Execution) -> None:
        guard = ReputationGuard(
            campaigns=self.campaigns,
            messages=self.stage.messages,
            limits=ReputationLimits(),
            clock=self.stage.clock,
        )
        guard.judge_canary(CAMPAIGN, execution.name)

    def call_worker(self, execution: Execution, child: Child, kill: int) -> None:
        self.invocations += 1
        self.stage.fuse.rearm(kill)
        try:
            progress = self.stage.send_part(
                f"invocation-{self.invocations}",
                child.cursor,
                part=child.part,
                execution=execution.name,
                until=child.until,
            )
        except WorkerKilledError:
            return
        if progress.halted:
            self.execution.halt(CAMPAIGN, progress.halted, execution.name)
        child.cursor, child.done = progress.cursor, progress.done
        self.stage.pass_time(progress.wait_seconds)

    def settlement(self) -> SettlementService:
        return SettlementService(
            accounts=self.campaigns,
            messages=self.stage.messages,
            clock=self.stage.clock,
            settle_seconds=SETTLE_SECONDS,
        )

    def everything(self) -> list[Message]:
        return list(self.stage.messages.items.values())

    # What must always hold.

    @invariant()
    def nobody_gets_a_mail_twice_but_by_a_persons_decision(self) -> None:
        taken = self.stage.transport.taken
        for who in set(taken):
            assert taken.count(who) <= self.allowed[who], who

    @invariant()
    def who_was_suppressed_in_time_gets_nothing(self) -> None:
        # Suppressions are looked up when a group is claimed, and here no rule runs while a worker does.
        taken = self.stage.transport.taken
        for who, before in self.suppressed_at.items():
            assert taken.count(who) == before, who

    @invariant()
    def every_message_is_in_the_account_once(self) -> None:
        if self.stage.messages.items:
            tally = sum((self.stage.messages.tally(CAMPAIGN, part) for part in range(PARTS)), Tally())
            assert tally.planned == PARTS * IN_A_PART
            assert tally.planned == tally.pending + tally.accepted + tally.failed + tally.skipped + tally.unknown
            if self.campaign.state is CampaignState.FINISHED:
                assert tally.pending == 0
                assert tally.unknown == tally.held

    def teardown(self) -> None:
        """Let the campaign come to its end: exactly the rest is sent."""
        if not self.stage.messages.items:
            return
        self.meanwhile = None
        for _ in range(400):
            self.started()
            if self.campaign.state in STOPPED:
                self.control.resume(CAMPAIGN, by="ann", revision=None)
            elif self.executions:
                self.advance(self.executions[0], 0, -1)
                self.stage.pass_time(10)
            elif self.campaign.state in ENDED:
                break
        assert self.campaign.state in ENDED, self.campaign
        assert self.campaign.tally.planned == PARTS * IN_A_PART
        assert self.campaign.tally.balanced
        self.nobody_gets_a_mail_twice_but_by_a_persons_decision()
        self.who_was_suppressed_in_time_gets_nothing()
        self.every_message_is_in_the_account_once()
        taken = set(self.stage.transport.taken)
        for message in self.everything():
            if message.status is MessageStatus.ACCEPTED:
                assert message.address in taken, "accepted and never handed over"
            elif self.campaign.state is CampaignState.FINISHED and message.status is MessageStatus.SKIPPED:
                assert message.address in self.suppressed_at, "skipped without a reason"


CampaignLife.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking a failure takes minutes
)
TestCampaignLife = CampaignLife.TestCase
