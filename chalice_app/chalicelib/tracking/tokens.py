"""Unsubscribe tokens: a message id, its campaign's topic and a signature, no address; valid again and again."""

import base64
import binascii
import hmac
from collections.abc import Callable

from chalicelib.kernel.errors import NotFoundError
from chalicelib.tracking.model import Subscription

FIRST_GENERATION = range(1, 2)
"""Generations of keys as they are before the first rotation."""

_SIGNATURE_BYTES = 16


def key_label(generation: int) -> str:
    """Return the name of a generation of keys; it stands in each token, so older ones stay readable."""
    return f"unsubscribe-{generation}"


class UnknownTokenError(NotFoundError):
    """The token was not made by this platform; nothing more is said about it."""

    problem = "unknown-token"


class TokenSigner:
    """Signs what a recipient can unsubscribe from.

    Args:
        derive: label -> 32 key bytes; called once a label.
        base_url: where the unsubscribe page is reached, without a slash at the end.
        generations: of keys whose tokens are taken; the last one signs new tokens.
    """

    def __init__(
        self, derive: Callable[[str], bytes], base_url: str = "", generations: range = FIRST_GENERATION
    ) -> None:
        self._derive = derive
        self._base_url = base_url
        self._keys: dict[str, bytes] = {}
        self._labels = [key_label(generation) for generation in generations]

    def link(self, message_id: str, topic: str | None = None) -> str:
        """Return the address under which the recipient of a message of a campaign on this topic can unsubscribe."""
        return f"{self._base_url}/u/{self.token(Subscription(message_id, topic))}"

    def token(self, subscription: Subscription) -> str:
        """Return the token: label, message id, topic where there is one, and signature, with dots between; URL-safe.

        The topic stands in it so that the link goes on meaning what it meant when the mail was sent, and so that
        whoever unsubscribes needs no look at the campaign.
        """
        signed = subscription.message_id
        if subscription.topic:
            signed = f"{signed}.{subscription.topic}"
        label = self._labels[-1]
        signature = base64.urlsafe_b64encode(self._sign(label, signed)).decode().rstrip("=")
        return f"{label}.{signed}.{signature}"

    def subscription(self, token: str) -> Subscription:
        """Return what a token stands for.

        Raises:
            UnknownTokenError: it is none of ours.
        """
        label, _, rest = token.partition(".")
        signed, _, signature = rest.rpartition(".")
        try:
            given = base64.b64decode(signature + "=" * (-len(signature) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            given = b""
        # Only a label of ours is derived: each derivation is a paid call, and anybody can write a label.
        if label not in self._labels or not hmac.compare_digest(given, self._sign(label, signed)):
            raise UnknownTokenError("This link is not valid.")
        message_id, _, topic = signed.partition(".")
        return Subscription(message_id, topic or None)

    def _sign(self, label: str, text: str) -> bytes:
        key = self._keys.get(label)
        if key is None:
            key = self._keys[label] = self._derive(label)
        return hmac.digest(key, text.encode(), "sha256")[:_SIGNATURE_BYTES]
