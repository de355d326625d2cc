"""The ports of jobs on the list of suppressions in memory."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from chalicelib.kernel.uploads import PresignedPost
from chalicelib.suppression_jobs.model import JobKind, SuppressionJob
from chalicelib.suppression_jobs.ports import SesSuppression
from chalicelib.suppressions.model import SuppressionReason


class FakeJobs:
    """The `Jobs` port."""

    def __init__(self) -> None:
        self.items: dict[str, SuppressionJob] = {}

    def put(self, job: SuppressionJob) -> None:
        self.items[job.job_id] = job

    def get(self, job_id: str) -> SuppressionJob | None:
        return self.items.get(job_id)


class FakeFiles:
    """The `Files` port; versions are not told apart."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def presign(self, key: str, *, content_type: str, max_bytes: int, min_bytes: int = 1) -> PresignedPost:
        del min_bytes
        expires = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=15)
        return PresignedPost("https://bucket.example", {"key": key, "Content-Type": content_type}, expires, max_bytes)

    def link(self, key: str, *, filename: str) -> str:
        return f"https://bucket.example/{key}?{filename}"

    def read(self, key: str, version: str | None, *, max_bytes: int) -> bytes:
        del version
        return self.objects[key][: max_bytes + 1]

    def write(self, key: str, body: bytes, *, content_type: str) -> None:
        del content_type
        self.objects[key] = body


class FakeJobWorkflows:
    """The `JobWorkflows` port."""

    def __init__(self) -> None:
        self.started: list[tuple[str, JobKind]] = []

    def run(self, job_id: str, kind: JobKind) -> None:
        self.started.append((job_id, kind))


class FakeSesList:
    """The `SesList` and the `AccountList` port: pages of two."""

    def __init__(self, *items: SesSuppression) -> None:
        self.items: Sequence[SesSuppression] = items
        self.put_here: list[tuple[str, SuppressionReason]] = []

    def page(self, token: str | None) -> tuple[list[SesSuppression], str | None]:
        first = int(token or 0)
        return list(self.items[first : first + 2]), str(first + 2) if first + 2 < len(self.items) else None

    def put(self, address: str, reason: SuppressionReason) -> None:
        self.put_here.append((address, reason))

    def delete(self, address: str) -> bool:
        listed = [one for one in self.put_here if one[0] == address]
        self.put_here = [one for one in self.put_here if one[0] != address]
        return bool(listed)
