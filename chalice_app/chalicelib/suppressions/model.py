"""Which addresses get nothing, for which kind of mail, and why."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Self

from chalicelib.kernel.clock import rfc3339

TOPIC_PATTERN = r"[a-z0-9-]{1,40}"
"""What the name of a topic consists of; it stands in links and in keys, so it needs no escaping there."""

_TOPIC_PREFIX = "topic:"
_SCOPE = re.compile(rf"all|campaigns|{_TOPIC_PREFIX}{TOPIC_PATTERN}")


class SuppressionScope(str):
    """What a suppression keeps away: ``all`` mail, ``campaigns``, or those of one topic (``topic:<name>``).

    Raises:
        ValueError: the text names no scope.
    """

    __slots__ = ()

    ALL: ClassVar["SuppressionScope"]
    CAMPAIGNS: ClassVar["SuppressionScope"]

    def __new__(cls, text: str) -> Self:
        """Read a scope."""
        if not _SCOPE.fullmatch(text):
            raise ValueError("must be all, campaigns or topic:<name>, the name of 1 to 40 of a-z, 0-9 and -")
        return super().__new__(cls, text)

    @classmethod
    def left(cls, topic: str | None) -> Self:
        """Return what somebody leaves who unsubscribes from a campaign: its topic, or all campaigns without one."""
        return cls("campaigns" if topic is None else f"{_TOPIC_PREFIX}{topic}")


SuppressionScope.ALL = SuppressionScope("all")
SuppressionScope.CAMPAIGNS = SuppressionScope("campaigns")


def campaign_scopes(topic: str | None) -> tuple[SuppressionScope, ...]:
    """Return the scopes that keep a campaign's mail away, the widest first."""
    return tuple(dict.fromkeys((SuppressionScope.ALL, SuppressionScope.CAMPAIGNS, SuppressionScope.left(topic))))


class SuppressionReason(StrEnum):
    """Why an address is suppressed, the gravest reason first."""

    COMPLAINT = "complaint"
    BOUNCE = "bounce"
    UNSUBSCRIBE = "unsubscribe"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class WantedSuppression:
    """A suppression as a caller asks for it.

    Attributes:
        since: when it began; None: now.
    """

    address: str
    scope: "SuppressionScope"
    reason: SuppressionReason
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class SuppressionFilter:
    """Which suppressions are wanted; None: any.

    Attributes:
        since: the first moment from which on they hold.
        until: the moment before which they began to hold.
    """

    scope: "SuppressionScope | None" = None
    reason: SuppressionReason | None = None
    since: datetime | None = None
    until: datetime | None = None

    def takes(self, suppression: "Suppression") -> bool:
        """Tell whether a suppression is wanted."""
        return (
            self.scope in {None, suppression.scope}
            and self.reason in {None, suppression.reason}
            and (self.since is None or self.since <= suppression.since)
            and (self.until is None or suppression.since < self.until)
        )


@dataclass(frozen=True, slots=True)
class Suppression:
    """One reason for which one address gets nothing in one scope; an address and scope may have several.

    Attributes:
        address: in its canonical form (`chalicelib.kernel.addresses.canonical`).
        source: what caused it, such as a message id or the name of an API key.
        since: when it was first suppressed in this scope for this reason; of several causes the earliest counts.
    """

    address: str
    scope: SuppressionScope
    reason: SuppressionReason
    source: str
    since: datetime


def earliest(first: Suppression, second: Suppression) -> Suppression:
    """Return the cause that counts of two for one address, scope and reason, whichever of them became known first.

    Times count as they are stored, to the millisecond; of causes at the same moment the text of the source decides.
    """
    return min(first, second, key=lambda one: (rfc3339(one.since), one.source))
