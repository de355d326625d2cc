"""``/u/{token}``: what a List-Unsubscribe link and the footer of a mail lead to (RFC 8058).

GET shows a page and changes nothing, since scanners follow links; POST unsubscribes at once, without cookies, without
a redirect. The answers tell nothing about the address.
"""

from html import escape
from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib import bootstrap
from chalicelib.kernel.errors import DomainError

unsubscribe = Blueprint(__name__)

_HTML = "text/html; charset=utf-8"
_FORMS = ["application/x-www-form-urlencoded", "multipart/form-data"]
_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1.5rem;color:#1d2733;"
    "background:#f6f7f9}main{background:#fff;border-radius:.75rem;padding:2rem;box-shadow:0 1px 4px #0002}"
    "button{font:inherit;padding:.7rem 1.4rem;border:0;border-radius:.5rem;background:#1f5fbf;color:#fff}"
    "@media(prefers-color-scheme:dark){body{background:#14181d;color:#e6e9ed}main{background:#1e242b}}"
)


@unsubscribe.route("/u/{token}", methods=["GET"])
def show_unsubscribe(token: str) -> Response:
    """Show the page with the button."""
    try:
        bootstrap.token_signer().message_id(token)
    except DomainError as error:
        return _page("This link is not valid", escape(error.detail), HTTPStatus.NOT_FOUND)
    form = '<form method="post"><button type="submit">Unsubscribe</button></form>'
    return _page("Unsubscribe", f"<p>Press the button and you will get no more of these mails.</p>{form}")


@unsubscribe.route("/u/{token}", methods=["POST"], content_types=_FORMS)
def confirm_unsubscribe(token: str) -> Response:
    """Unsubscribe; doing it again changes nothing."""
    try:
        bootstrap.tracking().unsubscribe(bootstrap.token_signer().message_id(token))
    except DomainError as error:
        return _page("This link is not valid", escape(error.detail), HTTPStatus.NOT_FOUND)
    return _page("You are unsubscribed", "<p>You will get no more of these mails.</p>")


def _page(title: str, body: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    html = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{title}</h1>{body}</main></body></html>"
    )
    headers: dict[str, str | list[str]] = {
        "Content-Type": _HTML,
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
    }
    return Response(body=html, status_code=status.value, headers=headers)
