"""What jobs on the list of suppressions need from outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.kernel.pages import Page
from chalicelib.kernel.uploads import PresignedPost
from chalicelib.suppression_jobs.model import JobKind, SuppressionJob
from chalicelib.suppressions.model import Suppression, SuppressionFilter, SuppressionReason, WantedSuppression


class Jobs(Protocol):
    """Keeps the records of jobs until they expire."""

    def put(self, job: SuppressionJob) -> None:
        """Store a record, replacing the one before."""
        ...

    def get(self, job_id: str) -> SuppressionJob | None:
        """Return a record, or None."""
        ...


class Files(Protocol):
    """The bucket that jobs' files lie in."""

    def presign(self, key: str, *, content_type: str, max_bytes: int, min_bytes: int = 1) -> PresignedPost:
        """Permit one upload under exactly this key, type and size range."""
        ...

    def link(self, key: str, *, filename: str) -> str:
        """Return an address under which the object can be downloaded for a short time."""
        ...

    def read(self, key: str, version: str | None, *, max_bytes: int) -> bytes:
        """Return an object's bytes, at most ``max_bytes`` + 1 of them."""
        ...

    def write(self, key: str, body: bytes, *, content_type: str) -> None:
        """Store an object, replacing what is there."""
        ...


class JobWorkflows(Protocol):
    """Starts the state machine of jobs; starting one job twice starts it once."""

    def run(self, job_id: str, kind: JobKind) -> None:
        """Start a job.

        Raises:
            TemporarilyUnavailableError: it was not started.
        """
        ...


class Suppressing(Protocol):
    """Puts suppressions as an operator would."""

    def put_each(self, wanted: Sequence[WantedSuppression], *, source: str) -> list[str | None]:
        """Suppress those that can be; return for each what is wrong with it, None for one that was taken."""
        ...


class Listing(Protocol):
    """The list of suppressions."""

    def list(self, wanted: SuppressionFilter, *, limit: int, cursor: str | None) -> Page[Suppression]:
        """Return a page of all suppressions; it may hold fewer than asked for though more follow."""
        ...


@dataclass(frozen=True, slots=True)
class SesSuppression:
    """An address on the account's list in SES."""

    address: str
    reason: SuppressionReason
    since: datetime


class SesList(Protocol):
    """The account's list in SES."""

    def page(self, token: str | None) -> tuple[list[SesSuppression], str | None]:
        """Return a page of it and the token of the next one, None at the end.

        Raises:
            TemporarilyUnavailableError: SES did not say.
        """
        ...


class Deadline(Protocol):
    """How much of the invocation is left."""

    def remaining_seconds(self) -> float:
        """Return how long the invocation may still run."""
        ...
