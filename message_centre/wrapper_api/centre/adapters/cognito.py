"""Members of a Cognito user pool."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from botocore.exceptions import ClientError

from message_centre.wrapper_api.centre.kernel.errors import InvalidInputError, TemporarilyUnavailableError
from message_centre.wrapper_api.centre.kernel.pages import Page, position_texts
from message_centre.wrapper_api.centre.people.directory import Member, PersonKnownError, PersonNotFoundError
from message_centre.wrapper_api.centre.people.model import RANKS, Role

_T = TypeVar("_T")
_PAGE: Final = 60
"""Cognito answers no more at once."""


class CognitoDirectory:
    """Implements `people.directory.Directory`.

    Args:
        roles: role by group.
    """

    def __init__(self, client: Any, pool: str, roles: Mapping[str, Role]) -> None:
        self._client = client
        self._pool = pool
        self._roles = dict(roles)
        self._groups = {role: group for group, role in roles.items()}

    def page(self, *, limit: int, position: object) -> Page[Member]:
        """Return a page of members."""
        start = position_texts(position, ".+")
        more = {"PaginationToken": start[0]} if start else {}
        answered = _called(self._client.list_users, UserPoolId=self._pool, Limit=min(limit, _PAGE), **more)
        roles = self._roles_by_member()
        members = [_member(user, user["Attributes"], roles.get(user["Username"])) for user in answered["Users"]]
        token = answered.get("PaginationToken")
        return Page(members, [token] if token else None)

    def get(self, member_id: str) -> Member:
        """Return a member."""
        user = _called(self._client.admin_get_user, UserPoolId=self._pool, Username=member_id)
        groups = _called(self._client.admin_list_groups_for_user, UserPoolId=self._pool, Username=member_id)["Groups"]
        held = [self._roles[group["GroupName"]] for group in groups if group["GroupName"] in self._roles]
        return _member(user, user["UserAttributes"], max(held, key=RANKS.index, default=None))

    def invite(self, email: str, name: str, role: Role) -> Member:
        """Have somebody invited by e-mail."""
        attributes = {"email": email, "email_verified": "true", "name": name}
        user = _called(
            self._client.admin_create_user,
            UserPoolId=self._pool,
            Username=email,
            UserAttributes=[{"Name": key, "Value": value} for key, value in attributes.items()],
            DesiredDeliveryMediums=["EMAIL"],
        )["User"]
        self._join(user["Username"], role)
        return self.get(user["Username"])

    def set_role(self, member: Member, role: Role) -> None:
        """Give a member this role and no other."""
        self._join(member.id, role)
        for other, group in self._groups.items():
            if other is not role:
                _called(
                    self._client.admin_remove_user_from_group,
                    UserPoolId=self._pool,
                    Username=member.id,
                    GroupName=group,
                )

    def set_disabled(self, member: Member, *, disabled: bool) -> None:
        """Let a member sign in no longer, or again; whoever is signed in is signed out."""
        where = {"UserPoolId": self._pool, "Username": member.id}
        if disabled:
            _called(self._client.admin_disable_user, **where)
            _called(self._client.admin_user_global_sign_out, **where)
        else:
            _called(self._client.admin_enable_user, **where)

    def _join(self, member_id: str, role: Role) -> None:
        group = self._groups[role]
        _called(self._client.admin_add_user_to_group, UserPoolId=self._pool, Username=member_id, GroupName=group)

    def _roles_by_member(self) -> dict[str, Role]:
        """Return everybody's highest role: one call a group, not one a member."""
        held: dict[str, Role] = {}
        for role in RANKS:
            if role not in self._groups:
                continue
            pages = self._client.get_paginator("list_users_in_group").paginate(
                UserPoolId=self._pool, GroupName=self._groups[role]
            )
            held |= {user["Username"]: role for page in pages for user in page["Users"]}
        return held


def _member(user: Mapping[str, Any], attributes: list[dict[str, str]], role: Role | None) -> Member:
    known = {one["Name"]: one.get("Value", "") for one in attributes}
    email = known.get("email", "")
    return Member(
        id=str(user["Username"]),
        name=known.get("name") or email,
        email=email,
        role=role,
        disabled=not user.get("Enabled", True),
        invited=user.get("UserStatus") == "FORCE_CHANGE_PASSWORD",
        created_at=user["UserCreateDate"],
    )


def _called(call: Callable[..., _T], **arguments: Any) -> _T:
    try:
        return call(**arguments)
    except ClientError as error:
        match error.response["Error"]["Code"]:
            case "UserNotFoundException":
                raise PersonNotFoundError("There is no such person.") from error
            case "UsernameExistsException" | "AliasExistsException":
                raise PersonKnownError("Somebody with this address is there already.") from error
            case "InvalidParameterException":
                raise InvalidInputError(f"Cognito does not take it: {error.response['Error']['Message']}") from error
            case "TooManyRequestsException" | "InternalErrorException":
                raise TemporarilyUnavailableError("The list of people does not answer now.") from error
        raise
