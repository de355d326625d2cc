"""An export, its states, and where it lies."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from chalicelib.kernel.errors import NotFoundError
from chalicelib.kernel.states import TransitionTable
from chalicelib.messages.model import MessageStatus

KEPT_FOR: Final = timedelta(days=7)
"""After that the bucket's lifecycle removes an export, within a day."""


ID_PREFIX: Final = "exp"
"""What the ids of exports begin with."""


class ExportState(StrEnum):
    """Where an export is in its life."""

    WRITING = "writing"
    READY = "ready"
    FAILED = "failed"


TRANSITIONS = TransitionTable(
    "export",
    {
        ExportState.WRITING: {
            ExportState.READY: "every message is in the file",
            ExportState.FAILED: "the workflow met an error that no retry mends; the reason says which",
        },
        ExportState.READY: {},
        ExportState.FAILED: {},
    },
)


class ExportNotFoundError(NotFoundError):
    """There is no such export (any more)."""

    problem = "export-not-found"


@dataclass(frozen=True, slots=True)
class Export:
    """One export of a campaign's messages.

    Attributes:
        parts: how many parts the campaign's messages lie in.
        status: only messages with it; None: all.
        gzip: whether the file is compressed.
        rows: messages in the file, once it is ready.
        reason: why it failed.
    """

    export_id: str
    campaign_id: str
    state: ExportState
    parts: int
    status: MessageStatus | None
    gzip: bool
    created_at: datetime
    finished_at: datetime | None = None
    rows: int | None = None
    reason: str | None = None

    @property
    def expires_at(self) -> datetime:
        """Until when it is kept at least."""
        return self.created_at + KEPT_FOR

    @property
    def filename(self) -> str:
        """What the file is called."""
        return f"{self.campaign_id}-messages.csv{'.gz' if self.gzip else ''}"

    @property
    def content_type(self) -> str:
        """The file's media type."""
        return "application/gzip" if self.gzip else "text/csv; charset=utf-8"

    @property
    def key(self) -> str:
        """Where the file lies."""
        return f"{folder_of(self.campaign_id, self.export_id)}{self.filename}"


def folder_of(campaign_id: str, export_id: str) -> str:
    """Return the folder of an export in the bucket."""
    return f"{PREFIX}{campaign_id}/{export_id}/"


PREFIX: Final = "exports/"


@dataclass(frozen=True, slots=True)
class Position:
    """How far an export is written.

    Attributes:
        part: the part of the campaign to go on with.
        sent: pieces of the file that lie in the bucket.
        rows: messages in these pieces.
        upload_id: the multipart upload that they belong to; empty before the first one.
    """

    part: int = 0
    sent: int = 0
    rows: int = 0
    upload_id: str = ""


COLUMNS: Final[Mapping[str, str]] = {
    "message_id": "id of the message",
    "address": "the recipient",
    "status": "its status at the time of the export",
    "reason": "why it failed or was skipped",
    "provider_id": "SES's id of the message",
    "created_at": "when it was planned",
    "accepted_at": "when it was handed to SES, which took it",
    "delivered_at": "when the recipient's server took it",
    "bounced_at": "when it came back",
    "bounce_type": "SES's type of the bounce",
    "bounce_subtype": "SES's subtype of the bounce",
    "complained_at": "when its recipient complained",
    "unsubscribed_at": "when its recipient unsubscribed by it",
    "first_opened_at": "when it was first opened, by whomever",
    "first_human_opened_at": "when a person first opened it",
    "opens": "how often it was opened",
    "human_opens": "how often by a person",
    "first_clicked_at": "when a link in it was first clicked, by whomever",
    "first_human_clicked_at": "when a person first clicked a link in it",
    "clicks": "how often links in it were clicked",
    "human_clicks": "how often by a person",
}
"""The columns of the file and what they hold; times are RFC 3339 in UTC, what is not known is empty."""
