"""``/v1/recipient-files``."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from chalice.app import Response

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.entrypoints.http.api import Api, answer, page_of, shown_time
from chalicelib.entrypoints.http.schemas import (
    CreateRecipientFile,
    NoDetails,
    RecipientFileListQuery,
    RetryRecipientFile,
)
from chalicelib.entrypoints.http.uploads import upload_document
from chalicelib.kernel.uploads import PresignedPost
from chalicelib.recipients.model import RecipientFile, RecipientFileStatus
from chalicelib.recipients.progress import estimate
from chalicelib.recipients.uploading import PART_BYTES, UploadForm

recipient_files = Api(__name__)


@recipient_files.operation("POST", "/v1/recipient-files", scope=Scope.WRITE)
def create_recipient_file() -> Response:
    """Make a recipient file; the answer says where to upload it."""
    request = recipient_files.document(CreateRecipientFile)
    recipient_file, form = bootstrap.recipient_uploads().create(
        name=request.name,
        upload_type=request.content_type,
        file_bytes=request.file_bytes,
        multipart=request.multipart,
        wanted_column=_column(request.address_column),
    )
    return answer(
        {**recipient_file_document(recipient_file), "upload": form_document(form)},
        status=HTTPStatus.CREATED,
        location=f"/v1/recipient-files/{recipient_file.file_id}",
    )


@recipient_files.operation("GET", "/v1/recipient-files", scope=Scope.READ)
def list_recipient_files() -> Response:
    """List recipient files, newest first."""
    query = recipient_files.query(RecipientFileListQuery)
    page = bootstrap.recipients().list(status=query.status, limit=query.limit, cursor=query.cursor)
    return page_of(page, recipient_file_document)


@recipient_files.operation("GET", "/v1/recipient-files/{file_id}", scope=Scope.READ)
def get_recipient_file(file_id: str) -> Response:
    """Show a recipient file, how far its import is, and the account of its rows."""
    return _shown(bootstrap.recipients().get(file_id))


@recipient_files.operation("DELETE", "/v1/recipient-files/{file_id}", scope=Scope.WRITE)
def delete_recipient_file(file_id: str) -> Response:
    """Begin to remove a recipient file with all that was uploaded and written for it."""
    return _shown(bootstrap.recipients().delete(file_id), HTTPStatus.ACCEPTED)


@recipient_files.operation("GET", "/v1/recipient-files/{file_id}/upload", scope=Scope.WRITE)
def get_recipient_file_upload(file_id: str) -> Response:
    """Answer a fresh form, or fresh links of the parts that have not arrived."""
    _, form = bootstrap.recipient_uploads().form(file_id)
    return answer(form_document(form))


@recipient_files.operation("POST", "/v1/recipient-files/{file_id}/upload/complete", scope=Scope.WRITE)
def complete_recipient_file_upload(file_id: str) -> Response:
    """Make the upload of its parts; its import begins by itself."""
    recipient_files.document(NoDetails)
    return _shown(bootstrap.recipient_uploads().complete(file_id), HTTPStatus.ACCEPTED)


@recipient_files.operation("POST", "/v1/recipient-files/{file_id}/cancel", scope=Scope.WRITE)
def cancel_recipient_file(file_id: str) -> Response:
    """Give a file up before its upload or while it is imported."""
    recipient_files.document(NoDetails)
    return _shown(bootstrap.recipients().cancel(file_id), HTTPStatus.ACCEPTED)


@recipient_files.operation("POST", "/v1/recipient-files/{file_id}/retry", scope=Scope.WRITE)
def retry_recipient_file(file_id: str) -> Response:
    """Import the same upload again."""
    request = recipient_files.document(RetryRecipientFile)
    retried = bootstrap.recipients().retry(file_id, wanted_column=_column(request.address_column))
    return _shown(retried, HTTPStatus.ACCEPTED)


@recipient_files.operation("GET", "/v1/recipient-files/{file_id}/report", scope=Scope.READ)
def get_recipient_file_report(file_id: str) -> Response:
    """Answer a short-lived address of the report of rows that were not accepted (CSV)."""
    return answer({"url": bootstrap.recipients().report_link(file_id)})


@recipient_files.operation("GET", "/v1/recipient-files/{file_id}/flags", scope=Scope.READ)
def get_recipient_file_flags(file_id: str) -> Response:
    """Answer a short-lived address of the report of accepted rows that are worth a look (CSV)."""
    return answer({"url": bootstrap.recipients().flags_link(file_id)})


@recipient_files.operation("GET", "/v1/recipient-files/{file_id}/profile", scope=Scope.READ)
def get_recipient_file_profile(file_id: str) -> Response:
    """Answer what the file's columns and domains look like."""
    return answer(bootstrap.recipients().profile(file_id))


def recipient_file_document(recipient_file: RecipientFile) -> dict[str, Any]:
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
        "account": asdict(recipient_file.account),
        "progress": _progress_document(recipient_file),
        "parts": recipient_file.parts,
        "attempts": recipient_file.attempts,
        "ignored_uploads": recipient_file.ignored_uploads,
        "created_at": shown_time(recipient_file.created_at),
        "finished_at": shown_time(recipient_file.finished_at),
    }


def form_document(form: UploadForm) -> dict[str, Any]:
    """Show where the upload goes: one form, or a link for each part that has not arrived."""
    if isinstance(form, PresignedPost):
        return upload_document(form)
    return {
        "method": "multipart",
        "part_bytes": PART_BYTES,
        "parts": [asdict(link) for link in form.links],
        "arrived": list(form.arrived),
        "expires_at": shown_time(form.expires_at),
    }


def _progress_document(recipient_file: RecipientFile) -> dict[str, Any] | None:
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


def _shown(recipient_file: RecipientFile, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return answer(recipient_file_document(recipient_file), status=status, revision=recipient_file.revision)


def _column(given: str | int | None) -> str | None:
    """Write a position as the import reads it."""
    return None if given is None else str(given)
