"""SES's sender identities."""

from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import ClientError

from chalicelib.adapters.ses_asking import asking
from chalicelib.preflight.model import Identity

if TYPE_CHECKING:
    from mypy_boto3_sesv2.client import SESV2Client

_NOT_OURS = frozenset({"NotFoundException", "AccessDeniedException"})
"""There is no such identity, or none that this deployment may send from: its role names its own only."""


class SesIdentities:
    """Implements `preflight.ports.Identities`."""

    def __init__(self, client: "SESV2Client | None" = None) -> None:
        self._client = client or boto3.client("sesv2")

    def find(self, domain: str) -> Identity | None:
        """Return the identity of a domain, or None when there is none or it may not be used.

        Raises:
            TemporarilyUnavailableError: SES did not say; it answers once a second.
        """
        try:
            with asking("SES did not say what it knows of the sender; try again."):
                answer = self._client.get_email_identity(EmailIdentity=domain)
        except ClientError as error:
            if error.response["Error"].get("Code", "") in _NOT_OURS:
                return None
            raise
        dkim = answer.get("DkimAttributes", {})
        return Identity(
            name=domain,
            verified=bool(answer.get("VerifiedForSendingStatus", False)),
            dkim_status=str(dkim.get("Status", "NOT_STARTED")),
            dkim_signing=bool(dkim.get("SigningEnabled", False)),
        )
