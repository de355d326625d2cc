"""``/v1/health``: tells that the API answers; it needs no key and looks at nothing behind it."""

from chalice.app import Blueprint, Response

from chalicelib.entrypoints.http.api import answer

health = Blueprint(__name__)


@health.route("/v1/health", methods=["GET"])
def get_health() -> Response:
    """Answer that the API is there."""
    return answer({"status": "ok"})
