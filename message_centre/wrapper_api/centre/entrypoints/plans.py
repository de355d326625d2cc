"""``/api/v1/plans``: campaigns in the making, their checks, approvals and remarks."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final, cast

from message_centre.wrapper_api.centre import bootstrap
from message_centre.wrapper_api.centre.entrypoints.api import (
    PREFIX,
    Answer,
    Api,
    PageDocument,
    answer,
    nothing,
    page_of,
)
from message_centre.wrapper_api.centre.entrypoints.plan_documents import (
    CommentDocument,
    PlanDocument,
    SavedPlanDocument,
    comment_document,
    plan_document,
)
from message_centre.wrapper_api.centre.entrypoints.schemas import (
    CreatePlan,
    EditPlan,
    ListQuery,
    NoDetails,
    PlanListQuery,
    SendPlan,
    TestSends,
    WithComment,
    WriteComment,
)
from message_centre.wrapper_api.centre.kernel.errors import FieldError, InvalidInputError
from message_centre.wrapper_api.centre.kernel.pages import decode_cursor
from message_centre.wrapper_api.centre.people.model import Person, Role
from message_centre.wrapper_api.centre.plans.comments import Comment
from message_centre.wrapper_api.centre.plans.model import (
    ApprovalRequiredError,
    Decision,
    IncompletePlanError,
    NoApprovalAskedError,
    NotCheckedError,
    OwnRequestError,
    Plan,
    PlanFinishedError,
    PlanNotFoundError,
    PlanTooLargeError,
    RecipientsChangedError,
    Settings,
    TemplateInvalidError,
)

plans = Api(__name__)

_ONE_EDITING: Final = timedelta(minutes=10)
"""Changes that the same person makes within this time of each other are one activity."""


def _shown(plan: Plan, *, quiet: bool = False, made: bool = False) -> Answer[PlanDocument]:
    return answer(
        plan_document(plan, _approval_from()),
        revision=plan.revision,
        location=f"{PREFIX}/plans/{plan.plan_id}" if made else None,
        quiet=quiet,
    )


def _approval_from() -> int | None:
    return bootstrap.centre_settings().get()[0].approval_from_recipients


@plans.operation("GET", "/plans", role=Role.VIEWER)
def list_plans(query: PlanListQuery) -> Answer[PageDocument[PlanDocument]]:
    """List plans, changed last first."""
    page = bootstrap.plan_store().page(
        statuses=frozenset(query.status) if query.status else None,
        limit=query.limit,
        position=decode_cursor(query.cursor),
    )
    approval_from = _approval_from()
    return page_of(page, lambda plan: plan_document(plan, approval_from))


@plans.operation(
    "POST", "/plans", role=Role.AUTHOR, status=HTTPStatus.CREATED, creates="pln", refuses=(InvalidInputError,)
)
def create_plan(document: CreatePlan, person: Person, new_id: str) -> Answer[PlanDocument]:
    """Begin a plan by a name, or one that says what a campaign says."""
    service = bootstrap.plan_service()
    if document.from_campaign_id:
        return _shown(service.copy(new_id, document.from_campaign_id, document.name, person), made=True)
    if document.name is None:
        raise InvalidInputError("A plan needs a name.", errors=(FieldError("/name", "Give the campaign a name."),))
    defaults = bootstrap.centre_settings().get()[0]
    settings = Settings(from_address=defaults.default_from_address, from_name=defaults.default_from_name)
    return _shown(service.make(new_id, document.name, person, settings), made=True)


@plans.operation("GET", "/plans/{plan_id}", role=Role.VIEWER, refuses=(PlanNotFoundError,))
def get_plan(plan_id: str) -> Answer[PlanDocument]:
    """Show a plan; while it is checked, how far the check is."""
    return _shown(bootstrap.plan_service().get(plan_id))


@plans.operation(
    "PATCH",
    "/plans/{plan_id}",
    role=Role.AUTHOR,
    refuses=(PlanNotFoundError, PlanFinishedError, PlanTooLargeError),
)
def edit_plan(plan_id: str, document: EditPlan, person: Person, revision: int | None) -> Answer[PlanDocument]:
    """Change what a plan says; a check or approval of it is void then.

    Heeds If-Match. A change that alters nothing leaves everything as it is. A change of the time alone keeps the check.
    """
    service = bootstrap.plan_service()
    before = bootstrap.plan_store().get(plan_id)
    plan = service.edit(plan_id, revision, document.model_dump(mode="json", exclude_unset=True), person)
    going_on = before.updated_by.id == person.id and plan.updated_at - before.updated_at < _ONE_EDITING
    return _shown(plan, quiet=plan.revision == before.revision or (going_on and before.check is None))


@plans.operation(
    "DELETE",
    "/plans/{plan_id}",
    role=Role.AUTHOR,
    status=HTTPStatus.NO_CONTENT,
    refuses=(PlanNotFoundError,),
)
def delete_plan(plan_id: str, revision: int | None) -> Answer[None]:
    """Remove a plan and the draft that was made of it; a campaign that was sent or scheduled stays."""
    bootstrap.plan_service().delete(plan_id, revision)
    return nothing()


@plans.operation(
    "POST",
    "/plans/{plan_id}/content",
    role=Role.AUTHOR,
    refuses=(PlanNotFoundError, PlanFinishedError, IncompletePlanError),
)
def save_plan_content(
    plan_id: str, _document: NoDetails, person: Person, revision: int | None
) -> Answer[SavedPlanDocument]:
    """Save the content as a template version of the platform, and wait up to 15 seconds until it is judged.

    A template from the list is never changed: the plan gets a template of its own. The same content makes one version,
    however often it is saved. `template_version` says `invalid` and why where the platform does not take it.
    """
    plan, version = bootstrap.plan_service().save_content(plan_id, revision, person)
    document = {**plan_document(plan, _approval_from()), "template_version": dict(version)}
    return answer(cast("SavedPlanDocument", document), revision=plan.revision)


@plans.operation(
    "POST",
    "/plans/{plan_id}/check",
    role=Role.AUTHOR,
    refuses=(PlanNotFoundError, PlanFinishedError, IncompletePlanError, TemplateInvalidError),
)
def check_plan(plan_id: str, _document: NoDetails, person: Person, revision: int | None) -> Answer[PlanDocument]:
    """Make the platform's draft of the plan and have it checked with every recipient; nothing is sent."""
    return _shown(bootstrap.plan_service().check(plan_id, revision, person))


@plans.operation(
    "POST",
    "/plans/{plan_id}/test-sends",
    role=Role.AUTHOR,
    refuses=(PlanNotFoundError, IncompletePlanError, TemplateInvalidError),
)
def send_plan_test(plan_id: str, document: TestSends, person: Person) -> Answer[dict[str, Any]]:
    """Send the mail as the plan has it now to a few addresses; each call sends. Answers as the platform does."""
    sample = document.sample.model_dump(exclude_none=True) if document.sample else None
    return answer(dict(bootstrap.plan_service().test_send(plan_id, document.addresses, sample, person)))


@plans.operation(
    "POST",
    "/plans/{plan_id}/approval",
    role=Role.AUTHOR,
    refuses=(PlanNotFoundError, PlanFinishedError, NotCheckedError),
)
def ask_approval(plan_id: str, document: WithComment, person: Person, revision: int | None) -> Answer[PlanDocument]:
    """Ask a second person to approve the plan as it was checked."""
    return _shown(bootstrap.plan_service().ask_approval(plan_id, revision, document.comment, person))


_DECIDING: Final = (PlanNotFoundError, PlanFinishedError, NotCheckedError, NoApprovalAskedError, OwnRequestError)


@plans.operation("POST", "/plans/{plan_id}/approve", role=Role.SENDER, refuses=_DECIDING)
def approve_plan(plan_id: str, document: WithComment, person: Person, revision: int | None) -> Answer[PlanDocument]:
    """Approve a plan that somebody else asked approval for; any later change of it takes the approval away."""
    service = bootstrap.plan_service()
    return _shown(service.decide(plan_id, revision, Decision.APPROVED, document.comment, person))


@plans.operation("POST", "/plans/{plan_id}/reject", role=Role.SENDER, refuses=_DECIDING)
def reject_plan(plan_id: str, document: WithComment, person: Person, revision: int | None) -> Answer[PlanDocument]:
    """Refuse approval; say why in the comment."""
    service = bootstrap.plan_service()
    return _shown(service.decide(plan_id, revision, Decision.REJECTED, document.comment, person))


@plans.operation(
    "POST",
    "/plans/{plan_id}/send",
    role=Role.SENDER,
    refuses=(
        PlanNotFoundError,
        NotCheckedError,
        RecipientsChangedError,
        ApprovalRequiredError,
        IncompletePlanError,
    ),
)
def send_plan(plan_id: str, document: SendPlan, person: Person, revision: int | None) -> Answer[PlanDocument]:
    """Send or schedule the plan as it was checked and approved; doing it again changes nothing."""
    return _shown(bootstrap.plan_service().send(plan_id, revision, document.recipients, person))


@plans.operation("GET", "/plans/{plan_id}/comments", role=Role.VIEWER, refuses=(PlanNotFoundError,))
def list_comments(plan_id: str, query: ListQuery) -> Answer[PageDocument[CommentDocument]]:
    """List what people said about a plan, oldest first."""
    bootstrap.plan_store().get(plan_id)
    page = bootstrap.comments().page(plan_id, limit=query.limit, position=decode_cursor(query.cursor))
    return page_of(page, comment_document)


@plans.operation(
    "POST",
    "/plans/{plan_id}/comments",
    role=Role.VIEWER,
    status=HTTPStatus.CREATED,
    creates="cmt",
    refuses=(PlanNotFoundError,),
)
def write_comment(plan_id: str, document: WriteComment, person: Person, new_id: str) -> Answer[CommentDocument]:
    """Say something about a plan."""
    bootstrap.plan_store().get(plan_id)
    comment = Comment(new_id, plan_id, document.text, person.ref, bootstrap.clock().now())
    return answer(comment_document(bootstrap.comments().add(comment)))
