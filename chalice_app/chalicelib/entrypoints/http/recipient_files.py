"""``/v1/recipient-files``."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from chalice.app import Response

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.entrypoints.http.api import Api, answer, page_of, shown_time
from chalicelib.entrypoints.http.schemas import CreateRecipientFile, ListQuery
from chalicelib.entrypoints.http.uploads import upload_document
from chalicelib.recipients.model import RecipientFile

recipient_files = Api(__name__)


@recipient_files.operation("POST", "/v1/recipient-files", scope=Scope.WRITE)
def create_recipient_file() -> Response:
    """Make a recipient file; the answer says where to upload its CSV."""
    request = recipient_files.document(CreateRecipientFile)
    recipient_file, post = bootstrap.recipients().create(name=request.name)
    return answer(
        {**recipient_file_document(recipient_file), "upload": upload_document(post)},
        status=HTTPStatus.CREATED,
        location=f"/v1/recipient-files/{recipient_file.file_id}",
    )


@recipient_files.operation("GET", "/v1/recipient-files", scope=Scope.READ)
def list_recipient_files() -> Response:
    """List recipient files, newest first."""
    query = recipient_files.query(ListQuery)
    return page_of(bootstrap.recipients().list(limit=query.limit, cursor=query.cursor), recipient_file_document)


@recipient_files.operation("GET", "/v1/recipient-files/{file_id}", scope=Scope.READ)
def get_recipient_file(file_id: str) -> Response:
    """Show a recipient file and the account of its rows."""
    recipient_file = bootstrap.recipients().get(file_id)
    return answer(recipient_file_document(recipient_file), revision=recipient_file.revision)


@recipient_files.operation("GET", "/v1/recipient-files/{file_id}/report", scope=Scope.READ)
def get_recipient_file_report(file_id: str) -> Response:
    """Answer a short-lived address of the report of rows that were not accepted (CSV)."""
    return answer({"url": bootstrap.recipients().report_link(file_id)})


def recipient_file_document(recipient_file: RecipientFile) -> dict[str, Any]:
    """Show a recipient file."""
    return {
        "file_id": recipient_file.file_id,
        "name": recipient_file.name,
        "status": recipient_file.status,
        "reason": recipient_file.reason,
        "account": asdict(recipient_file.account),
        "address_column": recipient_file.address_column,
        "columns": dict(recipient_file.columns),
        "delimiter": recipient_file.delimiter,
        "file_bytes": recipient_file.file_bytes,
        "created_at": shown_time(recipient_file.created_at),
        "finished_at": shown_time(recipient_file.finished_at),
    }
