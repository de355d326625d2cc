"""One local SES: its parts put together, served on a port of the loopback interface."""

import socket
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Self

from werkzeug import Request, Response
from werkzeug.serving import WSGIRequestHandler, make_server

from local.ses.api import SesApi
from local.ses.database import Database
from local.ses.errors import bad_request
from local.ses.faults import Faults
from local.ses.inbox import Inbox
from local.ses.limits import SendLimits
from local.ses.mailbox import Mailbox
from local.ses.outbox import Outbox
from local.ses.publisher import EventDestination, Publisher
from local.ses.reader import Reader
from local.ses.settings import Settings
from local.ses.suppressions import SuppressionList
from local.ses.web import App, Handler, json_body, json_response

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_HOST = "127.0.0.1"
_DAY_SECONDS = 86_400
_POLL_SECONDS = 0.05  # how soon ``stop`` is noticed


class LocalSes:
    """A context manager: the server runs inside of it."""

    def __init__(self, settings: Settings, destination: EventDestination, *, port: int = 0) -> None:
        """Bind the port and open the database; nothing is answered before ``start``.

        Args:
            settings: the account.
            destination: where events go.
            port: 0 takes the folder's last one, so that the links of mails kept from before lead here, or a free one.
        """
        self._socket = _bind(port, settings.data / "port")
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{_HOST}:{self.port}"
        self._database = Database(settings.data / "ses.sqlite3")
        self._outbox = Outbox(self._database)
        self._publisher = Publisher(self._outbox, destination, account=settings.account, region=settings.region)
        self._server = make_server(
            _HOST,
            self.port,
            App(self._routes(settings)),
            threaded=True,
            request_handler=_QuietHandler,
            fd=self._socket.fileno(),
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL_SECONDS,), name="http", daemon=True
        )

    def start(self) -> None:
        """Serve and publish in threads of their own."""
        self._publisher.start()
        self._thread.start()

    def stop(self) -> None:
        """End in order: no new requests, no new publishing, then the database."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._socket.close()
        self._publisher.stop()
        self._database.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _routes(self, settings: Settings) -> Mapping[tuple[str, str], Handler]:
        outbox, wake, faults = self._outbox, self._publisher.wake, Faults()
        api = SesApi(
            settings,
            outbox=outbox,
            suppressions=SuppressionList(self._database),
            limits=SendLimits(
                max_24_hour_send=settings.max_24_hour_send, sent=outbox.sent_by_minute(time.time() - _DAY_SECONDS)
            ),
            faults=faults,
            base_url=self.url,
            wake=wake,
        )
        inbox = Inbox(Mailbox(self._database), outbox, base_url=self.url)
        return {
            **_ses_routes(api),
            **_reader_routes(Reader(outbox, wake=wake)),
            **_inbox_routes(inbox),
            **_control_routes(faults, outbox),
        }


def _bind(port: int, last: Path) -> socket.socket:
    wanted = int(last.read_text(encoding="ascii")) if port == 0 and last.exists() else port
    try:
        bound = socket.create_server((_HOST, wanted))
    except OSError:
        if wanted == port:
            raise
        bound = socket.create_server((_HOST, port))
    last.parent.mkdir(parents=True, exist_ok=True)
    last.write_text(str(bound.getsockname()[1]), encoding="ascii")
    return bound


_MOST_LISTED = 1_000
"""Addresses of a page of the account's suppression list."""


def _done(_request: Request, identity: str) -> Response:
    del identity
    return json_response({})


def _ses_routes(api: SesApi) -> dict[tuple[str, str], Handler]:
    suppressed = "/v2/email/suppression/addresses"
    return {
        ("POST", "/v2/email/outbound-emails"): lambda request: json_response(
            api.send_email(json_body(request), source_ip=request.remote_addr or "")
        ),
        ("POST", "/v2/email/outbound-bulk-emails"): lambda request: json_response(
            api.send_bulk_email(json_body(request), size=len(request.get_data()), source_ip=request.remote_addr or "")
        ),
        ("GET", "/v2/email/account"): lambda _request: json_response(api.get_account()),
        ("GET", "/v2/email/identities/<path:identity>"): lambda _request, identity: json_response(
            api.get_email_identity(identity)
        ),
        ("POST", "/v2/email/identities"): lambda request: json_response(api.create_email_identity(json_body(request))),
        # Every identity is there and stays: what is changed of one changes nothing here.
        ("DELETE", "/v2/email/identities/<path:identity>"): _done,
        ("PUT", "/v2/email/identities/<path:identity>/mail-from"): _done,
        ("PUT", "/v2/email/identities/<path:identity>/dkim/signing"): _done,
        ("PUT", suppressed): lambda request: json_response(api.put_suppressed_destination(json_body(request))),
        ("GET", suppressed): lambda request: json_response(
            api.list_suppressed_destinations(
                size=min(int(request.args.get("PageSize", _MOST_LISTED)), _MOST_LISTED),
                token=request.args.get("NextToken", ""),
            )
        ),
        ("GET", f"{suppressed}/<path:address>"): lambda _request, address: json_response(
            api.get_suppressed_destination(address)
        ),
        ("DELETE", f"{suppressed}/<path:address>"): lambda _request, address: json_response(
            api.delete_suppressed_destination(address)
        ),
    }


def _reader_routes(reader: Reader) -> dict[tuple[str, str], Handler]:
    return {("GET", "/o/<message_id>.gif"): reader.pixel, ("GET", "/l/<message_id>/<int:number>"): reader.link}


def _inbox_routes(inbox: Inbox) -> dict[tuple[str, str], Handler]:
    return {
        ("GET", "/"): inbox.list_page,
        ("GET", "/inbox/messages/<message_id>"): inbox.mail_page,
        ("GET", "/inbox/messages/<message_id>.eml"): inbox.eml,
        ("GET", "/inbox/messages/<message_id>/html"): inbox.html,
        ("GET", "/inbox/api/messages"): inbox.messages,
        ("DELETE", "/inbox/api/messages"): inbox.clear,
        ("GET", "/inbox/api/messages/<message_id>"): inbox.message,
        ("GET", "/inbox/api/count"): inbox.count,
        ("GET", "/inbox/api/duplicates"): inbox.duplicates,
    }


def _control_routes(faults: Faults, outbox: Outbox) -> dict[tuple[str, str], Handler]:
    def put(request: Request) -> Response:
        document = json_body(request)
        try:
            faults.set(document)
        except (TypeError, ValueError) as error:
            raise bad_request(str(error)) from error
        return json_response(faults.as_document())

    def delete(_request: Request) -> Response:
        faults.set({})
        return json_response(faults.as_document())

    return {
        ("GET", "/health"): lambda _request: json_response({"status": "ok", "events_waiting": outbox.waiting()}),
        ("GET", "/faults"): lambda _request: json_response(faults.as_document()),
        ("PUT", "/faults"): put,
        ("DELETE", "/faults"): delete,
    }


class _QuietHandler(WSGIRequestHandler):
    """Writes no access log, since paths hold addresses, and closes the connection where an answer is lost."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing."""

    def connection_dropped(self, error: BaseException, environ: "WSGIEnvironment | None" = None) -> None:  # noqa: ARG002
        """Close the connection."""
        self.close_connection = True
