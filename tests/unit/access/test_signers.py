"""Whom a signature names, and what the listed roles and users may do."""

import json

import pytest

from chalicelib.access.model import Principal, Scope
from chalicelib.access.signers import SignedCallers, read_callers

ROLE = "arn:aws:iam::111122223333:role/services/reporting"
USER = "arn:aws:iam::111122223333:user/legacy/importer"
CALLERS = read_callers(json.dumps({ROLE: ["read"], USER: ["read", "write"]}))


def test_a_session_of_a_role_is_the_role_whatever_its_path() -> None:
    session = "arn:aws:sts::111122223333:assumed-role/reporting/i-0abc"
    assert CALLERS.principal(session) == Principal(ROLE, "i-0abc", frozenset({Scope.READ}))


def test_a_user_is_himself() -> None:
    assert CALLERS.principal(USER) == Principal(USER, "importer", frozenset({Scope.READ, Scope.WRITE}))


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:sts::999922223333:assumed-role/reporting/i-0abc",  # the same name in another account
        "arn:aws:sts::111122223333:assumed-role/importer/i-0abc",  # a role called as the user
        "arn:aws:iam::111122223333:user/reporting",  # a user called as the role
        "arn:aws:sts::111122223333:assumed-role/other/reporting",  # a session called as the role
        "arn:aws:sts::111122223333:federated-user/importer",
        "arn:aws:iam::111122223333:root",
    ],
)
def test_nobody_else_has_a_scope(arn: str) -> None:
    principal = CALLERS.principal(arn)
    assert (principal.caller_id, principal.scopes) == (arn, frozenset())


def test_without_a_list_nobody_has_a_scope() -> None:
    assert SignedCallers({}).principal(USER).scopes == frozenset()
