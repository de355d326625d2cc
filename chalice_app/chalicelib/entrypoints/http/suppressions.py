"""``/v1/suppressions``: addresses that get nothing, and why."""

from http import HTTPStatus

from typing_extensions import TypedDict

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.entrypoints.http.api import (
    Answer,
    Api,
    PageDocument,
    Time,
    answer,
    decoded,
    nothing,
    page_of,
    shown_time,
)
from chalicelib.entrypoints.http.schemas import (
    PutSuppression,
    PutSuppressions,
    SuppressedScope,
    SuppressionListQuery,
    SuppressionQuery,
)
from chalicelib.kernel.errors import InvalidInputError
from chalicelib.suppressions.model import Suppression, SuppressionFilter, SuppressionReason, WantedSuppression
from chalicelib.suppressions.service import SuppressionNotFoundError

suppressions = Api(__name__)


class SuppressionDocument(TypedDict):
    """One reason for which one address gets nothing in one scope."""

    address: str
    scope: SuppressedScope
    reason: SuppressionReason
    source: str
    since: Time | None


class SuppressionsDocument(TypedDict):
    """All suppressions of an address."""

    items: list[SuppressionDocument]


@suppressions.operation("GET", "/v1/suppressions", scope=Scope.READ)
def list_suppressions(query: SuppressionListQuery) -> Answer[PageDocument[SuppressionDocument]]:
    """List suppressions; a page may hold fewer than asked for though `next` is not null."""
    wanted = SuppressionFilter(query.scope, query.reason, query.since, query.until)
    page = bootstrap.suppressions().list(wanted, limit=query.limit, cursor=query.cursor)
    return page_of(page, suppression_document)


@suppressions.operation("POST", "/v1/suppressions", scope=Scope.WRITE, status=HTTPStatus.NO_CONTENT)
def put_suppressions(request: PutSuppressions) -> Answer[None]:
    """Suppress many addresses at a time, or none where one of them cannot be."""
    wanted = [WantedSuppression(one.address, one.scope, one.reason, one.since) for one in request.items]
    bootstrap.suppressions().put_all(wanted, source=f"api key {suppressions.principal.name}")
    return nothing()


@suppressions.operation("PUT", "/v1/suppressions/{address}", scope=Scope.WRITE, refuses=(InvalidInputError,))
def put_suppression(address: str, request: PutSuppression) -> Answer[SuppressionDocument]:
    """Suppress an address by hand; other reasons that it has in that scope are kept beside this one."""
    stored = bootstrap.suppressions().put(
        decoded(address),
        request.scope,
        source=f"api key {suppressions.principal.name}",
        reason=SuppressionReason.MANUAL,
        account=bootstrap.account_suppressions() if request.in_ses else None,
    )
    return answer(suppression_document(stored))


@suppressions.operation(
    "GET", "/v1/suppressions/{address}", scope=Scope.READ, refuses=(InvalidInputError, SuppressionNotFoundError)
)
def get_suppression(address: str) -> Answer[SuppressionsDocument]:
    """Show an address's suppressions, each reason of each scope."""
    found = bootstrap.suppressions().get(decoded(address))
    return answer({"items": [suppression_document(one) for one in found]})


@suppressions.operation(
    "DELETE",
    "/v1/suppressions/{address}",
    scope=Scope.WRITE,
    status=HTTPStatus.NO_CONTENT,
    refuses=(SuppressionNotFoundError,),
)
def delete_suppression(address: str, query: SuppressionQuery) -> Answer[None]:
    """Lift the suppression of an address in one scope, for one reason or for all."""
    reason = None if query.reason == "all" else query.reason
    bootstrap.suppressions().delete(
        decoded(address), query.scope, reason, account=bootstrap.account_suppressions() if query.in_ses else None
    )
    return nothing()


def suppression_document(suppression: Suppression) -> SuppressionDocument:
    """Show a suppression."""
    return {
        "address": suppression.address,
        "scope": suppression.scope,
        "reason": suppression.reason,
        "source": suppression.source,
        "since": shown_time(suppression.since),
    }
