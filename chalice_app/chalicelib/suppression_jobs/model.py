"""Jobs on the list of suppressions, their states, and where their files lie."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from chalicelib.kernel.errors import NotFoundError
from chalicelib.kernel.states import TransitionTable
from chalicelib.suppressions.model import SuppressionFilter, SuppressionReason, SuppressionScope

ID_PREFIX: Final = "sjb"
"""What the ids of jobs begin with."""

KEPT_FOR: Final = timedelta(days=7)
"""After that the bucket's lifecycle removes a job with its files, within a day."""

MAX_BYTES: Final = 50 * 1024 * 1024
"""Largest file that is taken: a million addresses or more; it is read as a whole."""

MAX_REPORTED: Final = 10_000
"""Refused rows that the report names."""

COLUMNS: Final = ("address", "scope", "reason", "since")
"""Columns of the file that is written, and those that are read of one that is taken."""

_UPLOAD = re.compile(rf"suppressions/uploads/({ID_PREFIX}_[0-9a-z]{{26}})/suppressions\.csv")


EVERYTHING: Final = SuppressionFilter()
"""No suppression is left out."""


class JobKind(StrEnum):
    """What a job does."""

    IMPORT = "import"
    EXPORT = "export"
    FROM_SES = "from_ses"


class JobState(StrEnum):
    """Where a job is in its life."""

    AWAITING_UPLOAD = "awaiting_upload"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


TRANSITIONS = TransitionTable(
    "job",
    {
        JobState.AWAITING_UPLOAD: {
            JobState.RUNNING: "the file arrived in the bucket",
            JobState.FAILED: "the workflow broke off before it began; the failure says why",
        },
        JobState.RUNNING: {
            JobState.RUNNING: "the next piece of it begins, or the same one again",
            JobState.DONE: "every row was looked at",
            JobState.FAILED: "the file cannot be read, or the workflow met an error that no retry mends",
        },
        JobState.DONE: {},
        JobState.FAILED: {},
    },
)


class JobNotFoundError(NotFoundError):
    """There is no such job (any more)."""

    problem = "suppression-job-not-found"


@dataclass(frozen=True, slots=True)
class SuppressionJob:
    """A job.

    Attributes:
        created_by: name of the API key.
        wanted: which suppressions an export holds.
        scope, reason: of the rows of an import that do not say.
        gzip: whether the file of an export is compressed.
        upload_version: the upload that is in force, once it has arrived.
        rows: rows read or written, or addresses that SES named.
        suppressed: rows that were taken, whether they changed anything or not.
        refused: rows that were not taken.
        failure: why it failed.
    """

    job_id: str
    kind: JobKind
    state: JobState
    created_at: datetime
    created_by: str
    wanted: SuppressionFilter = EVERYTHING
    scope: SuppressionScope = SuppressionScope.ALL
    reason: SuppressionReason = SuppressionReason.MANUAL
    gzip: bool = False
    upload_version: str | None = None
    rows: int = 0
    suppressed: int = 0
    refused: int = 0
    finished_at: datetime | None = None
    failure: str | None = None

    @property
    def expires_at(self) -> datetime:
        """Until when it is kept at least."""
        return self.created_at + KEPT_FOR

    @property
    def upload_key(self) -> str:
        """Where the file of an import is uploaded."""
        return f"suppressions/uploads/{self.job_id}/suppressions.csv"

    @property
    def filename(self) -> str:
        """What the file is called that the job writes."""
        if self.kind is JobKind.IMPORT:
            return "refused-suppressions.csv"
        return f"suppressions.csv{'.gz' if self.gzip else ''}"

    @property
    def content_type(self) -> str:
        """The media type of that file."""
        return "application/gzip" if self.gzip else "text/csv; charset=utf-8"

    @property
    def key(self) -> str:
        """Where that file lies."""
        return f"suppressions/jobs/{self.job_id}/{self.filename}"

    @property
    def source(self) -> str:
        """What its suppressions name as their source."""
        return "the account's list in SES" if self.kind is JobKind.FROM_SES else f"import {self.job_id}"

    @property
    def has_file(self) -> bool:
        """Tell whether there is a file to download: an export, or a report of refused rows."""
        return self.state is JobState.DONE and (
            self.kind is JobKind.EXPORT or (self.kind is JobKind.IMPORT and self.refused > 0)
        )


@dataclass(frozen=True, slots=True)
class Position:
    """How far a job is.

    Attributes:
        rows, suppressed, refused: counted so far.
        cursor: where the list, or SES's, goes on.
        upload_id: the multipart upload of an export's pieces; empty before the first one.
        sent: pieces that lie in the bucket.
    """

    rows: int = 0
    suppressed: int = 0
    refused: int = 0
    cursor: str = ""
    upload_id: str = ""
    sent: int = 0


def job_of(upload_key: str) -> str:
    """Read the job out of the key of its upload.

    Raises:
        JobNotFoundError: it is no such key.
    """
    match = _UPLOAD.fullmatch(upload_key)
    if not match:
        raise JobNotFoundError(f"{upload_key!r} is the upload of no job.")
    return match[1]
