"""Claims on groups in DynamoDB: each change is one conditional write.

A worker writes claims all the time, so they go in DynamoDB's own notation; a test compares it with the model.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.messages.model import GROUP_SIZE
from chalicelib.sending.model import Claim, ClaimLostError
from chalicelib.store.clients import client_of
from chalicelib.store.mapping import is_refused_call, mapped_errors
from chalicelib.store.message_images import partition_of
from chalicelib.store.tables import ClaimItem

_KEPT = timedelta(days=90)
"""How long a claim outlives its lease: longer than any execution of a campaign can last."""

_WHOLE_GROUP = frozenset(range(GROUP_SIZE))
"""What a claim may have begun that does not say: it was written before claims did."""

_OWN = "#owner = :theirs"
_SAME = f"{_OWN} AND lease_until = :until AND closed = :closed"


class DynamoClaims:
    """Implements `sending.ports.Claims`."""

    def take(self, claim: Claim) -> Claim:
        """Claim a group that nobody has claimed; return the claim in force, which may be another's."""
        while True:
            if self._put(claim, "attribute_not_exists(#partition)", names={"#partition": "partition"}):
                return claim
            with mapped_errors():
                stored = _client().get_item(TableName=_table(), Key=_key(claim), ConsistentRead=True).get("Item")
            if stored:
                return _claim(stored)
            # released between the two calls

    def take_over(self, abandoned: Claim, claim: Claim) -> bool:
        """Replace a claim whose lease ran out, if it is still the stored one; tell whether it was."""
        begun = "begun = :begun"
        if abandoned.begun == _WHOLE_GROUP:
            begun = f"({begun} OR attribute_not_exists(begun))"
        values = {**_values_of(abandoned, closed=False), ":begun": {"N": str(_bits(abandoned.begun))}}
        return self._put(claim, f"{_SAME} AND {begun}", values)

    def reopen(self, closed: Claim, claim: Claim) -> bool:
        """Replace a closed claim, if it is still the stored one; tell whether it was."""
        return self._put(claim, _SAME, _values_of(closed, closed=True))

    def renew(self, claim: Claim, lease_until: datetime, begun: frozenset[int]) -> Claim:
        """Change the end of the own lease, and say of which messages a send may be begun from now on.

        Raises:
            ClaimLostError: another worker took the group over.
        """
        renewed = replace(claim, lease_until=lease_until, begun=begun)
        if not self._put(renewed, _OWN, _owned_by(claim)):
            raise ClaimLostError(f"group {claim.group} of part {claim.part} of {claim.campaign_id}")
        return renewed

    def close(self, claim: Claim) -> None:
        """Mark the group as done; closing a claim that was taken over changes nothing."""
        self._put(replace(claim, closed=True), _OWN, _owned_by(claim))

    def release(self, claim: Claim) -> None:
        """Give the own claim back: every send that was begun has its outcome recorded, or SES took nothing."""
        _written(_client().delete_item, Key=_key(claim), condition=_OWN, values=_owned_by(claim), names=_OWNER)

    @staticmethod
    def _put(
        claim: Claim, condition: str, values: dict[str, Any] | None = None, names: dict[str, str] | None = None
    ) -> bool:
        return _written(
            _client().put_item, Item=image_of_claim(claim), condition=condition, values=values, names=names or _OWNER
        )


_OWNER = {"#owner": "owner"}


def _written(
    write: Callable[..., object], *, condition: str, values: dict[str, Any] | None, names: dict[str, str], **item: Any
) -> bool:
    """Make a conditional write; tell whether its condition held."""
    request = {"TableName": _table(), "ConditionExpression": condition, "ExpressionAttributeNames": names, **item}
    if values:
        request["ExpressionAttributeValues"] = values
    with mapped_errors():
        try:
            write(**request)
        except ClientError as error:
            if is_refused_call(error):
                return False
            raise
    return True


def _client() -> Any:
    return client_of(ClaimItem)


def _table() -> str:
    return ClaimItem.Meta.table_name


def _key(claim: Claim) -> dict[str, Any]:
    return {"partition": {"S": partition_of(claim.campaign_id, claim.part)}, "group": {"N": str(claim.group)}}


def _owned_by(claim: Claim) -> dict[str, Any]:
    return {":theirs": {"S": claim.owner}}


def _values_of(claim: Claim, *, closed: bool) -> dict[str, Any]:
    return {**_owned_by(claim), ":until": {"S": rfc3339(claim.lease_until)}, ":closed": {"BOOL": closed}}


def image_of_claim(claim: Claim) -> dict[str, Any]:
    """Write a claim as DynamoDB's attribute values."""
    return {
        **_key(claim),
        "owner": {"S": claim.owner},
        "lease_until": {"S": rfc3339(claim.lease_until)},
        "closed": {"BOOL": claim.closed},
        "begun": {"N": str(_bits(claim.begun))},
        "expires_at": {"N": str(int((claim.lease_until + _KEPT).timestamp()))},
    }


def _claim(image: dict[str, Any]) -> Claim:
    campaign_id, _, part = image["partition"]["S"].partition("#")
    return Claim(
        campaign_id=campaign_id,
        part=int(part),
        group=int(image["group"]["N"]),
        owner=image["owner"]["S"],
        lease_until=from_rfc3339(image["lease_until"]["S"]),
        closed=image["closed"]["BOOL"],
        begun=_places(int(image["begun"]["N"])) if "begun" in image else _WHOLE_GROUP,
    )


def _bits(places: frozenset[int]) -> int:
    return sum(1 << place for place in places)


def _places(bits: int) -> frozenset[int]:
    return frozenset(place for place in range(GROUP_SIZE) if bits >> place & 1)
