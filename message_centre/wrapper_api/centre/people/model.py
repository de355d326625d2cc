"""People and what they may do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final

from message_centre.wrapper_api.centre.kernel.errors import CentreError


class Role(StrEnum):
    """What a person may do; each role contains those before it."""

    VIEWER = "viewer"
    AUTHOR = "author"
    SENDER = "sender"
    ADMIN = "admin"


RANKS: Final = tuple(Role)


class SignedOutError(CentreError):
    """Nobody is signed in, or no longer."""

    problem = "signed-out"
    status = HTTPStatus.UNAUTHORIZED
    help = "Sign in again."


class MissingRoleError(CentreError):
    """The person may not do this."""

    problem = "missing-role"
    status = HTTPStatus.FORBIDDEN
    help = "Ask an administrator of the Message Centre for the right to do this."


class ForeignRequestError(CentreError):
    """The request did not come from the Message Centre's own pages."""

    problem = "foreign-request"
    status = HTTPStatus.FORBIDDEN


class SignInFailedError(CentreError):
    """The issuer did not say who the person is, or the answer does not belong to this browser."""

    problem = "sign-in-failed"
    status = HTTPStatus.BAD_REQUEST
    help = "Begin to sign in once more."


@dataclass(frozen=True, slots=True)
class PersonRef:
    """Who did something, as it is kept beside what was done."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in.

    Attributes:
        id: the issuer's subject.
        role: the highest one; None: the person may do nothing.
    """

    id: str
    name: str
    email: str
    role: Role | None

    @property
    def ref(self) -> PersonRef:
        """How the person is named beside what was done."""
        return PersonRef(self.id, self.name)

    @property
    def roles(self) -> tuple[Role, ...]:
        """The highest role and those that it contains."""
        return RANKS[: RANKS.index(self.role) + 1] if self.role else ()

    def require(self, role: Role) -> None:
        """Let the person pass.

        Raises:
            MissingRoleError: the person has no such role.
        """
        if role not in self.roles:
            has = f"you are {self.role}" if self.role else "you have none yet"
            raise MissingRoleError(f"This takes the role {role}; {has}.")


def highest_role(groups: Iterable[str], roles: Mapping[str, Role]) -> Role | None:
    """Return the highest role that the groups give.

    Args:
        groups: names from the claim of the identity token.
        roles: role by group.
    """
    given = [roles[group] for group in groups if group in roles]
    return max(given, key=RANKS.index, default=None)


def person_of(claims: Mapping[str, Any], groups_claim: str, roles: Mapping[str, Role]) -> Person:
    """Read a person off the claims of an identity token (OpenID Connect Core 1.0, 5.1)."""
    groups = claims.get(groups_claim) or ()
    email = str(claims.get("email") or "")
    name = str(claims.get("name") or claims.get("preferred_username") or email or claims["sub"])
    return Person(
        str(claims["sub"]), name, email, highest_role([groups] if isinstance(groups, str) else map(str, groups), roles)
    )


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a person wants to see the Message Centre; None: as the browser or the Message Centre has it."""

    time_zone: str | None = None
    language: str | None = None
    theme: str | None = None
