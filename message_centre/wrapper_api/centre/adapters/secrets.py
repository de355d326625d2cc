"""Secrets Manager and KMS: what only the wrapper may know."""

import time
from typing import Any, Final

from message_centre.wrapper_api.centre.kernel.errors import TemporarilyUnavailableError

_SECRET_SECONDS: Final = 300.0
_KEY_CONTEXT: Final = b"message-centre access tokens 1"


class SecretText:
    """A secret of Secrets Manager, kept for five minutes."""

    def __init__(self, client: Any, secret_id: str) -> None:
        self._client = client
        self._secret_id = secret_id
        self._text = ""
        self._fetched_at = float("-inf")

    def __call__(self) -> str:
        """Return it."""
        if time.monotonic() - self._fetched_at > _SECRET_SECONDS:
            self._text = self.fetch()
        return self._text

    def fetch(self) -> str:
        """Return it as it is now.

        Raises:
            TemporarilyUnavailableError: nobody has put a value into it yet.
        """
        try:
            self._text = str(self._client.get_secret_value(SecretId=self._secret_id)["SecretString"])
        except (self._client.exceptions.ResourceNotFoundException, KeyError) as error:
            raise TemporarilyUnavailableError("A secret of the Message Centre has no value yet.") from error
        self._fetched_at = time.monotonic()
        return self._text


def derived_key(client: Any, key_id: str) -> bytes:
    """Return the key of access tokens, which an HMAC key of KMS gives: it is nowhere kept."""
    answer = client.generate_mac(KeyId=key_id, MacAlgorithm="HMAC_SHA_256", Message=_KEY_CONTEXT)
    return bytes(answer["Mac"])
