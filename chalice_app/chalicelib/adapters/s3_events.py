"""The archive of SES's events in S3."""

from collections.abc import Iterator

from chalicelib.adapters.s3 import Bucket, s3_client


class EventArchive(Bucket):
    """Implements `tracking.ports.RawEvents`."""

    def __init__(self, name: str) -> None:
        self._listing = s3_client()
        super().__init__(name, self._listing)
        self._bucket = name

    def keys(self, prefix: str, after: str | None) -> Iterator[str]:
        """Return the keys below a prefix that come after one, in their order."""
        pages = self._listing.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix, StartAfter=after or ""
        )
        for page in pages:
            yield from (found["Key"] for found in page.get("Contents", []))
