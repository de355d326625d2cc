"""Callers that sign their requests with credentials of IAM: whom a signature names, and what they may do."""

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from chalicelib.access.model import Principal, Scope

_SESSION_OF_ROLE = "assumed-role"


class _Identity(NamedTuple):
    """A role or user, told apart as IAM does: names are unique in an account, whatever path stands before them."""

    account: str
    kind: str
    name: str


class SignedCallers:
    """The roles and users whose signed requests are taken, and what each may do.

    Args:
        scopes: by the ARN of the role or user.
    """

    def __init__(self, scopes: Mapping[str, Iterable[Scope]]) -> None:
        self._known = {_read(arn)[0]: (arn, frozenset(held)) for arn, held in scopes.items()}

    def principal(self, user_arn: str) -> Principal:
        """Return who signed a request; whoever is not listed has no scope.

        Its id is the ARN that is listed, its name that of the session, or of the user.

        Args:
            user_arn: as API Gateway tells it; of a role it names the session and not the role's path.
        """
        identity, name = _read(user_arn)
        arn, scopes = self._known.get(identity, (user_arn, frozenset()))
        return Principal(arn, name, scopes)


def read_callers(text: str) -> SignedCallers:
    """Read the callers of a stack: a JSON object of lists of scopes by the ARN of a role or user."""
    return SignedCallers({arn: [Scope(scope) for scope in scopes] for arn, scopes in json.loads(text).items()})


def _read(arn: str) -> tuple[_Identity, str]:
    """Return whom an ARN is of, and what the caller is called in logs."""
    _, _, _, _, account, resource = arn.split(":", 5)
    kind, _, path = resource.partition("/")
    if kind == _SESSION_OF_ROLE:
        role, _, session = path.partition("/")
        return _Identity(account, "role", role), session
    name = path.rpartition("/")[2]
    return _Identity(account, kind, name), name
