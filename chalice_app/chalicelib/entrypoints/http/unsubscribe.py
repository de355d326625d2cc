"""``/u/{token}``: what a List-Unsubscribe link and the footer of a mail lead to (RFC 8058).

GET and HEAD change nothing, since scanners follow links; POST unsubscribes at once, without cookies and without a
redirect. The answers tell nothing about the address. The routes are served by a function of their own
(`infra.chalice_manifest.ROUTE_FUNCTIONS`), which may do no more than this page needs.
"""

from collections.abc import Callable
from http import HTTPMethod, HTTPStatus
from urllib.parse import parse_qs

from chalice.app import Blueprint, Response

from chalicelib import bootstrap
from chalicelib.entrypoints.http.unsubscribe_page import SECURITY_POLICY, PageState, page, preferred_language
from chalicelib.kernel.errors import DomainError, NotFoundError
from chalicelib.tracking.model import Subscription

unsubscribe = Blueprint(__name__)

_FORM = "application/x-www-form-urlencoded"
_LONGEST_FORM = 4_096
_STATUS = {PageState.INVALID: HTTPStatus.NOT_FOUND, PageState.BUSY: HTTPStatus.SERVICE_UNAVAILABLE}
_RETRY_SECONDS = "5"

# No list of content types: a mail client's POST says what it wants by being there, whatever it calls its body.


@unsubscribe.route("/u/{token}", methods=["GET", "HEAD"], content_types=[])
def show_subscription(token: str) -> Response:
    """Show the page with the button that applies."""

    def look(subscription: Subscription) -> PageState:
        unsubscribed = bootstrap.subscriptions().unsubscribed(subscription)
        return PageState.UNSUBSCRIBED if unsubscribed else PageState.SUBSCRIBED

    return _answered(token, look)


@unsubscribe.route("/u/{token}", methods=["POST"], content_types=[])
def change_subscription(token: str) -> Response:
    """Unsubscribe, or take that back when the form says ``action=resubscribe``; doing it again changes nothing."""
    return _answered(token, _resubscribe if _wants_back() else _unsubscribe)


def _unsubscribe(subscription: Subscription) -> PageState:
    bootstrap.subscriptions().unsubscribe(subscription)
    return PageState.UNSUBSCRIBED


def _resubscribe(subscription: Subscription) -> PageState:
    bootstrap.subscriptions().resubscribe(subscription)
    return PageState.RESUBSCRIBED


def _wants_back() -> bool:
    """Tell whether the body is the form of the page's second button; a mail client's one click is never that."""
    request = unsubscribe.current_request
    body = request.raw_body
    if not request.headers.get("content-type", "").lower().startswith(_FORM) or len(body) > _LONGEST_FORM:
        return False
    form = parse_qs(body.decode(errors="replace") if isinstance(body, bytes) else body)
    return form.get("action") == ["resubscribe"] and "List-Unsubscribe" not in form


def _answered(token: str, step: Callable[[Subscription], PageState]) -> Response:
    subscription = None
    try:
        subscription = bootstrap.token_signer().subscription(token)
        state = step(subscription)
    except NotFoundError:
        state = PageState.INVALID
    except DomainError:
        state = PageState.BUSY
    request = unsubscribe.current_request
    language = preferred_language(request.headers.get("accept-language", ""))
    headers: dict[str, str | list[str]] = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": language,
        "Vary": "Accept-Language",
        "Cache-Control": "no-store",
        "Content-Security-Policy": SECURITY_POLICY,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
    }
    if state is PageState.BUSY:
        headers["Retry-After"] = _RETRY_SECONDS
    html = page(state, language, subscription.topic if subscription else None)
    return Response(
        body="" if request.method == HTTPMethod.HEAD else html,
        status_code=_STATUS.get(state, HTTPStatus.OK).value,
        headers=headers,
    )
