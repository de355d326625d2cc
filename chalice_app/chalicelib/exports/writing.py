"""Writes an export: part by part of the campaign into pieces of a multipart upload, in bounded memory.

An invocation ends behind a piece when its time is short; the next one goes on with the next part of the campaign. A
retry begins behind the last piece that its workflow knows of and writes the later ones anew.
"""

from dataclasses import replace

from chalicelib.exports.model import TRANSITIONS, Export, ExportNotFoundError, ExportState, Position
from chalicelib.exports.ports import Deadline, ExportedMessages, ExportRecords
from chalicelib.exports.rows import HEADER, line_of
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.pieces import PIECE_BYTES, Piece, PieceUploads
from chalicelib.messages.model import MOST_PLACES

_LEAST_SECONDS = 300.0
"""More than a piece takes: compressed, it holds some half a million messages."""


class ExportWriting:
    """The work of ``export_messages`` in one invocation."""

    def __init__(
        self,
        *,
        records: ExportRecords,
        messages: ExportedMessages,
        uploads: PieceUploads,
        deadline: Deadline,
        clock: Clock,
        piece_bytes: int = PIECE_BYTES,
    ) -> None:
        self._records = records
        self._messages = messages
        self._uploads = uploads
        self._deadline = deadline
        self._clock = clock
        self._piece_bytes = piece_bytes

    def write(self, campaign_id: str, export_id: str, position: Position) -> Position | None:
        """Write on from a position, as far as there is time; return where to go on, None at the end.

        Raises:
            ExportNotFoundError: the export has expired.
        """
        export = _found(self._records, campaign_id, export_id)
        if export.state is not ExportState.WRITING:
            return None
        begun = position.upload_id
        if begun and export.rows is not None and self._uploads.arrived(export.key, begun) is None:
            # An invocation made the file and ended before it could say so.
            _end(self._records, export, ExportState.READY, self._clock, rows=export.rows)
            return None
        if not position.upload_id:
            upload_id = self._uploads.begin(export.key, content_type=export.content_type)
            position = replace(position, upload_id=upload_id)
        piece, rows = Piece(compress=export.gzip), 0
        if position.part == 0:
            piece.add(HEADER)
        for part in range(position.part, export.parts):
            for message in self._messages.read_group(campaign_id, part, 0, MOST_PLACES):
                if export.status is None or message.status is export.status:
                    piece.add(line_of(message))
                    rows += 1
            if piece.size >= self._piece_bytes and part < export.parts - 1:
                position = self._sent(export, position, piece, next_part=part + 1, rows=rows)
                piece, rows = Piece(compress=export.gzip), 0
                if self._deadline.remaining_seconds() < _LEAST_SECONDS:
                    return position
        position = self._sent(export, position, piece, next_part=export.parts, rows=rows)
        # Written down first: whoever finds the upload gone has to know that it is because the file is there.
        self._records.put(replace(export, rows=position.rows))
        self._uploads.finish(export.key, position.upload_id, position.sent)
        _end(self._records, export, ExportState.READY, self._clock, rows=position.rows)
        return None

    def _sent(self, export: Export, position: Position, piece: Piece, *, next_part: int, rows: int) -> Position:
        number = position.sent + 1
        self._uploads.send(export.key, position.upload_id, number, piece.finish())
        return replace(position, part=next_part, sent=number, rows=position.rows + rows)


def fail_export(records: ExportRecords, clock: Clock, campaign_id: str, export_id: str, reason: str) -> None:
    """Record that an export cannot be written, unless it is.

    Raises:
        ExportNotFoundError: the export has expired.
    """
    export = _found(records, campaign_id, export_id)
    if export.state is ExportState.WRITING:
        _end(records, export, ExportState.FAILED, clock, reason=reason)


def _found(records: ExportRecords, campaign_id: str, export_id: str) -> Export:
    export = records.get(campaign_id, export_id)
    if export is None:
        raise ExportNotFoundError(f"The campaign has no export {export_id!r}.")
    return export


def _end(
    records: ExportRecords,
    export: Export,
    state: ExportState,
    clock: Clock,
    *,
    rows: int | None = None,
    reason: str | None = None,
) -> None:
    state = TRANSITIONS.check(export.state, state)
    records.put(replace(export, state=state, finished_at=clock.now(), rows=rows, reason=reason))
