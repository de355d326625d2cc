"""Changes of a job's record while it runs."""

from dataclasses import dataclass, replace
from typing import Final

from chalicelib.kernel.clock import Clock
from chalicelib.suppression_jobs.model import TRANSITIONS, JobNotFoundError, JobState, Position, SuppressionJob
from chalicelib.suppression_jobs.ports import Jobs

LEAST_SECONDS: Final = 120.0
"""An invocation ends when it has less left; what it does between two looks takes seconds."""


@dataclass(frozen=True, slots=True)
class JobRecords:
    """The records, as the workflow changes them."""

    jobs: Jobs
    clock: Clock

    def running(self, job_id: str, upload_version: str | None = None) -> SuppressionJob | None:
        """Return a job that is to be done, as running; None when it is over, or another upload of it is in force.

        Raises:
            JobNotFoundError: it has expired.
        """
        job = self._existing(job_id)
        if job.state in {JobState.DONE, JobState.FAILED}:
            return None
        if job.state is JobState.AWAITING_UPLOAD:
            job = replace(job, upload_version=upload_version)
        elif job.upload_version != upload_version:
            return None
        begun = replace(job, state=TRANSITIONS.check(job.state, JobState.RUNNING))
        self.jobs.put(begun)
        return begun

    def advance(self, job: SuppressionJob, position: Position) -> SuppressionJob:
        """Write down how far it is."""
        job = replace(job, rows=position.rows, suppressed=position.suppressed, refused=position.refused)
        self.jobs.put(job)
        return job

    def finish(self, job: SuppressionJob, position: Position) -> None:
        """Write down that every row was looked at."""
        job = replace(job, rows=position.rows, suppressed=position.suppressed, refused=position.refused)
        self._end(job, JobState.DONE, None)

    def fail(self, job_id: str, failure: str) -> None:
        """Write down why it came to nothing, unless it is over.

        Raises:
            JobNotFoundError: it has expired.
        """
        job = self._existing(job_id)
        if job.state not in {JobState.DONE, JobState.FAILED}:
            self._end(job, JobState.FAILED, failure)

    def _end(self, job: SuppressionJob, state: JobState, failure: str | None) -> None:
        state = TRANSITIONS.check(job.state, state)
        self.jobs.put(replace(job, state=state, failure=failure, finished_at=self.clock.now()))

    def _existing(self, job_id: str) -> SuppressionJob:
        job = self.jobs.get(job_id)
        if job is None:
            raise JobNotFoundError(f"There is no job {job_id!r}.")
        return job
