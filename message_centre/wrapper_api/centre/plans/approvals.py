"""Four eyes: who may approve what."""

from dataclasses import replace
from datetime import datetime

from message_centre.wrapper_api.centre.people.model import Person
from message_centre.wrapper_api.centre.plans.model import (
    Approval,
    ApprovalRequiredError,
    Decision,
    NoApprovalAskedError,
    OwnRequestError,
    Plan,
)


def is_required(recipients: int | None, approval_from: int | None) -> bool:
    """Tell whether so many recipients take the approval of a second person.

    Args:
        recipients: who would get the mail; None while that is not known.
        approval_from: the number of recipients from which on it is required; None: never.
    """
    return approval_from is not None and recipients is not None and recipients >= approval_from


def asked(plan: Plan, person: Person, comment: str | None, now: datetime) -> Plan:
    """Return the plan with a request for approval as it was checked; a request that waits already stays.

    Raises:
        NotCheckedError: it has not passed its check.
    """
    check = plan.passed()
    if plan.approval is not None and plan.approval.decision is not Decision.REJECTED:
        return plan
    return plan.touched(person, now, approval=Approval(check.recipients or 0, person.ref, now, comment))


def decided(plan: Plan, person: Person, decision: Decision, comment: str | None, now: datetime) -> Plan:
    """Return the plan with the decision on it; the same decision again changes nothing.

    Raises:
        NoApprovalAskedError: nobody asked, or it is decided otherwise.
        NotCheckedError: the check is outdated.
        OwnRequestError: the person asked for it.
    """
    if plan.approval is None:
        raise NoApprovalAskedError("Nobody asked for approval of the plan as it stands.")
    if plan.approval.decision is decision:
        return plan
    if plan.approval.decision is not None:
        raise NoApprovalAskedError(f"The plan is {plan.approval.decision} already.")
    if plan.approval.asked_by.id == person.id:
        raise OwnRequestError("You asked for approval of this plan yourself.")
    plan.passed()
    approval = replace(plan.approval, decided_by=person.ref, decided_at=now, decision=decision, comment=comment)
    return plan.touched(person, now, approval=approval)


def require(plan: Plan, approval_from: int | None) -> None:
    """Let a plan be sent.

    Raises:
        ApprovalRequiredError: it takes an approval that it does not have.
    """
    check = plan.passed()
    if not is_required(check.recipients, approval_from):
        return
    if plan.approval is None or plan.approval.decision is not Decision.APPROVED:
        raise ApprovalRequiredError(
            f"{check.recipients:,} recipients take the approval of a second person (from {approval_from:,} on)."
        )
