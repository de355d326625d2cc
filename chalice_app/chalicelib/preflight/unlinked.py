"""The unsubscribe link in mails that stand for no message."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FixedLink:
    """Implements `sending.ports.UnsubscribeLinks` with one address for everybody.

    Attributes:
        address: leads to the unsubscribe page with a token that it does not know, so that it changes nothing.
    """

    address: str

    def link(self, message_id: str, topic: str | None) -> str:
        """Return the address."""
        del message_id, topic
        return self.address
