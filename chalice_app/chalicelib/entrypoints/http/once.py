"""Has a request with an Idempotency-Key make something once, and answers the same when it is made again."""

import json
import logging
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any

from chalice.app import Response

from chalicelib import bootstrap
from chalicelib.idempotency.model import KeptAnswer, KeptRequest, KeyUse
from chalicelib.kernel.errors import DomainError, TemporarilyUnavailableError

REPLAYED = "Idempotency-Replayed"
"""Header of an answer that was given before."""

_LOG = logging.getLogger(__name__)


def once(use: KeyUse, prefix: str, make: Callable[[str], Response], shown_once: Collection[str]) -> Response:
    """Make something, or answer as the same request was answered before.

    Args:
        use: the request and its key.
        prefix: what the id of the thing made begins with.
        make: makes what has the id that it is given, or finds it where an earlier try made it, and answers.
        shown_once: values of the answer that are not kept; they are null when it is given again.

    Raises:
        DomainError: the request is refused; refusals are not kept.
    """
    requests = bootstrap.idempotent_requests()
    request = requests.begin(use, prefix)
    if request.answer is not None:
        answer = request.answer
        return Response(body=answer.body, status_code=answer.status, headers={**answer.headers, REPLAYED: "true"})
    try:
        answered = make(request.resource_id)
    except Exception as error:
        with suppress(TemporarilyUnavailableError):  # then it has broken off when its lease ends
            refused = isinstance(error, DomainError) and not isinstance(error, TemporarilyUnavailableError)
            requests.give_up(request, nothing_made=refused)
        raise
    _keep(request, answered, shown_once)
    return answered


def _keep(request: KeptRequest, answered: Response, shown_once: Collection[str]) -> None:
    body: str = answered.body
    if shown_once:
        document: dict[str, Any] = json.loads(body)
        body = json.dumps(document | dict.fromkeys(shown_once), ensure_ascii=False)
    headers = {name: str(value) for name, value in answered.headers.items()}
    try:
        bootstrap.idempotent_requests().finish(request, KeptAnswer(answered.status_code, headers, body))
    except TemporarilyUnavailableError:
        # It is made: the same request finds it there once the lease has ended.
        _LOG.warning("answer not kept", extra={"resource_id": request.resource_id})
