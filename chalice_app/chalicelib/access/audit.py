"""The audit log: who did what, when, on which resource, and how it went."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One request that changed something, or was meant to. It holds neither a body nor an address.

    Attributes:
        actor: id of the caller (`access.model.Principal`), or `access.model.ADMINISTRATOR`.
        actor_name: what the caller was called then.
        action: name of the operation, such as ``pause_campaign``.
        resource: path of what was made or changed; an address in it is replaced by its hash.
        request_id: what the answer carried as ``X-Request-Id``.
        source: IP address that the request came from, if it came over the network.
        status: HTTP status of the answer.
        problem: why it was refused, None if it was not.
    """

    entry_id: str
    at: datetime
    actor: str
    actor_name: str
    action: str
    resource: str
    request_id: str
    source: str | None
    status: int
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries are wanted.

    Attributes:
        since, until: the first moment and the one behind the last.
        resource: what the path begins with.
    """

    since: datetime
    until: datetime
    actor: str | None = None
    action: str | None = None
    resource: str | None = None

    def takes(self, entry: AuditEntry) -> bool:
        """Tell whether an entry is wanted."""
        return (
            self.since <= entry.at < self.until
            and self.actor in {None, entry.actor}
            and self.action in {None, entry.action}
            and (self.resource is None or entry.resource.startswith(self.resource))
        )
