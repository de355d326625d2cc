"""``/v1/audit``: who did what, when, on which resource, and how it went."""

from datetime import timedelta

from typing_extensions import TypedDict

from chalicelib import bootstrap
from chalicelib.access.audit import AuditEntry, AuditFilter
from chalicelib.access.model import Scope
from chalicelib.entrypoints.http.access_schemas import AuditQuery
from chalicelib.entrypoints.http.api import Answer, Api, PageDocument, Time, page_of, shown_time
from chalicelib.kernel.errors import FieldError, InvalidInputError

audit = Api(__name__)


class AuditDocument(TypedDict):
    """One request that changed something, or was meant to.

    Attributes:
        actor: id of the key that made it, ARN of the role or user that signed it, or `administrator`.
        actor_name: what the key was called then, or the role's session.
        action: the operation's `operationId`.
        resource: path of what was made or changed; an address in it is replaced by its SHA-256.
        problem: why it was refused, null if it was not.
    """

    entry_id: str
    at: Time | None
    actor: str
    actor_name: str
    action: str
    resource: str
    request_id: str
    source: str | None
    status: int
    problem: str | None


@audit.operation("GET", "/v1/audit", scope=Scope.ADMIN, refuses=(InvalidInputError,))
def list_audit_entries(query: AuditQuery) -> Answer[PageDocument[AuditDocument]]:
    """List what was done, newest first; a page may hold fewer entries than asked for though `next` is not null."""
    now = bootstrap.clock().now()
    latest = now + timedelta(minutes=1)  # clocks of functions differ by little
    until = query.until or latest
    oldest = now - timedelta(days=bootstrap.settings().audit_retention_days)
    since = query.since or oldest
    if until < since:
        raise InvalidInputError(
            "There is no time between since and until.",
            errors=(FieldError("/until", "Give a time that is not before since."),),
        )
    # Days without entries are looked through too, so none is sought where none can be.
    since = max(since, oldest)
    wanted = AuditFilter(
        since, max(min(until, latest), since), actor=query.actor, action=query.action, resource=query.resource
    )
    return page_of(bootstrap.audit_log().list(wanted, limit=query.limit, cursor=query.cursor), _document)


def _document(entry: AuditEntry) -> AuditDocument:
    return {
        "entry_id": entry.entry_id,
        "at": shown_time(entry.at),
        "actor": entry.actor,
        "actor_name": entry.actor_name,
        "action": entry.action,
        "resource": entry.resource,
        "request_id": entry.request_id,
        "source": entry.source,
        "status": entry.status,
        "problem": entry.problem,
    }
