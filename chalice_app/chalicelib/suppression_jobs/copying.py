"""Copies the account's list in SES into the list of suppressions, as far as there is time."""

from dataclasses import replace

from chalicelib.suppression_jobs.model import Position
from chalicelib.suppression_jobs.ports import Deadline, SesList, Suppressing
from chalicelib.suppression_jobs.records import LEAST_SECONDS, JobRecords
from chalicelib.suppressions.model import SuppressionScope, WantedSuppression


class SesListCopy:
    """The work of a copy in one invocation."""

    def __init__(self, *, records: JobRecords, ses: SesList, suppressing: Suppressing, deadline: Deadline) -> None:
        self._records = records
        self._ses = ses
        self._suppressing = suppressing
        self._deadline = deadline

    def work(self, job_id: str, position: Position) -> Position | None:
        """Go on from a position, as far as there is time; return where to go on, None at the end.

        Raises:
            JobNotFoundError: the job has expired.
            TemporarilyUnavailableError: SES did not say.
        """
        job = self._records.running(job_id)
        if job is None:
            return None
        while True:
            found, token = self._ses.page(position.cursor or None)
            wanted = [WantedSuppression(one.address, SuppressionScope.ALL, one.reason, one.since) for one in found]
            refused = sum(fault is not None for fault in self._suppressing.put_each(wanted, source=job.source))
            position = replace(
                position,
                rows=position.rows + len(found),
                suppressed=position.suppressed + len(found) - refused,
                refused=position.refused + refused,
                cursor=token or "",
            )
            if token is None:
                self._records.finish(job, position)
                return None
            job = self._records.advance(job, position)
            if self._deadline.remaining_seconds() < LEAST_SECONDS:
                return position
