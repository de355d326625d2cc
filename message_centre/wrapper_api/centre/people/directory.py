"""Who may sign in, where the stack has a user pool of its own."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Protocol

from message_centre.wrapper_api.centre.kernel.errors import CentreError, ConflictError, NotFoundError
from message_centre.wrapper_api.centre.kernel.pages import Page
from message_centre.wrapper_api.centre.people.model import Person, Role


class PeopleElsewhereError(ConflictError):
    """Another issuer knows the people."""

    problem = "people-elsewhere"
    help = "People are managed where your company manages its accounts: ask there."


class PersonNotFoundError(NotFoundError):
    """There is no such person."""


class PersonKnownError(ConflictError):
    """Somebody with this address is there already."""

    problem = "person-known"
    help = "Look for the person in the list and change the role there."


class OwnAccountError(CentreError):
    """Nobody takes the own rights away: somebody has to be left who can give them back."""

    problem = "own-account"
    status = HTTPStatus.FORBIDDEN
    help = "Ask another administrator to do this."


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who may sign in.

    Attributes:
        id: as `Person.id`.
        invited: the person has not signed in yet.
    """

    id: str
    name: str
    email: str
    role: Role | None
    disabled: bool
    invited: bool
    created_at: datetime


class Directory(Protocol):
    """Knows who may sign in."""

    def page(self, *, limit: int, position: object) -> Page[Member]:
        """Return a page of members."""
        ...

    def get(self, member_id: str) -> Member:
        """Return a member.

        Raises:
            PersonNotFoundError: there is none.
        """
        ...

    def invite(self, email: str, name: str, role: Role) -> Member:
        """Have somebody invited by e-mail.

        Raises:
            PersonKnownError: the address is there already.
        """
        ...

    def set_role(self, member: Member, role: Role) -> None:
        """Give a member this role and no other."""
        ...

    def set_disabled(self, member: Member, *, disabled: bool) -> None:
        """Let a member sign in no longer, or again; whoever is signed in is signed out."""
        ...


def change(directory: Directory, member_id: str, *, role: Role | None, disabled: bool | None, by: Person) -> Member:
    """Change a member's role, or whether the member may sign in; None stays as it is.

    Raises:
        PersonNotFoundError: there is none.
        OwnAccountError: it is the person's own account.
    """
    member = directory.get(member_id)
    if member.id == by.id:
        raise OwnAccountError("This is your own account.")
    if role is not None and role is not member.role:
        directory.set_role(member, role)
    if disabled is not None and disabled is not member.disabled:
        directory.set_disabled(member, disabled=disabled)
    return directory.get(member_id)
