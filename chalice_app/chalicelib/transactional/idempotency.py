"""What the idempotency key of a message's request leads to: the message, from whose facts every answer is made."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.idempotency.model import KeyUse


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What is remembered of a key.

    Attributes:
        message_id: the message that its request made.
        expires_at: from then on it counts as unused.
    """

    use: KeyUse
    message_id: str
    expires_at: datetime
