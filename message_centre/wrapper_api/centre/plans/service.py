"""What people do with plans."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from message_centre.wrapper_api.centre.kernel.clock import Clock
from message_centre.wrapper_api.centre.kernel.errors import StaleRevisionError
from message_centre.wrapper_api.centre.people.model import Person
from message_centre.wrapper_api.centre.plans import approvals, drafting
from message_centre.wrapper_api.centre.plans.model import (
    Audience,
    Check,
    Content,
    Decision,
    NotCheckedError,
    Plan,
    PlanStatus,
    RecipientsChangedError,
    Settings,
    TemplateInvalidError,
    TimingKind,
    edited,
)
from message_centre.wrapper_api.centre.plans.ports import Draft, Plans, Platform
from message_centre.wrapper_api.centre.platform.refusals import PlatformRefusedError

_TRIES = 5
_UNCHECKED = frozenset({"preflight-needed", "preflight-blocked"})
_OTHERWISE = frozenset({HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED})
"""How the platform refuses what it has done already."""


class PlanService:
    """Makes, checks, approves and sends plans.

    Args:
        approval_from: returns the number of recipients from which on a second person has to approve; None: never.
    """

    def __init__(
        self, *, plans: Plans, platform: Platform, clock: Clock, approval_from: Callable[[], int | None]
    ) -> None:
        self._plans = plans
        self._platform = platform
        self._clock = clock
        self._approval_from = approval_from

    def make(self, plan_id: str, name: str, person: Person, settings: Settings) -> Plan:
        """Begin a plan."""
        now = self._clock.now()
        return self._plans.add(
            Plan(
                plan_id=plan_id,
                revision=1,
                writes=1,
                name=name,
                created_by=person.ref,
                created_at=now,
                updated_by=person.ref,
                updated_at=now,
                settings=settings,
            )
        )

    def copy(self, plan_id: str, campaign_id: str, name: str | None, person: Person) -> Plan:
        """Begin a plan that says what a campaign of the platform says, but for its time."""
        campaign = self._platform.campaign(campaign_id)
        canary = campaign["canary"]
        settings = Settings(
            from_address=campaign["sender"]["address"],
            from_name=campaign["sender"]["name"] or None,
            reply_to=campaign["reply_to"],
            topic=campaign["topic"],
            rate_limit=campaign["rate_limit"],
            canary={key: canary[key] for key in ("recipients", "share", "wait_minutes") if canary[key] is not None}
            if canary
            else None,
        )
        now = self._clock.now()
        return self._plans.add(
            Plan(
                plan_id=plan_id,
                revision=1,
                writes=1,
                name=name or str(campaign["name"]),
                created_by=person.ref,
                created_at=now,
                updated_by=person.ref,
                updated_at=now,
                audience=Audience(campaign["file_id"]),
                content=Content(campaign["template_id"], campaign["template_version"]),
                settings=settings,
            )
        )

    def get(self, plan_id: str) -> Plan:
        """Return a plan; the state of a check that is under way is asked of the platform."""
        plan = self._plans.get(plan_id)
        if plan.outcome or plan.check is None or plan.check.finished or plan.campaign_id is None:
            return plan
        return self._looked_at(plan, plan.campaign_id)

    def edit(self, plan_id: str, revision: int | None, change: Mapping[str, Any], person: Person) -> Plan:
        """Change what a plan says; what stays the same changes nothing."""
        return self._apply(plan_id, revision, lambda plan: edited(plan.open(), change, person, self._clock.now()))

    def delete(self, plan_id: str, revision: int | None) -> None:
        """Remove a plan, and the draft that was made of it."""
        plan = _at_revision(self._plans.get(plan_id), revision)
        if plan.campaign_id and not plan.outcome:
            self._platform.delete_draft(plan.campaign_id)
        self._plans.delete(plan)

    def save_content(self, plan_id: str, revision: int | None, person: Person) -> tuple[Plan, Mapping[str, Any]]:
        """Keep the content as a template version of the platform; return the plan and the version.

        A version that the platform does not take is returned too; its findings say why. It is not the plan's then.
        """
        plan = _at_revision(self._plans.get(plan_id).open(), revision)
        content = drafting.save_content(plan, self._platform)
        version = content.version or self._platform.template_version(content.template_id, content.number)
        if version["status"] == "invalid":
            return plan, version
        return self._with_content(plan, content, person), version

    def check(self, plan_id: str, revision: int | None, person: Person) -> Plan:
        """Make or change the platform's draft so that it says what the plan says, and have it checked.

        Raises:
            IncompletePlanError: something is missing.
            TemplateInvalidError: the platform does not take the content.
        """
        plan = _at_revision(self._plans.get(plan_id).open(), revision)
        drafting.check_complete(plan)
        plan, draft = self._draft(plan, person)
        preflight = self._platform.start_preflight(draft.campaign_id, plan.settings.tolerated_failures or 0)
        check = Check(draft.revision, preflight)
        return self._plans.save(plan.touched(person, self._clock.now(), check=check, approval=None))

    def test_send(
        self, plan_id: str, addresses: Sequence[str], sample: Mapping[str, Any] | None, person: Person
    ) -> Mapping[str, Any]:
        """Send the mail as the plan has it now to a few addresses."""
        plan = self._plans.get(plan_id)
        if plan.campaign_id and (plan.outcome or plan.check):
            return self._platform.test_send(plan.campaign_id, addresses, sample)
        drafting.check_complete(replace(plan, timing=type(plan.timing)()))
        _, draft = self._draft(plan, person)
        return self._platform.test_send(draft.campaign_id, addresses, sample)

    def ask_approval(self, plan_id: str, revision: int | None, comment: str | None, person: Person) -> Plan:
        """Ask a second person to approve the plan as it was checked."""
        self.get(plan_id)  # the check may have come to its end
        now = self._clock.now()
        return self._apply(plan_id, revision, lambda plan: approvals.asked(plan.open(), person, comment, now))

    def decide(
        self, plan_id: str, revision: int | None, decision: Decision, comment: str | None, person: Person
    ) -> Plan:
        """Approve or reject the plan as it was checked."""
        now = self._clock.now()
        return self._apply(
            plan_id, revision, lambda plan: approvals.decided(plan.open(), person, decision, comment, now)
        )

    def send(self, plan_id: str, revision: int | None, recipients: int, person: Person) -> Plan:
        """Send or schedule the plan as it was checked.

        Args:
            plan_id: the plan.
            revision: only if this is its revision; None: whatever it is.
            recipients: how many the person saw that would get the mail.
            person: who sends it.

        Raises:
            NotCheckedError: it has not passed its check as it stands.
            RecipientsChangedError: the person saw another number.
            ApprovalRequiredError: it takes an approval that it does not have.
        """
        plan = self.get(plan_id)
        if plan.outcome:  # the call is made again after its answer was lost
            return plan
        plan = _at_revision(plan, revision)
        check = plan.passed()
        if check.recipients != recipients:
            raise RecipientsChangedError(f"{check.recipients:,} recipients would get the mail, not {recipients:,}.")
        approvals.require(plan, self._approval_from())
        if faults := drafting.timing_faults(plan.timing):
            raise drafting.incomplete(*faults)
        draft = Draft(plan.campaign_id or "", check.campaign_revision)
        timing = plan.timing
        now = timing.kind is TimingKind.NOW
        try:
            if now or timing.local_time is None:
                self._platform.send(draft)
            else:
                self._platform.schedule(
                    draft,
                    at=timing.local_time,
                    time_zone=timing.time_zone or "UTC",
                    recipient_local=timing.kind is TimingKind.LOCAL,
                )
        except PlatformRefusedError as error:
            if error.slug in _UNCHECKED:
                raise NotCheckedError("The platform wants the plan to be checked once more.") from error
            if error.status not in _OTHERWISE or self._platform.campaign(draft.campaign_id)["state"] == "draft":
                raise
            # An earlier try of this call got through; the plan has not been told yet.
        outcome = PlanStatus.SENT if now else PlanStatus.SCHEDULED

        def noted(stored: Plan) -> Plan:
            if stored.outcome:
                return stored
            # What somebody changed while the platform was told is in no mail: the plan says what was sent.
            sent = replace(plan, revision=stored.revision, writes=stored.writes)
            return sent.touched(person, self._clock.now(), outcome=outcome)

        return self._apply(plan_id, None, noted)

    def _draft(self, plan: Plan, person: Person) -> tuple[Plan, Draft]:
        """Have the platform's draft say what the plan says."""
        content = drafting.save_content(plan, self._platform)
        if content.version is not None and content.version["status"] == "invalid":
            raise TemplateInvalidError(" ".join(content.version["findings"]) or "The content cannot be used.")
        plan = self._with_content(plan, content, person)
        wanted = drafting.draft_of(plan, content)
        if plan.campaign_id is not None:
            try:
                return plan, self._platform.change_draft(plan.campaign_id, wanted)
            except PlatformRefusedError as error:
                if error.status is not HTTPStatus.NOT_FOUND:  # somebody removed the draft
                    raise
        draft = self._platform.make_draft(wanted, once=f"{plan.plan_id}-{plan.writes}")
        return self._plans.save(replace(plan, campaign_id=draft.campaign_id)), draft

    def _with_content(self, plan: Plan, content: drafting.SavedContent, person: Person) -> Plan:
        """Note which template version the content is."""
        pinned = replace(plan.content, template_id=content.template_id, version=content.number)
        if pinned == plan.content and content.saved == plan.saved:
            return plan
        return self._plans.save(
            plan.touched(person, self._clock.now(), content=pinned, saved=content.saved or plan.saved)
        )

    def _looked_at(self, plan: Plan, campaign_id: str) -> Plan:
        """Note how far the check is; not if the plan was changed meanwhile."""
        preflight = self._platform.preflight(campaign_id)
        check = replace(plan.check or Check(0, preflight), preflight=preflight)
        looked_at = replace(plan, check=check)
        if not check.finished:
            return looked_at
        try:
            return self._plans.save(looked_at)
        except StaleRevisionError:
            return self._plans.get(plan.plan_id)

    def _apply(self, plan_id: str, revision: int | None, step: Callable[[Plan], Plan]) -> Plan:
        for _ in range(_TRIES):
            plan = _at_revision(self._plans.get(plan_id), revision)
            changed = step(plan)
            if changed is plan:
                return plan
            try:
                return self._plans.save(changed)
            except StaleRevisionError:
                continue
        raise StaleRevisionError(f"The plan {plan_id} kept changing.")


def _at_revision(plan: Plan, revision: int | None) -> Plan:
    if revision is not None and revision != plan.revision:
        raise StaleRevisionError(
            f"The plan is at revision {plan.revision}, not {revision}; read it again and decide anew."
        )
    return plan
