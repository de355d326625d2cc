"""Claims on groups in DynamoDB: each change is one conditional write."""

from dataclasses import replace
from datetime import datetime, timedelta

from pynamodb.exceptions import PynamoDBException

from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.messages.model import GROUP_SIZE
from chalicelib.sending.model import Claim, ClaimLostError
from chalicelib.store.mapping import is_refused, mapped_errors
from chalicelib.store.message_images import partition_of
from chalicelib.store.tables import ClaimItem

_KEPT = timedelta(days=90)
"""How long a claim outlives its lease: longer than any execution of a campaign can last."""

_WHOLE_GROUP = frozenset(range(GROUP_SIZE))
"""What a claim may have begun that does not say: it was written before claims did."""


class DynamoClaims:
    """Implements `sending.ports.Claims`."""

    def take(self, claim: Claim) -> Claim:
        """Claim a group that nobody has claimed; return the claim in force, which may be another's."""
        with mapped_errors():
            while True:
                try:
                    _item(claim).save(condition=ClaimItem.partition.does_not_exist())
                except PynamoDBException as error:
                    if not is_refused(error):
                        raise
                else:
                    return claim
                try:
                    return _claim(ClaimItem.get(_partition(claim), claim.group, consistent_read=True))
                except ClaimItem.DoesNotExist:
                    continue  # released between the two calls

    def take_over(self, abandoned: Claim, claim: Claim) -> bool:
        """Replace a claim whose lease ran out, if it is still the stored one; tell whether it was."""
        begun = ClaimItem.begun == _bits(abandoned.begun)
        if abandoned.begun == _WHOLE_GROUP:
            begun |= ClaimItem.begun.does_not_exist()
        condition = (
            (ClaimItem.owner == abandoned.owner)
            & (ClaimItem.lease_until == rfc3339(abandoned.lease_until))
            & begun
            & (ClaimItem.closed == False)  # noqa: E712 - a DynamoDB condition, not a comparison
        )
        return self._save(claim, condition)

    def reopen(self, closed: Claim, claim: Claim) -> bool:
        """Replace a closed claim, if it is still the stored one; tell whether it was."""
        condition = (
            (ClaimItem.owner == closed.owner)
            & (ClaimItem.lease_until == rfc3339(closed.lease_until))
            & (ClaimItem.closed == True)  # noqa: E712 - a DynamoDB condition, not a comparison
        )
        return self._save(claim, condition)

    def renew(self, claim: Claim, lease_until: datetime, begun: frozenset[int]) -> Claim:
        """Change the end of the own lease, and say of which messages a send may be begun from now on.

        Raises:
            ClaimLostError: another worker took the group over.
        """
        renewed = replace(claim, lease_until=lease_until, begun=begun)
        if not self._save(renewed, ClaimItem.owner == claim.owner):
            raise ClaimLostError(f"group {claim.group} of part {claim.part} of {claim.campaign_id}")
        return renewed

    def close(self, claim: Claim) -> None:
        """Mark the group as done; closing a claim that was taken over changes nothing."""
        self._save(replace(claim, closed=True), ClaimItem.owner == claim.owner)

    def release(self, claim: Claim) -> None:
        """Give the own claim back: every send that was begun has its outcome recorded, or SES took nothing."""
        with mapped_errors():
            try:
                _item(claim).delete(condition=ClaimItem.owner == claim.owner)
            except PynamoDBException as error:
                if not is_refused(error):
                    raise

    def _save(self, claim: Claim, condition: object) -> bool:
        with mapped_errors():
            try:
                _item(claim).save(condition=condition)  # type: ignore[arg-type]  # PynamoDB's Condition
            except PynamoDBException as error:
                if is_refused(error):
                    return False
                raise
        return True


def _partition(claim: Claim) -> str:
    return partition_of(claim.campaign_id, claim.part)


def _item(claim: Claim) -> ClaimItem:
    return ClaimItem(
        _partition(claim),
        claim.group,
        owner=claim.owner,
        lease_until=rfc3339(claim.lease_until),
        closed=claim.closed,
        begun=_bits(claim.begun),
        expires_at=int((claim.lease_until + _KEPT).timestamp()),
    )


def _claim(item: ClaimItem) -> Claim:
    campaign_id, _, part = item.partition.partition("#")
    return Claim(
        campaign_id=campaign_id,
        part=int(part),
        group=int(item.group),
        owner=item.owner,
        lease_until=from_rfc3339(item.lease_until),
        closed=item.closed,
        begun=_WHOLE_GROUP if item.begun is None else _places(int(item.begun)),
    )


def _bits(places: frozenset[int]) -> int:
    return sum(1 << place for place in places)


def _places(bits: int) -> frozenset[int]:
    return frozenset(place for place in range(GROUP_SIZE) if bits >> place & 1)
