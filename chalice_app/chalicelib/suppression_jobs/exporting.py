"""Writes the list of suppressions into a file: piece by piece, as far as there is time."""

from dataclasses import replace

from chalicelib.kernel.pieces import PIECE_BYTES, Piece, PieceUploads
from chalicelib.suppression_jobs.model import Position
from chalicelib.suppression_jobs.ports import Deadline, Listing
from chalicelib.suppression_jobs.records import LEAST_SECONDS, JobRecords
from chalicelib.suppression_jobs.rows import HEADER, line_of

_PAGE = 5_000


class SuppressionExport:
    """The work of an export in one invocation."""

    def __init__(
        self,
        *,
        records: JobRecords,
        suppressions: Listing,
        uploads: PieceUploads,
        deadline: Deadline,
        piece_bytes: int = PIECE_BYTES,
        page: int = _PAGE,
    ) -> None:
        self._records = records
        self._suppressions = suppressions
        self._uploads = uploads
        self._deadline = deadline
        self._piece_bytes = piece_bytes
        self._page = page

    def work(self, job_id: str, position: Position) -> Position | None:
        """Go on from a position, as far as there is time; return where to go on, None at the end.

        Raises:
            JobNotFoundError: the job has expired.
        """
        job = self._records.running(job_id)
        if job is None:
            return None
        begun = position.upload_id
        if begun and self._uploads.arrived(job.key, begun) is None:
            # An invocation made the file and ended before it could say so; how much it wrote is written down.
            self._records.finish(job, replace(position, rows=job.rows))
            return None
        if not begun:
            position = replace(position, upload_id=self._uploads.begin(job.key, content_type=job.content_type))
        piece, rows, cursor = Piece(compress=job.gzip), position.rows, position.cursor or None
        if position.sent == 0:
            piece.add(HEADER)
        while True:
            page = self._suppressions.list(job.wanted, limit=self._page, cursor=cursor)
            for one in page.items:
                piece.add(line_of(one))
            rows, cursor = rows + len(page.items), page.next_cursor
            late = self._deadline.remaining_seconds() < LEAST_SECONDS
            if cursor is not None and piece.size >= self._piece_bytes:
                number = position.sent + 1
                self._uploads.send(job.key, position.upload_id, number, piece.finish())
                position = replace(position, rows=rows, cursor=cursor, sent=number)
                piece = Piece(compress=job.gzip)
                job = self._records.advance(job, position)
                if late:
                    return position
            if cursor is None:
                number = position.sent + 1
                self._uploads.send(job.key, position.upload_id, number, piece.finish())
                position = replace(position, rows=rows, sent=number)
                self._records.advance(job, position)
                self._uploads.finish(job.key, position.upload_id, number)
                self._records.finish(job, position)
                return None
