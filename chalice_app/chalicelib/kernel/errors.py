"""One class for each decision that a caller makes; the names are the contract of workflows and API."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault in an input document.

    Attributes:
        pointer: JSON pointer (RFC 6901) of the faulty value, for example ``/sender/address``.
        detail: what is wrong and how to put it right.
    """

    pointer: str
    detail: str


class DomainError(Exception):
    """A refusal that the platform decided on; nothing was changed.

    ``problem`` is the last segment of the RFC 9457 type URI and never changes once published.
    ``retry_seconds`` says when the same call may be made again; None where time alone does not help.
    """

    problem: ClassVar[str] = "refused"
    retry_seconds: int | None = None

    def __init__(self, detail: str, *, errors: tuple[FieldError, ...] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors


class InvalidInputError(DomainError):
    """The request can be read, but a value in it cannot be taken."""

    problem = "invalid-input"


class NotFoundError(DomainError):
    """There is no such resource."""

    problem = "not-found"


class ConflictError(DomainError):
    """The resource is in a state in which this cannot be done."""

    problem = "conflict"


class StaleRevisionError(ConflictError):
    """Somebody else changed the resource in between; read it again and decide anew."""

    problem = "stale-revision"


class TemporarilyUnavailableError(DomainError):
    """A service that the platform depends on did not answer in time; the same call may be made again."""

    problem = "temporarily-unavailable"
    retry_seconds: int

    def __init__(self, detail: str, *, retry_seconds: int = 2) -> None:
        super().__init__(detail)
        self.retry_seconds = retry_seconds


class ConfigurationError(Exception):
    """The deployment is wrong, not the input: no loop over items may swallow this."""
