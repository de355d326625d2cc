"""What the tests of imports work with."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.recipients import places
from chalicelib.recipients.model import (
    RecipientFile,
    RecipientFileStatus,
)
from tests.fakes.recipients import RecipientStage

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
BODY = (
    b"email,name\n"
    + b"".join(b"u%d@example.org,N%d\n" % (n, n) for n in range(2500))
    + b"u1@example.org,\nbad,\n <info@example.com> ,I\n"
)
WRITES = 8  # three parts, two reports, profile, list of parts, manifest


class At:
    """A clock that goes on by a step whenever it is read."""

    def __init__(self, step: float = 0) -> None:
        self.moment = NOW
        self._step = timedelta(seconds=step)

    def now(self) -> datetime:
        self.moment += self._step
        return self.moment


def output(stage: RecipientStage, recipient_file: RecipientFile) -> dict[str, bytes]:
    return stage.objects.below(places.output_folder(recipient_file.file_id))


def report(stage: RecipientStage, key: str) -> list[list[str]]:
    text = stage.objects.items[key, None].decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def resumed(recipient_file: RecipientFile, body: bytes, **fakes: Any) -> RecipientStage:
    """A stage where this very file waits for its upload."""
    stage = RecipientStage(At(), **fakes)
    waiting = RecipientFile(
        recipient_file.file_id,
        recipient_file.name,
        RecipientFileStatus.AWAITING_UPLOAD,
        recipient_file.object_key,
        recipient_file.created_at,
    )
    stage.files.add(waiting)
    stage.objects.upload(recipient_file.object_key, body)
    return stage
