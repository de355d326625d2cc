"""Unsubscribe tokens: a message id and a signature, no address; valid again and again."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable

from chalicelib.kernel.errors import NotFoundError

KEY_LABEL = "unsubscribe-1"
"""Names the key by which new tokens are signed; it stands in each token, so older ones stay readable after a change."""

_SIGNATURE_BYTES = 16


class UnknownTokenError(NotFoundError):
    """The token was not made by this platform; nothing more is said about it."""

    problem = "unknown-token"


class TokenSigner:
    """Signs message ids.

    Args:
        derive: label -> 32 key bytes; called once a label.
        base_url: where the unsubscribe page is reached, without a slash at the end.
    """

    def __init__(self, derive: Callable[[str], bytes], base_url: str = "") -> None:
        self._derive = derive
        self._base_url = base_url
        self._keys: dict[str, bytes] = {}

    def link(self, message_id: str) -> str:
        """Return the address under which the recipient of a message can unsubscribe."""
        return f"{self._base_url}/u/{self.token(message_id)}"

    def token(self, message_id: str) -> str:
        """Return the token of a message: label, message id and signature, URL-safe."""
        signature = base64.urlsafe_b64encode(self._sign(KEY_LABEL, message_id)).decode().rstrip("=")
        return f"{KEY_LABEL}.{message_id}.{signature}"

    def message_id(self, token: str) -> str:
        """Return the message that a token stands for.

        Raises:
            UnknownTokenError: it is none of ours.
        """
        label, _, rest = token.partition(".")
        message_id, _, signature = rest.partition(".")
        try:
            given = base64.b64decode(signature + "=" * (-len(signature) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            given = b""
        # Only a label of ours is derived: each derivation is a paid call, and anybody can write a label.
        if label != KEY_LABEL or not hmac.compare_digest(given, self._sign(label, message_id)):
            raise UnknownTokenError("This link is not valid.")
        return message_id

    def _sign(self, label: str, message_id: str) -> bytes:
        key = self._keys.get(label)
        if key is None:
            key = self._keys[label] = self._derive(label)
        return hmac.new(key, message_id.encode(), hashlib.sha256).digest()[:_SIGNATURE_BYTES]
