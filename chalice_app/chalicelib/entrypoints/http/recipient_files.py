"""``/v1/recipient-files``."""

from http import HTTPStatus
from typing import Any, Literal

from typing_extensions import TypedDict

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.entrypoints.http.api import Answer, Api, LinkDocument, PageDocument, Time, answer, page_of, shown_time
from chalicelib.entrypoints.http.refusals import STATE
from chalicelib.entrypoints.http.schemas import (
    CreateRecipientFile,
    FindRecipientsQuery,
    NoDetails,
    RecipientFileListQuery,
    RetryRecipientFile,
)
from chalicelib.entrypoints.http.uploads import UploadDocument, upload_document
from chalicelib.kernel.uploads import PresignedPost
from chalicelib.recipients.model import (
    ID_PREFIX,
    Compression,
    RecipientFile,
    RecipientFileFilter,
    RecipientFileNotFoundError,
    RecipientFileNotReadyError,
    RecipientFileStatus,
    RowAccount,
    UploadIncompleteError,
    UploadType,
)
from chalicelib.recipients.ports import PartLink
from chalicelib.recipients.progress import estimate
from chalicelib.recipients.uploading import PART_BYTES, UploadForm

recipient_files = Api(__name__)


class PartsDocument(TypedDict):
    """An upload in parts: PUT each to its address, then call ``upload/complete``.

    Attributes:
        parts: those that have not arrived.
        arrived: numbers of those that have.
    """

    method: Literal["multipart"]
    part_bytes: int
    parts: list[PartLink]
    arrived: list[int]
    expires_at: Time | None


class FoundRecipientDocument(TypedDict):
    """A recipient of a file.

    Attributes:
        row: its place among the accepted rows, as previews and test sends take it.
    """

    row: int
    address: str


class ProgressDocument(TypedDict):
    """How far an import is."""

    rows: int
    bytes: int
    percent: float | None
    rows_per_second: float | None
    estimated_end: Time | None
    updated_at: Time | None


class RecipientFileDocument(TypedDict):
    """A recipient file; what its import found out is null before it.

    Attributes:
        columns: name of the field that each column of the file became.
        account: what became of every row.
    """

    file_id: str
    name: str
    status: RecipientFileStatus
    reason: str | None
    content_type: UploadType
    multipart: bool
    file_bytes: int | None
    wanted_column: str | None
    encoding: str | None
    compression: Compression | None
    delimiter: str | None
    header: bool | None
    address_column: str | None
    columns: dict[str, str]
    account: RowAccount
    progress: ProgressDocument | None
    parts: int | None
    attempts: int
    ignored_uploads: int
    created_at: Time | None
    finished_at: Time | None


class NewRecipientFileDocument(RecipientFileDocument):
    """A recipient file and where it is uploaded."""

    upload: UploadDocument | PartsDocument


@recipient_files.operation(
    "POST", "/v1/recipient-files", scope=Scope.WRITE, status=HTTPStatus.CREATED, creates=ID_PREFIX
)
def create_recipient_file(request: CreateRecipientFile, new_id: str) -> Answer[NewRecipientFileDocument]:
    """Make a recipient file; the answer says where to upload it."""
    recipient_file, form = bootstrap.recipient_uploads().create(
        name=request.name,
        upload_type=request.content_type,
        file_bytes=request.file_bytes,
        multipart=request.multipart,
        wanted_column=_column(request.address_column),
        file_id=new_id,
    )
    return answer(
        {**recipient_file_document(recipient_file), "upload": form_document(form)},
        revision=recipient_file.revision,
        location=f"/v1/recipient-files/{recipient_file.file_id}",
    )


@recipient_files.operation("GET", "/v1/recipient-files", scope=Scope.READ)
def list_recipient_files(query: RecipientFileListQuery) -> Answer[PageDocument[RecipientFileDocument]]:
    """List recipient files, by default the newest first."""
    wanted = RecipientFileFilter(query.status, query.name, newest_first=query.sort.startswith("-"))
    page = bootstrap.recipients().list(wanted, limit=query.limit, cursor=query.cursor)
    return page_of(page, recipient_file_document)


@recipient_files.operation(
    "GET", "/v1/recipient-files/{file_id}", scope=Scope.READ, refuses=(RecipientFileNotFoundError,)
)
def get_recipient_file(file_id: str) -> Answer[RecipientFileDocument]:
    """Show a recipient file, how far its import is, and the account of its rows."""
    return _shown(bootstrap.recipients().get(file_id))


@recipient_files.operation(
    "DELETE",
    "/v1/recipient-files/{file_id}",
    scope=Scope.WRITE,
    status=HTTPStatus.ACCEPTED,
    refuses=(RecipientFileNotFoundError, *STATE),
)
def delete_recipient_file(file_id: str, revision: int | None) -> Answer[RecipientFileDocument]:
    """Begin to remove a recipient file with all that was uploaded and written for it."""
    return _shown(bootstrap.recipients().delete(file_id, revision=revision))


@recipient_files.operation(
    "GET",
    "/v1/recipient-files/{file_id}/upload",
    scope=Scope.WRITE,
    refuses=(RecipientFileNotFoundError, RecipientFileNotReadyError, *STATE),
)
def get_recipient_file_upload(file_id: str) -> Answer[UploadDocument | PartsDocument]:
    """Answer a fresh form, or fresh links of the parts that have not arrived."""
    _, form = bootstrap.recipient_uploads().form(file_id)
    return answer(form_document(form))


@recipient_files.operation(
    "POST",
    "/v1/recipient-files/{file_id}/upload/complete",
    scope=Scope.WRITE,
    status=HTTPStatus.ACCEPTED,
    refuses=(
        RecipientFileNotFoundError,
        RecipientFileNotReadyError,
        UploadIncompleteError,
        *STATE,
    ),
)
def complete_recipient_file_upload(
    file_id: str, _request: NoDetails, revision: int | None
) -> Answer[RecipientFileDocument]:
    """Make the upload of its parts; its import begins by itself."""
    return _shown(bootstrap.recipient_uploads().complete(file_id, revision=revision))


@recipient_files.operation(
    "POST",
    "/v1/recipient-files/{file_id}/cancel",
    scope=Scope.WRITE,
    status=HTTPStatus.ACCEPTED,
    refuses=(RecipientFileNotFoundError, RecipientFileNotReadyError, *STATE),
)
def cancel_recipient_file(file_id: str, _request: NoDetails, revision: int | None) -> Answer[RecipientFileDocument]:
    """Give a file up before its upload or while it is imported."""
    return _shown(bootstrap.recipients().cancel(file_id, revision=revision))


@recipient_files.operation(
    "POST",
    "/v1/recipient-files/{file_id}/retry",
    scope=Scope.WRITE,
    status=HTTPStatus.ACCEPTED,
    refuses=(RecipientFileNotFoundError, RecipientFileNotReadyError, *STATE),
)
def retry_recipient_file(
    file_id: str, request: RetryRecipientFile, revision: int | None
) -> Answer[RecipientFileDocument]:
    """Import the same upload again."""
    retried = bootstrap.recipients().retry(file_id, wanted_column=_column(request.address_column), revision=revision)
    return _shown(retried)


@recipient_files.operation(
    "GET",
    "/v1/recipient-files/{file_id}/report",
    scope=Scope.READ,
    refuses=(RecipientFileNotFoundError, RecipientFileNotReadyError),
)
def get_recipient_file_report(file_id: str) -> Answer[LinkDocument]:
    """Answer a short-lived address of the report of rows that were not accepted (CSV)."""
    return answer({"url": bootstrap.recipients().report_link(file_id)})


@recipient_files.operation(
    "GET",
    "/v1/recipient-files/{file_id}/flags",
    scope=Scope.READ,
    refuses=(RecipientFileNotFoundError, RecipientFileNotReadyError),
)
def get_recipient_file_flags(file_id: str) -> Answer[LinkDocument]:
    """Answer a short-lived address of the report of accepted rows that are worth a look (CSV)."""
    return answer({"url": bootstrap.recipients().flags_link(file_id)})


@recipient_files.operation(
    "GET",
    "/v1/recipient-files/{file_id}/profile",
    scope=Scope.READ,
    refuses=(RecipientFileNotFoundError, RecipientFileNotReadyError),
)
def get_recipient_file_profile(file_id: str) -> Answer[dict[str, Any]]:
    """Answer what the file's columns and domains look like."""
    return answer(bootstrap.recipients().profile(file_id))


@recipient_files.operation(
    "GET",
    "/v1/recipient-files/{file_id}/recipients",
    scope=Scope.READ,
    refuses=(RecipientFileNotFoundError, RecipientFileNotReadyError),
)
def find_recipients(file_id: str, query: FindRecipientsQuery) -> Answer[PageDocument[FoundRecipientDocument]]:
    """Find recipients of a file by a part of their address; a page may be short or empty though more follow."""
    page = bootstrap.sample_recipients().find(file_id, query.address, limit=query.limit, cursor=query.cursor)
    return page_of(page, lambda found: {"row": found.row, "address": found.address})


def recipient_file_document(recipient_file: RecipientFile) -> RecipientFileDocument:
    """Show a recipient file; what its import found out is null before it."""
    findings = recipient_file.findings
    return {
        "file_id": recipient_file.file_id,
        "name": recipient_file.name,
        "status": recipient_file.status,
        "reason": recipient_file.reason,
        "content_type": recipient_file.upload_type,
        "multipart": recipient_file.upload_id is not None,
        "file_bytes": recipient_file.file_bytes,
        "wanted_column": recipient_file.wanted_column,
        "encoding": findings.encoding if findings else None,
        "compression": findings.compression if findings else None,
        "delimiter": findings.delimiter if findings else None,
        "header": findings.header if findings else None,
        "address_column": findings.address_column if findings else None,
        "columns": dict(recipient_file.columns),
        "account": recipient_file.account,
        "progress": _progress_document(recipient_file),
        "parts": recipient_file.parts,
        "attempts": recipient_file.attempts,
        "ignored_uploads": recipient_file.ignored_uploads,
        "created_at": shown_time(recipient_file.created_at),
        "finished_at": shown_time(recipient_file.finished_at),
    }


def form_document(form: UploadForm) -> UploadDocument | PartsDocument:
    """Show where the upload goes: one form, or a link for each part that has not arrived."""
    if isinstance(form, PresignedPost):
        return upload_document(form)
    return {
        "method": "multipart",
        "part_bytes": PART_BYTES,
        "parts": list(form.links),
        "arrived": list(form.arrived),
        "expires_at": shown_time(form.expires_at),
    }


def _progress_document(recipient_file: RecipientFile) -> ProgressDocument | None:
    progress = recipient_file.progress
    if progress is None or recipient_file.status is not RecipientFileStatus.PROCESSING:
        return None
    ahead = estimate(progress, recipient_file.file_bytes)
    return {
        "rows": progress.rows,
        "bytes": progress.bytes,
        "percent": ahead.percent,
        "rows_per_second": ahead.rows_per_second,
        "estimated_end": shown_time(ahead.estimated_end),
        "updated_at": shown_time(progress.updated_at),
    }


def _shown(recipient_file: RecipientFile) -> Answer[RecipientFileDocument]:
    return answer(recipient_file_document(recipient_file), revision=recipient_file.revision)


def _column(given: str | int | None) -> str | None:
    """Write a position as the import reads it."""
    return None if given is None else str(given)
