"""Which addresses get nothing, for which kind of mail, and why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SuppressionScope(StrEnum):
    """What a suppression keeps away."""

    ALL = "all"
    CAMPAIGNS = "campaigns"


class SuppressionReason(StrEnum):
    """Why an address is suppressed."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Suppression:
    """One address that gets nothing in one scope.

    Attributes:
        address: in its canonical form (`chalicelib.kernel.addresses.canonical`).
        source: what caused it, such as a message id or the name of an API key.
        since: when it was first suppressed in this scope.
    """

    address: str
    scope: SuppressionScope
    reason: SuppressionReason
    source: str
    since: datetime
