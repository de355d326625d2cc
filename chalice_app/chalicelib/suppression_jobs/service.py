"""Jobs on the list of suppressions, as the API orders and shows them."""

import re
from dataclasses import dataclass

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.uploads import PresignedPost
from chalicelib.suppression_jobs.model import (
    EVERYTHING,
    ID_PREFIX,
    MAX_BYTES,
    JobKind,
    JobNotFoundError,
    JobState,
    SuppressionJob,
)
from chalicelib.suppression_jobs.ports import Files, Jobs, JobWorkflows
from chalicelib.suppressions.model import SuppressionFilter, SuppressionReason, SuppressionScope

_ID = re.compile(rf"{ID_PREFIX}_[0-9a-z]{{26}}")


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for; what does not belong to the kind counts for nothing.

    Attributes:
        job_id: its id; one that is there was ordered by an earlier try of the same request.
    """

    job_id: str
    kind: JobKind
    by: str
    wanted: SuppressionFilter = EVERYTHING
    scope: SuppressionScope = SuppressionScope.ALL
    reason: SuppressionReason = SuppressionReason.MANUAL
    gzip: bool = False


@dataclass(frozen=True, slots=True)
class ShownJob:
    """A job, where its file is uploaded while that is awaited, and where what it wrote can be downloaded."""

    job: SuppressionJob
    upload: PresignedPost | None
    url: str | None


class SuppressionJobService:
    """Jobs as the API offers them."""

    def __init__(self, *, jobs: Jobs, files: Files, workflows: JobWorkflows, clock: Clock) -> None:
        self._jobs = jobs
        self._files = files
        self._workflows = workflows
        self._clock = clock

    def order(self, order: Order) -> ShownJob:
        """Begin a job; an import begins when its file has arrived.

        Raises:
            TemporarilyUnavailableError: the workflow could not be started.
        """
        job = self._jobs.get(order.job_id)
        if job is None:
            waits = order.kind is JobKind.IMPORT
            job = SuppressionJob(
                order.job_id,
                order.kind,
                JobState.AWAITING_UPLOAD if waits else JobState.RUNNING,
                self._clock.now(),
                order.by,
                order.wanted,
                order.scope,
                order.reason,
                order.gzip,
            )
            self._jobs.put(job)
        if job.kind is not JobKind.IMPORT:
            self._workflows.run(job.job_id, job.kind)
        return self._shown(job)

    def get(self, job_id: str) -> ShownJob:
        """Return a job; while its upload is awaited, with a fresh form.

        Raises:
            JobNotFoundError: there is none, or it has expired.
        """
        job = self._jobs.get(job_id) if _ID.fullmatch(job_id) else None
        if job is None or job.expires_at <= self._clock.now():
            raise JobNotFoundError(f"There is no job {job_id!r}; jobs are kept for 7 days.")
        return self._shown(job)

    def _shown(self, job: SuppressionJob) -> ShownJob:
        upload = None
        if job.state is JobState.AWAITING_UPLOAD:
            upload = self._files.presign(job.upload_key, content_type="text/csv", max_bytes=MAX_BYTES)
        return ShownJob(job, upload, self._files.link(job.key, filename=job.filename) if job.has_file else None)
