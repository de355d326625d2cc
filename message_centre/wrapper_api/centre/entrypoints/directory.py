"""``/api/v1/people``: who may sign in, where the stack has a user pool of its own."""

from http import HTTPStatus

from typing_extensions import TypedDict

from message_centre.wrapper_api.centre import bootstrap
from message_centre.wrapper_api.centre.entrypoints.api import Answer, Api, PageDocument, Time, answer, page_of
from message_centre.wrapper_api.centre.entrypoints.schemas import ChangePerson, InvitePerson, ListQuery
from message_centre.wrapper_api.centre.kernel.clock import rfc3339
from message_centre.wrapper_api.centre.kernel.pages import decode_cursor
from message_centre.wrapper_api.centre.people.directory import (
    Member,
    OwnAccountError,
    PeopleElsewhereError,
    PersonKnownError,
    PersonNotFoundError,
    change,
)
from message_centre.wrapper_api.centre.people.model import Person, Role

directory = Api(__name__)


class MemberDocument(TypedDict):
    """Somebody who may sign in; role null: the person may do nothing; invited: has not signed in yet."""

    id: str
    name: str
    email: str
    role: Role | None
    disabled: bool
    invited: bool
    created_at: Time


def _document(member: Member) -> MemberDocument:
    return {
        "id": member.id,
        "name": member.name,
        "email": member.email,
        "role": member.role,
        "disabled": member.disabled,
        "invited": member.invited,
        "created_at": rfc3339(member.created_at),
    }


@directory.operation("GET", "/people", role=Role.ADMIN, refuses=(PeopleElsewhereError,))
def list_people(query: ListQuery) -> Answer[PageDocument[MemberDocument]]:
    """List who may sign in; a page has 60 people at most."""
    page = bootstrap.directory().page(limit=query.limit, position=decode_cursor(query.cursor))
    return page_of(page, _document)


@directory.operation(
    "POST",
    "/people",
    role=Role.ADMIN,
    status=HTTPStatus.CREATED,
    refuses=(PeopleElsewhereError, PersonKnownError),
)
def invite_person(document: InvitePerson) -> Answer[MemberDocument]:
    """Have somebody invited by e-mail, with a temporary password that is good for three days."""
    return answer(_document(bootstrap.directory().invite(document.email, document.name, document.role)))


@directory.operation(
    "PATCH",
    "/people/{person_id}",
    role=Role.ADMIN,
    refuses=(PeopleElsewhereError, PersonNotFoundError, OwnAccountError),
)
def change_person(person_id: str, document: ChangePerson, person: Person) -> Answer[MemberDocument]:
    """Change somebody's role, or whether the person may sign in; what is left out stays. Not one's own."""
    return answer(
        _document(change(bootstrap.directory(), person_id, role=document.role, disabled=document.disabled, by=person))
    )
