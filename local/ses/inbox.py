"""The inbox: pages for a person, and the same as JSON."""

import secrets
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug import Request, Response
from werkzeug.exceptions import BadRequest, NotFound

from local.ses.addresses import readable
from local.ses.events import timestamp
from local.ses.mail import Mail
from local.ses.mailbox import Mailbox, Query, Summary
from local.ses.mime import compose
from local.ses.outbox import Outbox, Recorded
from local.ses.simulator import ADDRESSES_TO_TRY
from local.ses.web import json_response

_PAGE = 50
_MOST = 1000
_TABS = ("html", "text", "headers", "source", "events")
# A mail is a stranger's document: no scripts, no forms, an origin of its own.
_MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src * data:;"
    " style-src 'unsafe-inline'; frame-ancestors 'self'"
)

_LINKS_OPEN_BESIDE = '<base target="_blank">'


class Inbox:
    """Requests for pages and JSON."""

    def __init__(
        self, mailbox: Mailbox, outbox: Outbox, *, base_url: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._mailbox = mailbox
        self._outbox = outbox
        self._base_url = base_url
        self._clock = clock
        self._pages = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True, undefined=StrictUndefined
        )
        self._pages.filters |= {"clock": _clock_time, "short": _short_time, "readable": readable, "iso": timestamp}

    def list_page(self, request: Request) -> Response:
        """``GET /``: the mails, newest first; ``q`` searches addresses and subjects, ``cursor`` pages."""
        text = request.args.get("q", "").strip()
        query = Query(text=text or None)
        cursor = _number(request, "cursor")
        mails = self._mailbox.search(query, now=self._clock(), limit=_PAGE + 1, cursor=cursor)
        return self._page(
            "list.html",
            q=text,
            mails=mails[:_PAGE],
            total=self._mailbox.count(query),
            is_first=cursor is None,
            older=mails[_PAGE - 1].cursor if len(mails) > _PAGE else None,
            addresses=ADDRESSES_TO_TRY,
        )

    def mail_page(self, request: Request, message_id: str) -> Response:
        """``GET /inbox/messages/<id>``: one mail; ``tab`` is html, text, headers, source or events."""
        mail = self._mail(message_id)
        tab = request.args.get("tab", "html" if mail.html is not None else "text")
        if tab not in _TABS:
            raise NotFound
        return self._page(
            "mail.html",
            mail=mail,
            envelope=mail.envelope,
            tab=tab,
            tabs=_TABS,
            source=_source(mail).decode(errors="replace") if tab == "source" else "",
            history=self._outbox.history(message_id, now=self._clock()),
        )

    def html(self, _request: Request, message_id: str) -> Response:
        """``GET /inbox/messages/<id>/html``: the HTML body, sandboxed; showing it loads the pixel, as in a mailbox."""
        content = self._mail(message_id).html
        if content is None:
            raise NotFound
        answer = Response(content + _LINKS_OPEN_BESIDE, content_type="text/html; charset=utf-8")
        answer.headers["Content-Security-Policy"] = _MAIL_POLICY
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer

    def eml(self, _request: Request, message_id: str) -> Response:
        """``GET /inbox/messages/<id>.eml``: the source as a file."""
        answer = Response(_source(self._mail(message_id)), content_type="message/rfc822")
        answer.headers["Content-Disposition"] = f'attachment; filename="{message_id}.eml"'
        return answer

    def messages(self, request: Request) -> Response:
        """``GET /inbox/api/messages``: to (whole address), subject (part), campaign_id, limit, cursor."""
        limit = _number(request, "limit")
        limit = _PAGE if limit is None else limit
        if not 1 <= limit <= _MOST:
            raise BadRequest(f"limit is 1 to {_MOST}")
        found = self._mailbox.search(
            _query(request), now=self._clock(), limit=limit + 1, cursor=_number(request, "cursor")
        )
        return json_response(
            {
                "messages": [_summary(summary) for summary in found[:limit]],
                "cursor": found[limit - 1].cursor if len(found) > limit else None,
            }
        )

    def message(self, _request: Request, message_id: str) -> Response:
        """``GET /inbox/api/messages/<id>``: all of one mail, with the addresses that a reader would ask for."""
        mail = self._mail(message_id)
        envelope = mail.envelope
        links = [
            {"url": f"{self._base_url}/l/{message_id}/{number}", "target": link.target, "tags": link.tags}
            for number, link in enumerate(mail.links)
        ]
        history = self._outbox.history(message_id, now=self._clock())
        return json_response(
            {
                "id": message_id,
                "sent_at": timestamp(envelope.sent_at),
                "from": envelope.sender,
                "to": envelope.recipients,
                "subject": envelope.subject,
                "headers": [{"name": name, "value": value} for name, value in envelope.headers],
                "tags": dict(envelope.tags),
                "configuration_set": envelope.configuration_set,
                "html": mail.html,
                "text": mail.text,
                "links": links,
                "events": [_recorded(one) for one in history],
            }
        )

    def count(self, request: Request) -> Response:
        """``GET /inbox/api/count``: how many mails, with the filters of ``messages`` and ``q``."""
        return json_response({"count": self._mailbox.count(_query(request))})

    def duplicates(self, request: Request) -> Response:
        """``GET /inbox/api/duplicates?tag=&value=``: addresses with more than one mail of that tag."""
        tag, value = request.args.get("tag", "campaign_id"), request.args.get("value")
        if value is None:
            raise BadRequest("value is required")
        found = self._mailbox.duplicates(tag, value)
        return json_response({"duplicates": [one._asdict() for one in found]})

    def clear(self, _request: Request) -> Response:
        """``DELETE /inbox/api/messages``: empty the inbox."""
        self._outbox.clear()
        return Response(status=204)

    def _mail(self, message_id: str) -> Mail:
        mail = self._outbox.mail(message_id)
        if mail is None:
            raise NotFound
        return mail

    def _page(self, name: str, **values: Any) -> Response:
        nonce = secrets.token_urlsafe(12)
        answer = Response(self._pages.get_template(name).render(nonce=nonce, **values), mimetype="text/html")
        answer.headers["Content-Security-Policy"] = (
            f"default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-{nonce}'; img-src data:;"
            " frame-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _source(mail: Mail) -> bytes:
    return compose(mail.envelope.headers, mail.html, mail.text, mail.raw)


def _query(request: Request) -> Query:
    args = request.args
    return Query(
        text=args.get("q") or None,
        to=args.get("to") or None,
        subject=args.get("subject") or None,
        campaign_id=args.get("campaign_id") or None,
    )


def _number(request: Request, name: str) -> int | None:
    text = request.args.get(name)
    if text is None:
        return None
    if not text.isdecimal():
        raise BadRequest(f"{name} is a number")
    return int(text)


def _summary(summary: Summary) -> dict[str, Any]:
    return {**asdict(summary), "sent_at": timestamp(summary.sent_at)}


def _recorded(one: Recorded) -> dict[str, Any]:
    return {
        "type": one.event.kind,
        "timestamp": timestamp(one.event.at),
        "state": one.state,
        "detail": one.event.detail,
    }


def _clock_time(at: float) -> str:
    """Show a moment in the time zone of this machine, the reader's own."""
    return f"{datetime.fromtimestamp(at).astimezone():%d %b %Y, %H:%M:%S}"


def _short_time(at: float) -> str:
    """Show a moment of today by its time, an earlier one by its day."""
    moment = datetime.fromtimestamp(at).astimezone()
    return f"{moment:%H:%M:%S}" if moment.date() == datetime.now().astimezone().date() else f"{moment:%d %b %Y}"
