"""``/v1/suppressions/{address}``."""

from typing import Any
from urllib.parse import unquote

from chalice.app import Response

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.entrypoints.http.api import Api, answer, nothing, shown_time
from chalicelib.entrypoints.http.schemas import PutSuppression, SuppressionQuery
from chalicelib.suppressions.model import Suppression, SuppressionReason

suppressions = Api(__name__)


@suppressions.operation("PUT", "/v1/suppressions/{address}", scope=Scope.WRITE)
def put_suppression(address: str) -> Response:
    """Suppress an address by hand; other reasons that it has in that scope are kept beside this one."""
    request = suppressions.document(PutSuppression)
    stored = bootstrap.suppressions().put(
        _decoded(address),
        request.scope,
        source=f"api key {suppressions.principal.name}",
        reason=SuppressionReason.MANUAL,
    )
    return answer(suppression_document(stored))


@suppressions.operation("GET", "/v1/suppressions/{address}", scope=Scope.READ)
def get_suppression(address: str) -> Response:
    """Show an address's suppressions, each reason of each scope."""
    found = bootstrap.suppressions().get(_decoded(address))
    return answer({"items": [suppression_document(one) for one in found]})


@suppressions.operation("DELETE", "/v1/suppressions/{address}", scope=Scope.WRITE)
def delete_suppression(address: str) -> Response:
    """Lift the suppression of an address in one scope, for one reason or for all."""
    query = suppressions.query(SuppressionQuery)
    reason = None if query.reason == "all" else query.reason
    bootstrap.suppressions().delete(_decoded(address), query.scope, reason)
    return nothing()


def _decoded(address: str) -> str:
    """Decode a path segment: a REST API hands it over as the caller wrote it, and ``@`` may stand there unescaped."""
    return unquote(address)


def suppression_document(suppression: Suppression) -> dict[str, Any]:
    """Show a suppression."""
    return {
        "address": suppression.address,
        "scope": suppression.scope,
        "reason": suppression.reason,
        "source": suppression.source,
        "since": shown_time(suppression.since),
    }
