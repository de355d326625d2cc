"""Keys for unsubscribe tokens, derived by KMS so that no secret stands in a setting or in the deployment's state."""

from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from mypy_boto3_kms.client import KMSClient


class TokenKey:
    """Derives keys from a KMS HMAC key; one call a label and Lambda start."""

    def __init__(self, key_id: str, client: "KMSClient | None" = None) -> None:
        self._key_id = key_id
        self._client = client or boto3.client("kms")

    def derive(self, label: str) -> bytes:
        """Return the 32 bytes that belong to a label."""
        return self._client.generate_mac(KeyId=self._key_id, Message=label.encode(), MacAlgorithm="HMAC_SHA_256")["Mac"]
