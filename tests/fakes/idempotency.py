"""Requests with a key in memory; the lock makes each change one conditional write."""

from datetime import datetime
from threading import Lock

from chalicelib.idempotency.model import KeptRequest


class FakeKeptRequests:
    """The `KeptRequests` port."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], KeptRequest] = {}
        self._lock = Lock()

    def take(self, request: KeptRequest, now: datetime) -> KeptRequest:
        place = (request.use.caller, request.use.key)
        with self._lock:
            found = self.items.get(place)
            if found is None or found.expires_at <= now:
                found = self.items[place] = request
            return found

    def replace(self, before: KeptRequest, after: KeptRequest) -> bool:
        with self._lock:
            unchanged = self._is_there(before)
            if unchanged:
                self.items[after.use.caller, after.use.key] = after
            return unchanged

    def remove(self, request: KeptRequest) -> bool:
        with self._lock:
            unchanged = self._is_there(request)
            if unchanged:
                del self.items[request.use.caller, request.use.key]
            return unchanged

    def _is_there(self, request: KeptRequest) -> bool:
        found = self.items.get((request.use.caller, request.use.key))
        return found is not None and (found.owner, found.lease_until) == (request.owner, request.lease_until)
