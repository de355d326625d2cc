"""What the saved progress of an import comes to: percent, rate and the time at which it will probably end."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.recipients.model import Progress


@dataclass(frozen=True, slots=True)
class Estimate:
    """How far an import is.

    Attributes:
        percent: of the upload's bytes, 0 to 100 with one decimal.
        rows_per_second: since the attempt began; None while nothing can be said.
        estimated_end: at the rate so far; None while nothing can be said.
    """

    percent: float
    rows_per_second: float | None
    estimated_end: datetime | None


def estimate(progress: Progress, file_bytes: int | None) -> Estimate:
    """Extrapolate from the bytes read so far, for only their total is known before the end.

    Args:
        progress: as it was saved last; its bytes are those of the upload as it lies there, packed or not.
        file_bytes: size of the upload.
    """
    elapsed = progress.updated_at - progress.started_at
    share = min(1.0, progress.bytes / file_bytes) if file_bytes else 0.0
    seconds = elapsed.total_seconds()
    return Estimate(
        percent=round(100 * share, 1),
        rows_per_second=round(progress.rows / seconds, 1) if seconds > 0 else None,
        estimated_end=progress.started_at + elapsed / share if share > 0 and seconds > 0 else None,
    )
