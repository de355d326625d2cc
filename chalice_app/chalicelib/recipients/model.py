"""A recipient file, its account of rows, and the states it passes through."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.kernel.errors import ConflictError, NotFoundError
from chalicelib.kernel.states import TransitionTable

ID_PREFIX = "rcp"
"""What the ids of recipient files begin with."""

MAX_FILE_BYTES = 5 * 1024**3
"""Largest recipient file, as it is uploaded and as it is unpacked; S3 takes no more in one POST."""

MAX_ROWS = 50_000_000
"""Most rows of a recipient file: one pass of the import must end within a Lambda's 15 minutes and its memory."""

RECIPIENTS_PER_PART = 1_000
"""Recipients in a part file; one item of the Distributed Maps."""

MAX_NAME_CHARACTERS = 200
"""Longest name of a recipient file."""


class RecipientFileStatus(StrEnum):
    """Where a recipient file is in its life."""

    AWAITING_UPLOAD = "awaiting_upload"
    PROCESSING = "processing"
    READY = "ready"
    REJECTED = "rejected"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DELETING = "deleting"


class UploadType(StrEnum):
    """Content type that an upload is permitted to carry; what the file is, the import finds from its content."""

    CSV = "text/csv"
    GZIP = "application/gzip"
    ZIP = "application/zip"


class Compression(StrEnum):
    """How an upload is packed."""

    NONE = "none"
    GZIP = "gzip"
    ZIP = "zip"


class Encoding(StrEnum):
    """What the bytes of a recipient file are."""

    UTF_8 = "utf-8"
    UTF_16_LE = "utf-16-le"
    UTF_16_BE = "utf-16-be"
    WINDOWS_1252 = "windows-1252"


_DELETED = "its uploads, parts and reports are removed, then its record"
_RETRIED = "the same upload is imported again"

TRANSITIONS = TransitionTable(
    "recipient file",
    {
        RecipientFileStatus.AWAITING_UPLOAD: {
            RecipientFileStatus.PROCESSING: "the file arrived in the bucket",
            RecipientFileStatus.CANCELLED: "given up before its upload",
            RecipientFileStatus.DELETING: _DELETED,
        },
        RecipientFileStatus.PROCESSING: {
            RecipientFileStatus.PROCESSING: "the import goes on or is retried; its results are the same each time",
            RecipientFileStatus.READY: "every row is accounted for",
            RecipientFileStatus.REJECTED: "the file as a whole cannot be taken; the reason says why",
            RecipientFileStatus.FAILED: "the import broke off by no fault of the file; the reason says how",
            RecipientFileStatus.CANCELLED: "the import was stopped",
        },
        RecipientFileStatus.READY: {
            RecipientFileStatus.DELETING: _DELETED,
        },
        RecipientFileStatus.REJECTED: {
            RecipientFileStatus.PROCESSING: "the same upload is imported again, with another address column",
            RecipientFileStatus.DELETING: _DELETED,
        },
        RecipientFileStatus.FAILED: {
            RecipientFileStatus.PROCESSING: _RETRIED,
            RecipientFileStatus.DELETING: _DELETED,
        },
        RecipientFileStatus.CANCELLED: {
            RecipientFileStatus.PROCESSING: _RETRIED,
            RecipientFileStatus.DELETING: _DELETED,
        },
        RecipientFileStatus.DELETING: {
            RecipientFileStatus.DELETING: "the removal is started again",
        },
    },
)


class RecipientFileNotFoundError(NotFoundError):
    """There is no such recipient file."""

    problem = "recipient-file-not-found"


class RecipientFileNotReadyError(ConflictError):
    """The file cannot be used: it was not uploaded, is being processed or was rejected."""

    problem = "recipient-file-not-ready"


class UploadIncompleteError(ConflictError):
    """Parts of a multipart upload have not arrived."""

    problem = "upload-incomplete"


class UnreadableFileError(Exception):
    """The file as a whole cannot be taken; the message says what, where and how to put it right.

    Attributes:
        findings: what was found out about it all the same; None: nothing that would help.
    """

    findings: "Findings | None" = None


class NoAddressColumnError(UnreadableFileError):
    """No column is known to hold addresses; whoever knows the file can name the one that does.

    Attributes:
        delimiter: between the cells.
        columns: as `Findings.columns`.
    """

    def __init__(self, message: str, delimiter: str, columns: Mapping[str, str]) -> None:
        super().__init__(message)
        self.delimiter = delimiter
        self.columns = columns


class ImportTimeError(Exception):
    """The import would not end within its invocation; trying the same again would not help."""


class UnbalancedAccountError(Exception):
    """Rows were lost or counted twice: a fault of the platform, so nothing of the import may be used."""


class RowReason(StrEnum):
    """Why a row was not accepted."""

    NO_ADDRESS = "no_address"
    INVALID_ADDRESS = "invalid_address"
    UNSUPPORTED_ADDRESS = "unsupported_address"
    DUPLICATE = "duplicate"
    TOO_MANY_CELLS = "too_many_cells"
    ROW_TOO_LARGE = "row_too_large"
    BAD_QUOTES = "bad_quotes"
    BROKEN_ENCODING = "broken_encoding"
    NUL_CHARACTER = "nul_character"


class RowFlag(StrEnum):
    """What is worth a look at a row that was accepted."""

    REPAIRED = "repaired"
    SHORT_ROW = "short_row"
    ROLE_ADDRESS = "role_address"
    DISPOSABLE_DOMAIN = "disposable_domain"
    DOMAIN_TYPO = "domain_typo"
    UNKNOWN_TIME_ZONE = "unknown_time_zone"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One accepted row: the address as it is sent to, and the personalisation fields by column name."""

    address: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """One part file.

    Attributes:
        number: from 0.
        body: as `parts` describes it.
    """

    number: int
    recipients: int
    body: bytes


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was not accepted.

    Attributes:
        line: where it starts in the file, from 1.
        value: the cell that decided, as it was written.
    """

    line: int
    reason: RowReason
    detail: str
    value: str


@dataclass(frozen=True, slots=True)
class FlaggedRow:
    """An accepted row that is worth a look.

    Attributes:
        line: where it starts in the file, from 1.
        value: the cell that the flag is about.
    """

    line: int
    flag: RowFlag
    detail: str
    value: str


@dataclass(frozen=True, slots=True)
class RowAccount:
    """What became of every row; ``rows == accepted + duplicates + invalid`` always.

    Attributes:
        invalid_reasons: count by `RowReason`, duplicates not among them.
        repaired: accepted rows whose address was trimmed or taken out of ``Name <address>``.
        flags: count of accepted rows by `RowFlag`; a row may have several.
    """

    rows: int = 0
    accepted: int = 0
    duplicates: int = 0
    invalid: int = 0
    repaired: int = 0
    invalid_reasons: Mapping[str, int] = field(default_factory=dict)
    flags: Mapping[str, int] = field(default_factory=dict)

    @property
    def balanced(self) -> bool:
        """Tell whether no row was lost."""
        return self.rows == self.accepted + self.duplicates + self.invalid


@dataclass(frozen=True, slots=True)
class Findings:
    """What an import found out about a file as a whole.

    Attributes:
        header: whether the first row names the columns.
        address_column: header of the column that holds the addresses; ``column 2`` in a file without header; None when
            no column is known to hold them.
        columns: header as written -> name under which templates read it.
    """

    encoding: Encoding
    compression: Compression
    delimiter: str
    header: bool
    address_column: str | None
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is.

    Attributes:
        bytes: of the upload, as it lies in the bucket.
        started_at: when this attempt began.
    """

    rows: int
    bytes: int
    started_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RecipientFile:
    """A recipient file and what its import found.

    Attributes:
        object_key: where the upload goes; ``object_version`` pins what was read.
        upload_id: S3's id of a multipart upload; None for a single POST.
        file_bytes: size of the upload, before it as the caller announced it.
        wanted_column: the caller's choice of the address column: a header or a position from 1.
        parts: number of part files; part ``n`` lies at `places.part_key`.
        reason: why the file was rejected, failed or cancelled.
        attempts: imports begun by the caller; a workflow's own retries are not counted.
        ignored_uploads: later uploads under the same id, which changed nothing.
        revision: counts the changes of this record, for optimistic locking.
    """

    file_id: str
    name: str
    status: RecipientFileStatus
    object_key: str
    created_at: datetime
    upload_type: UploadType = UploadType.CSV
    upload_id: str | None = None
    object_version: str | None = None
    file_bytes: int | None = None
    wanted_column: str | None = None
    account: RowAccount = field(default_factory=RowAccount)
    findings: Findings | None = None
    progress: Progress | None = None
    parts: int = 0
    reason: str | None = None
    attempts: int = 0
    ignored_uploads: int = 0
    finished_at: datetime | None = None
    revision: int = 0

    @property
    def columns(self) -> Mapping[str, str]:
        """Header as written -> name under which templates read it; empty before the import."""
        return self.findings.columns if self.findings else {}


@dataclass(frozen=True, slots=True)
class RecipientFileFilter:
    """Which recipient files a list holds, in the order of their making. None leaves a value open.

    Attributes:
        name: text that the name holds, whatever the case.
        newest_first: the order of the list.
    """

    status: RecipientFileStatus | None = None
    name: str | None = None
    newest_first: bool = True


ALL_FILES = RecipientFileFilter()
"""Every recipient file, the newest first."""
