"""``/v1/suppression-jobs``: the whole list of suppressions as CSV, in and out, and SES's own list."""

from http import HTTPStatus
from typing import Literal

from pydantic import Field
from typing_extensions import TypedDict

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.entrypoints.http.api import Answer, Api, Time, answer, shown_time
from chalicelib.entrypoints.http.schemas import Moment, Request, SuppressedScope
from chalicelib.entrypoints.http.uploads import UploadDocument, upload_document
from chalicelib.suppression_jobs.model import ID_PREFIX, JobKind, JobNotFoundError, JobState
from chalicelib.suppression_jobs.service import Order, ShownJob
from chalicelib.suppressions.model import SuppressionFilter, SuppressionReason

suppression_jobs = Api(__name__)


class ImportSuppressions(Request):
    """A file of suppressions is taken in; what its rows do not say is said here."""

    scope: SuppressedScope = Field("all", validate_default=True)
    reason: SuppressionReason = SuppressionReason.MANUAL


class ExportSuppressions(Request):
    """Which suppressions are written into a file, and how."""

    scope: SuppressedScope | None = None
    reason: SuppressionReason | None = None
    since: Moment | None = None
    until: Moment | None = None
    gzip: bool = False


class CopyFromSes(Request):
    """Copy the account's list in SES."""

    source: Literal["ses"] = "ses"


class SuppressionJobDocument(TypedDict):
    """A job on the list of suppressions.

    Attributes:
        failure: why it failed.
        upload: where the file of an import goes; null unless it is awaited.
        url: where the file can be downloaded for a short while: the export, or the report of refused rows.
    """

    job_id: str
    kind: JobKind
    state: JobState
    failure: str | None
    rows: int
    suppressed: int
    refused: int
    upload: UploadDocument | None
    url: str | None
    created_at: Time | None
    created_by: str
    finished_at: Time | None
    expires_at: Time | None


@suppression_jobs.operation(
    "POST", "/v1/suppression-jobs/import", scope=Scope.WRITE, status=HTTPStatus.CREATED, creates=ID_PREFIX
)
def import_suppressions(request: ImportSuppressions, new_id: str) -> Answer[SuppressionJobDocument]:
    """Take in a CSV file of suppressions; the answer says where it goes."""
    by = suppression_jobs.principal.name
    return _ordered(Order(new_id, JobKind.IMPORT, by, scope=request.scope, reason=request.reason))


@suppression_jobs.operation(
    "POST", "/v1/suppression-jobs/export", scope=Scope.READ, status=HTTPStatus.ACCEPTED, creates=ID_PREFIX
)
def export_suppressions(request: ExportSuppressions, new_id: str) -> Answer[SuppressionJobDocument]:
    """Have the list written into a CSV file."""
    wanted = SuppressionFilter(request.scope, request.reason, request.since, request.until)
    by = suppression_jobs.principal.name
    return _ordered(Order(new_id, JobKind.EXPORT, by, wanted=wanted, gzip=request.gzip))


@suppression_jobs.operation(
    "POST", "/v1/suppression-jobs/copy", scope=Scope.WRITE, status=HTTPStatus.ACCEPTED, creates=ID_PREFIX
)
def copy_suppressions(request: CopyFromSes, new_id: str) -> Answer[SuppressionJobDocument]:
    """Copy the account's list in SES into the list of suppressions."""
    del request
    return _ordered(Order(new_id, JobKind.FROM_SES, suppression_jobs.principal.name))


@suppression_jobs.operation("GET", "/v1/suppression-jobs/{job_id}", scope=Scope.READ, refuses=(JobNotFoundError,))
def get_suppression_job(job_id: str) -> Answer[SuppressionJobDocument]:
    """Show a job; once it is done, with a short-lived address of what it wrote."""
    return answer(job_document(bootstrap.suppression_jobs().get(job_id)))


def job_document(shown: ShownJob) -> SuppressionJobDocument:
    """Show a job."""
    job = shown.job
    return {
        "job_id": job.job_id,
        "kind": job.kind,
        "state": job.state,
        "failure": job.failure,
        "rows": job.rows,
        "suppressed": job.suppressed,
        "refused": job.refused,
        "upload": upload_document(shown.upload) if shown.upload else None,
        "url": shown.url,
        "created_at": shown_time(job.created_at),
        "created_by": job.created_by,
        "finished_at": shown_time(job.finished_at),
        "expires_at": shown_time(job.expires_at),
    }


def _ordered(order: Order) -> Answer[SuppressionJobDocument]:
    shown = bootstrap.suppression_jobs().order(order)
    return answer(job_document(shown), location=f"/v1/suppression-jobs/{shown.job.job_id}")
