"""The tracking endpoint: what a recipient's mail program and browser ask for."""

import base64
import time
from collections.abc import Callable

from werkzeug import Request, Response
from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect

from local.ses import events
from local.ses.mail import Mail
from local.ses.outbox import Outbox

_GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


class Reader:
    """Answers the pixel and the tracked links, and records an event for each GET."""

    def __init__(self, outbox: Outbox, *, wake: Callable[[], None], clock: Callable[[], float] = time.time) -> None:
        self._outbox = outbox
        self._wake = wake
        self._clock = clock

    def pixel(self, request: Request, message_id: str) -> Response:
        """``GET /o/<message id>.gif``: a transparent image of one pixel, and an Open event."""
        self._mail(message_id)
        self._record(request, message_id, events.opened(self._clock(), **_client(request)))
        return Response(_GIF, mimetype="image/gif", headers={"Cache-Control": "no-store"})

    def link(self, request: Request, message_id: str, number: int) -> Response:
        """``GET /l/<message id>/<n>``: on to the link's target, and a Click event."""
        links = self._mail(message_id).links
        if number >= len(links):
            raise NotFound
        self._record(request, message_id, events.clicked(self._clock(), links[number], **_client(request)))
        answer = redirect(links[number].target)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def _mail(self, message_id: str) -> Mail:
        mail = self._outbox.mail(message_id)
        if mail is None:
            raise NotFound
        return mail

    def _record(self, request: Request, message_id: str, event: events.Event) -> None:
        if request.method == "GET":
            self._outbox.add_event(message_id, event)
            self._wake()


def _client(request: Request) -> dict[str, str]:
    return {"ip_address": request.remote_addr or "", "user_agent": request.user_agent.string}
