"""Records of jobs on the list of suppressions, in the bucket where their files lie, so that both expire together."""

from dataclasses import asdict
from typing import Any

from chalicelib.adapters.documents import BucketDocuments
from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.suppression_jobs.model import JobKind, JobState, SuppressionJob
from chalicelib.suppressions.model import SuppressionFilter, SuppressionReason, SuppressionScope


class BucketSuppressionJobs:
    """Implements `suppression_jobs.ports.Jobs`."""

    def __init__(self, documents: BucketDocuments) -> None:
        self._documents = documents

    def put(self, job: SuppressionJob) -> None:
        """Store a record, replacing the one before."""
        document = _written(asdict(job))
        self._documents.write(_key(job.job_id), document | {"wanted": _written(document["wanted"])})

    def get(self, job_id: str) -> SuppressionJob | None:
        """Return a record, or None."""
        document = self._documents.read(_key(job_id))
        if document is None:
            return None
        wanted = _read(document["wanted"])
        return SuppressionJob(
            **{
                **_read(document),
                "kind": JobKind(document["kind"]),
                "state": JobState(document["state"]),
                "wanted": SuppressionFilter(**wanted),
            }
        )


_TIMES = ("created_at", "finished_at", "since", "until")


def _key(job_id: str) -> str:
    return f"suppressions/jobs/{job_id}/job.json"


def _written(values: dict[str, Any]) -> dict[str, Any]:
    return {name: rfc3339(value) if name in _TIMES and value else value for name, value in values.items()}


def _read(values: dict[str, Any]) -> dict[str, Any]:
    kinds: dict[str, Any] = {
        **dict.fromkeys(_TIMES, from_rfc3339),
        "scope": SuppressionScope,
        "reason": SuppressionReason,
    }
    return {name: kinds.get(name, lambda one: one)(value) if value else value for name, value in values.items()}
