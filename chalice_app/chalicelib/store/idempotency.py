"""Requests with an idempotency key in DynamoDB: each change is one conditional write."""

import hashlib
import json
import zlib
from dataclasses import asdict, replace
from datetime import UTC, datetime

from pynamodb.exceptions import PynamoDBException
from pynamodb.expressions.condition import Condition

from chalicelib.idempotency.model import KeptAnswer, KeptRequest, KeyUse
from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.store.mapping import is_refused, mapped_errors
from chalicelib.store.tables import KeptRequestItem


class DynamoKeptRequests:
    """Implements `idempotency.ports.KeptRequests`."""

    def take(self, request: KeptRequest, now: datetime) -> KeptRequest:
        """Remember a request whose key is unused or expired; return the one in force, which may be another."""
        # DynamoDB removes expired items hours or days later.
        unused = KeptRequestItem.record_id.does_not_exist() | (KeptRequestItem.expires_at <= now.timestamp())
        while True:
            with mapped_errors():
                try:
                    _item(request).save(condition=unused)
                except PynamoDBException as error:
                    if not is_refused(error):
                        raise
                else:
                    return request
                try:
                    item = KeptRequestItem.get(record_id(request.use), consistent_read=True)
                except KeptRequestItem.DoesNotExist:
                    continue  # given up between the two calls
            return _request(item, request.use)

    def replace(self, before: KeptRequest, after: KeptRequest) -> bool:
        """Replace what is remembered while owner and lease are those of ``before``; tell whether they were."""
        with mapped_errors():
            try:
                _item(after).save(condition=_unchanged(before))
            except PynamoDBException as error:
                if is_refused(error):
                    return False
                raise
        return True

    def remove(self, request: KeptRequest) -> bool:
        """Forget a request while owner and lease are its own; tell whether they were."""
        with mapped_errors():
            try:
                _item(request).delete(condition=_unchanged(request))
            except PynamoDBException as error:
                if is_refused(error):
                    return False
                raise
        return True


def record_id(use: KeyUse) -> str:
    """Return the key of a record: each API key has keys of its own, and none is kept in clear."""
    return f"{use.caller}#{hashlib.sha256(use.key.encode()).hexdigest()}"


def _unchanged(request: KeptRequest) -> Condition:
    unchanged: Condition = (KeptRequestItem.owner == request.owner) & (
        KeptRequestItem.lease_until == rfc3339(request.lease_until)
    )
    return unchanged


def _item(request: KeptRequest) -> KeptRequestItem:
    answer = request.answer
    return KeptRequestItem(
        record_id(request.use),
        fingerprint=request.use.fingerprint,
        resource_id=request.resource_id,
        owner=request.owner,
        lease_until=rfc3339(request.lease_until),
        expires_at=int(request.expires_at.timestamp()),
        # The links of 160 parts, which are nearly the same, are larger than an item may be.
        answer=zlib.compress(json.dumps(asdict(answer)).encode()) if answer else None,
    )


def _request(item: KeptRequestItem, use: KeyUse) -> KeptRequest:
    return KeptRequest(
        use=replace(use, fingerprint=item.fingerprint),
        resource_id=item.resource_id,
        owner=item.owner,
        lease_until=from_rfc3339(item.lease_until),
        expires_at=datetime.fromtimestamp(int(item.expires_at), UTC),
        answer=KeptAnswer(**json.loads(zlib.decompress(item.answer))) if item.answer else None,
    )
