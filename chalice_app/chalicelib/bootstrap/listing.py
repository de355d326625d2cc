"""Jobs on the list of suppressions."""

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.bootstrap.base import clock, recipient_bucket, settings, suppression_list
from chalicelib.bootstrap.files import multipart_uploads
from chalicelib.bootstrap.mailing import suppressions

if TYPE_CHECKING:
    from chalicelib.adapters.pace import InvocationContext
    from chalicelib.adapters.ses_suppressions import SesSuppressionList
    from chalicelib.suppression_jobs.copying import SesListCopy
    from chalicelib.suppression_jobs.exporting import SuppressionExport
    from chalicelib.suppression_jobs.importing import SuppressionImport
    from chalicelib.suppression_jobs.ports import Jobs
    from chalicelib.suppression_jobs.records import JobRecords
    from chalicelib.suppression_jobs.service import SuppressionJobService


@cache
def account_suppressions() -> "SesSuppressionList":
    """Return the account's own list in SES."""
    from chalicelib.adapters.ses_suppressions import SesSuppressionList

    return SesSuppressionList()


@cache
def _jobs() -> "Jobs":
    from chalicelib.adapters.documents import BucketDocuments
    from chalicelib.adapters.s3_suppression_jobs import BucketSuppressionJobs

    return BucketSuppressionJobs(BucketDocuments(settings().recipient_bucket))


@cache
def suppression_jobs() -> "SuppressionJobService":
    """Return the service of jobs, as the API orders and shows them."""
    from chalicelib.adapters.workflows import SuppressionStepFunctions
    from chalicelib.suppression_jobs.service import SuppressionJobService

    return SuppressionJobService(
        jobs=_jobs(),
        files=recipient_bucket(),
        workflows=SuppressionStepFunctions(suppression_jobs_arn=settings().suppression_jobs_arn),
        clock=clock(),
    )


@cache
def suppression_job_records() -> "JobRecords":
    """Return the records of jobs, as the workflow changes them."""
    from chalicelib.suppression_jobs.records import JobRecords

    return JobRecords(_jobs(), clock())


def suppression_import(context: "InvocationContext") -> "SuppressionImport":
    """Return the work of an import for one invocation."""
    from chalicelib.adapters.pace import LambdaPace
    from chalicelib.suppression_jobs.importing import SuppressionImport

    return SuppressionImport(
        records=suppression_job_records(),
        files=recipient_bucket(),
        suppressing=suppressions(),
        deadline=LambdaPace(context),
    )


def suppression_export(context: "InvocationContext") -> "SuppressionExport":
    """Return the work of an export for one invocation."""
    from chalicelib.adapters.pace import LambdaPace
    from chalicelib.suppression_jobs.exporting import SuppressionExport

    return SuppressionExport(
        records=suppression_job_records(),
        suppressions=suppression_list(),
        uploads=multipart_uploads(),
        deadline=LambdaPace(context),
    )


def ses_list_copy(context: "InvocationContext") -> "SesListCopy":
    """Return the work of a copy of SES's list for one invocation."""
    from chalicelib.adapters.pace import LambdaPace
    from chalicelib.suppression_jobs.copying import SesListCopy

    return SesListCopy(
        records=suppression_job_records(),
        ses=account_suppressions(),
        suppressing=suppressions(),
        deadline=LambdaPace(context),
    )
