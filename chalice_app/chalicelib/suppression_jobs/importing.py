"""Takes a file of suppressions in: many rows at a time, as far as there is time."""

from dataclasses import replace
from itertools import islice

from chalicelib.suppression_jobs.model import MAX_BYTES, MAX_REPORTED, Position, SuppressionJob
from chalicelib.suppression_jobs.ports import Deadline, Files, Suppressing
from chalicelib.suppression_jobs.records import LEAST_SECONDS, JobRecords
from chalicelib.suppression_jobs.rows import REPORT_HEADER, Row, UnreadableFileError, report_line, rows_of

CHUNK = 1_000
"""Rows between two looks at the clock: a second or two."""


class SuppressionImport:
    """The work of an import in one invocation."""

    def __init__(
        self, *, records: JobRecords, files: Files, suppressing: Suppressing, deadline: Deadline, chunk: int = CHUNK
    ) -> None:
        self._records = records
        self._files = files
        self._suppressing = suppressing
        self._deadline = deadline
        self._chunk = chunk

    def work(self, job_id: str, upload_version: str | None, position: Position) -> Position | None:
        """Go on from a position, as far as there is time; return where to go on, None at the end.

        Rows that an invocation took before it died are taken again, which changes nothing: each began when the file
        says, or when the job was made.

        Raises:
            JobNotFoundError: the job has expired.
        """
        job = self._records.running(job_id, upload_version)
        if job is None:
            return None
        body = self._files.read(job.upload_key, upload_version, max_bytes=MAX_BYTES)
        report = self._report(job, position)
        rows = islice(rows_of(body, job.scope, job.reason), position.rows, None)
        try:
            while chunk := list(islice(rows, self._chunk)):
                faults = self._put(job, chunk)
                for row, fault in zip(chunk, faults, strict=True):
                    if fault and len(report) <= MAX_REPORTED:
                        report.append(report_line(row, fault))
                refused = sum(fault is not None for fault in faults)
                position = replace(
                    position,
                    rows=position.rows + len(chunk),
                    suppressed=position.suppressed + len(chunk) - refused,
                    refused=position.refused + refused,
                )
                if self._deadline.remaining_seconds() < LEAST_SECONDS:
                    self._files.write(job.key, b"".join(report), content_type=job.content_type)
                    self._records.advance(job, position)
                    return position
        except UnreadableFileError as error:
            self._records.fail(job_id, str(error))
            return None
        if position.refused:
            self._files.write(job.key, b"".join(report), content_type=job.content_type)
        self._records.finish(job, position)
        return None

    def _report(self, job: SuppressionJob, position: Position) -> list[bytes]:
        """Return the lines of the report as it was at a position, its header first."""
        if not position.refused:
            return [REPORT_HEADER]
        lines = self._files.read(job.key, None, max_bytes=MAX_BYTES).splitlines(keepends=True)
        return lines[: 1 + min(position.refused, MAX_REPORTED)]

    def _put(self, job: SuppressionJob, chunk: list[Row]) -> list[str | None]:
        wanted = [
            replace(row.wanted, since=row.wanted.since or job.created_at) for row in chunk if row.wanted is not None
        ]
        put = iter(self._suppressing.put_each(wanted, source=job.source))
        return [row.fault if row.wanted is None else next(put) for row in chunk]
