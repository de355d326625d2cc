"""Has each request that makes something do so once."""

from dataclasses import replace

from chalicelib.idempotency.model import KEPT, LEASE, KeptAnswer, KeptRequest, KeyUse, RequestInProgressError, checked
from chalicelib.idempotency.ports import KeptRequests
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.ids import new_id

_TRIES = 3


class IdempotentRequests:
    """Requests with a key.

    The first conditional write under a key decides the id of what is made. A request that breaks off is gone on with
    under the same id when it comes again, so that nothing is made twice; whoever makes something finds it there.
    """

    def __init__(self, *, requests: KeptRequests, clock: Clock) -> None:
        self._requests = requests
        self._clock = clock

    def begin(self, use: KeyUse, prefix: str) -> KeptRequest:
        """Begin a request, go on with one that broke off, or return one that has its answer.

        Args:
            use: the request and its key.
            prefix: what the id of the thing made begins with.

        Raises:
            IdempotencyKeyReusedError: the key was used for another request.
            RequestInProgressError: the same request is being processed.
        """
        for _ in range(_TRIES):
            now = self._clock.now()
            ours = KeptRequest(use, new_id(prefix, now), new_id("req", now), now + LEASE, now + KEPT)
            found = checked(self._requests.take(ours, now), use)
            if found.owner == ours.owner or found.answer is not None:
                return found
            if found.lease_until > now:
                break
            again = replace(found, owner=ours.owner, lease_until=ours.lease_until, resumed=True)
            if self._requests.replace(found, again):
                return again
        raise RequestInProgressError("The same request is being processed; repeat it in a moment to get its answer.")

    def finish(self, request: KeptRequest, answer: KeptAnswer) -> None:
        """Keep the answer, unless another try has taken the request over."""
        self._requests.replace(request, replace(request, answer=answer))

    def give_up(self, request: KeptRequest, *, nothing_made: bool) -> None:
        """Let the same request be made again at once; where nothing was made, its key is free for another too."""
        if nothing_made and not request.resumed:
            self._requests.remove(request)
        else:
            self._requests.replace(request, replace(request, lease_until=self._clock.now()))
