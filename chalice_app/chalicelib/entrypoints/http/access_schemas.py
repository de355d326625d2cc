"""Request documents of API keys and the audit log."""

from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.access.model import LONGEST_OVERLAP, Scope
from chalicelib.entrypoints.http.schemas import ListQuery, Moment, Name, Request

Scopes = Annotated[frozenset[Scope], Field(min_length=1)]


class CreateApiKey(Request):
    """A new API key."""

    name: Name
    scopes: Scopes
    expires_at: Moment | None = None


class ChangeApiKey(Request):
    """What to change of an API key; what is left out stays."""

    name: Name = Field(default_factory=str)
    scopes: Scopes = Field(default_factory=frozenset)
    expires_at: Moment | None = None


class RotateApiKey(Request):
    """How long the old secret stays good."""

    overlap_seconds: int = Field(86_400, ge=0, le=int(LONGEST_OVERLAP.total_seconds()))


class AuditQuery(ListQuery):
    """Which entries of the audit log are wanted."""

    actor: Annotated[str, StringConstraints(min_length=1, max_length=600)] | None = None  # an ARN
    action: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,60}$")] | None = None
    resource: Annotated[str, StringConstraints(pattern=r"^/\S*$", max_length=300)] | None = None
    since: Moment | None = None
    until: Moment | None = None
