"""A recipient file, its account of rows, and the states it passes through."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.kernel.errors import ConflictError, NotFoundError
from chalicelib.kernel.states import TransitionTable

MAX_FILE_BYTES = 200 * 1024 * 1024
"""Largest recipient file: one pass of the import must end within a Lambda's 15 minutes."""

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


TRANSITIONS = TransitionTable(
    "recipient file",
    {
        RecipientFileStatus.AWAITING_UPLOAD: {
            RecipientFileStatus.PROCESSING: "the file arrived in the bucket",
        },
        RecipientFileStatus.PROCESSING: {
            RecipientFileStatus.PROCESSING: "the import is retried; its results are the same each time",
            RecipientFileStatus.READY: "every row is accounted for",
            RecipientFileStatus.REJECTED: "the file as a whole cannot be taken; the reason says why",
        },
        RecipientFileStatus.READY: {},
        RecipientFileStatus.REJECTED: {},
    },
)


class RecipientFileNotFoundError(NotFoundError):
    """There is no such recipient file."""

    problem = "recipient-file-not-found"


class RecipientFileNotReadyError(ConflictError):
    """The file cannot be used: it was not uploaded, is being processed or was rejected."""

    problem = "recipient-file-not-ready"


class UnreadableFileError(Exception):
    """The file as a whole cannot be taken; the message says what, where and how to put it right."""


class RowReason(StrEnum):
    """Why a row was not accepted."""

    NO_ADDRESS = "no_address"
    INVALID_ADDRESS = "invalid_address"
    DUPLICATE = "duplicate"
    TOO_MANY_CELLS = "too_many_cells"
    ROW_TOO_LARGE = "row_too_large"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One accepted row: the address as it is sent to, and the personalisation fields by column name."""

    address: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RowAccount:
    """What became of every row; ``rows == accepted + duplicates + invalid`` always.

    Attributes:
        invalid_reasons: count by `RowReason`, duplicates not among them.
        repaired: accepted rows whose address was trimmed or taken out of ``Name <address>``.
    """

    rows: int = 0
    accepted: int = 0
    duplicates: int = 0
    invalid: int = 0
    repaired: int = 0
    invalid_reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def balanced(self) -> bool:
        """Tell whether no row was lost."""
        return self.rows == self.accepted + self.duplicates + self.invalid


@dataclass(frozen=True, slots=True)
class RecipientFile:
    """A recipient file and what its import found.

    Attributes:
        object_key: where the upload goes; ``object_version`` pins what was read.
        address_column: header of the column that holds the addresses.
        columns: header as written -> name under which templates read it.
        parts: number of part files; part ``n`` lies at `part_key`.
        reason: why the file was rejected.
        revision: counts the changes of this record, for optimistic locking.
    """

    file_id: str
    name: str
    status: RecipientFileStatus
    object_key: str
    created_at: datetime
    object_version: str | None = None
    file_bytes: int | None = None
    account: RowAccount = field(default_factory=RowAccount)
    address_column: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    delimiter: str | None = None
    parts: int = 0
    reason: str | None = None
    finished_at: datetime | None = None
    revision: int = 0


_UPLOAD_KEY = re.compile(r"uploads/(?P<file_id>[a-z0-9_]+)/recipients\.csv")


def upload_key(file_id: str) -> str:
    """Key under which a file's upload lies; its event carries it back."""
    return f"uploads/{file_id}/recipients.csv"


def file_id_of(key: str) -> str:
    """Read the file's id out of its upload key.

    Raises:
        ValueError: the key is not one that `upload_key` makes.
    """
    match = _UPLOAD_KEY.fullmatch(key)
    if not match:
        raise ValueError(f"{key!r} is no upload of a recipient file")
    return match["file_id"]


def part_key(file_id: str, part: int) -> str:
    """Key of a part file: JSON Lines, one recipient a line."""
    return f"files/{file_id}/parts/{part:05d}.jsonl"


def part_list_key(file_id: str) -> str:
    """Key of the list of parts that the Distributed Maps read: JSON Lines of ``{part, recipients}``."""
    return f"files/{file_id}/parts.jsonl"


def manifest_key(file_id: str) -> str:
    """Key of the manifest: the exact account of the file."""
    return f"files/{file_id}/manifest.json"


def report_key(file_id: str) -> str:
    """Key of the report of rows that were not accepted (CSV)."""
    return f"files/{file_id}/rejected.csv"
