"""The account's suppression list in SES: read page by page, changed address by address.

https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list.html
"""

from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.exceptions import ClientError

from chalicelib.adapters.ses_asking import asking
from chalicelib.suppression_jobs.ports import SesSuppression
from chalicelib.suppressions.model import SuppressionReason

if TYPE_CHECKING:
    from mypy_boto3_sesv2.client import SESV2Client
    from mypy_boto3_sesv2.literals import SuppressionListReasonType

PAGE: Final = 1_000
"""Addresses of a page: the most that SES answers."""

_REASONS: Final = {"BOUNCE": SuppressionReason.BOUNCE, "COMPLAINT": SuppressionReason.COMPLAINT}
_BUSY: Final = "SES is busy; it answers few requests a second."
_ALSO_BUSY: Final = frozenset({"ConcurrentModificationException"})
_GONE = "NotFoundException"


class SesSuppressionList:
    """Implements `suppression_jobs.ports.SesList` and `suppressions.ports.AccountList`."""

    def __init__(self, client: "SESV2Client | None" = None) -> None:
        self._client = client or boto3.client("sesv2")

    def page(self, token: str | None) -> tuple[list[SesSuppression], str | None]:
        """Return a page of the list and the token of the next one, None at the end."""
        following: Any = {"NextToken": token} if token else {}
        with asking(_BUSY, also_busy=_ALSO_BUSY):
            answer = self._client.list_suppressed_destinations(PageSize=PAGE, **following)
        found = [
            SesSuppression(one["EmailAddress"], _REASONS[one["Reason"]], one["LastUpdateTime"])
            for one in answer.get("SuppressedDestinationSummaries", [])
        ]
        return found, answer.get("NextToken")

    def put(self, address: str, reason: SuppressionReason) -> None:
        """Add an address; SES knows bounces and complaints, and every other reason is kept there as a bounce."""
        known: SuppressionListReasonType = "COMPLAINT" if reason is SuppressionReason.COMPLAINT else "BOUNCE"
        with asking(_BUSY, also_busy=_ALSO_BUSY):
            self._client.put_suppressed_destination(EmailAddress=address, Reason=known)

    def delete(self, address: str) -> bool:
        """Take an address off; tell whether it was on it."""
        try:
            with asking(_BUSY, also_busy=_ALSO_BUSY):
                self._client.delete_suppressed_destination(EmailAddress=address)
        except ClientError as error:
            if error.response["Error"].get("Code") == _GONE:
                return False
            raise
        return True
