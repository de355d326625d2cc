"""One class for each decision that a caller makes; `problem` is the last segment of the RFC 9457 type."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault in a document: a JSON pointer (RFC 6901) and what is wrong there."""

    pointer: str
    detail: str


class CentreError(Exception):
    """A refusal; nothing was changed.

    Attributes:
        problem: never changes once published.
        status: of the answer.
        help: what a marketing person does about it, one sentence; None where the detail says it.
        retry_seconds: when the same call may be made again; None where time alone does not help.
    """

    problem: ClassVar[str] = "refused"
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY
    help: str | None = None
    retry_seconds: int | None = None

    def __init__(self, detail: str, *, errors: tuple[FieldError, ...] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors


class MalformedBodyError(CentreError):
    """The body is no JSON object."""

    problem = "malformed-body"
    status = HTTPStatus.BAD_REQUEST


class InvalidInputError(CentreError):
    """The request can be read, but a value in it cannot be taken."""

    problem = "invalid-input"


class NotFoundError(CentreError):
    """There is no such thing."""

    problem = "not-found"
    status = HTTPStatus.NOT_FOUND


class ConflictError(CentreError):
    """It stands so that this cannot be done."""

    problem = "conflict"
    status = HTTPStatus.CONFLICT


class StaleRevisionError(CentreError):
    """Somebody else changed it in between."""

    problem = "stale-revision"
    status = HTTPStatus.PRECONDITION_FAILED
    help = "Somebody else changed this meanwhile: look at the newest state and make your change again."


class IdempotencyKeyReusedError(CentreError):
    """The key came with another request before."""

    problem = "idempotency-key-reused"


class TemporarilyUnavailableError(CentreError):
    """A service that is needed did not answer; the same call may be made again."""

    problem = "temporarily-unavailable"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    help = "Wait a moment and try again."
    retry_seconds = 2


class ConfigurationError(Exception):
    """The deployment is wrong, not the request."""
