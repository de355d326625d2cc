"""What an import writes beside its reports: part files on several threads, their list, the manifest."""

import json
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Executor, Future, wait
from dataclasses import asdict
from types import TracebackType
from typing import Self

from chalicelib.kernel.clock import rfc3339
from chalicelib.recipients.model import RecipientFile
from chalicelib.recipients.places import part_key
from chalicelib.recipients.ports import ImportObjects

JSON_LINES = "application/x-ndjson"


class PartWrites:
    """Stores part files, several at once; nothing is being written any more when the context has ended.

    Args:
        objects: where they go.
        file_id: the file.
        pool: runs the writes.
        at_once: most writes under way; `put` waits for the oldest beyond.

    Attributes:
        sizes: recipients of each part so far.
    """

    def __init__(self, objects: ImportObjects, file_id: str, pool: Executor, at_once: int) -> None:
        self._objects = objects
        self._file_id = file_id
        self._pool = pool
        self._at_once = at_once
        self._under_way: deque[Future[None]] = deque()
        self.sizes: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        wait(self._under_way)
        if error is None:
            for written in self._under_way:
                written.result()

    def put(self, recipients: int, body: bytes) -> None:
        """Store the next part; an error of an earlier one may be raised here.

        Args:
            recipients: how many it holds.
            body: as it is stored.
        """
        if len(self._under_way) >= self._at_once:
            self._under_way.popleft().result()
        key = part_key(self._file_id, len(self.sizes))
        self._under_way.append(self._pool.submit(self._objects.write, key, body, content_type="application/gzip"))
        self.sizes.append(recipients)


def part_list(sizes: Sequence[int]) -> bytes:
    """Write the list of parts that the Distributed Maps read."""
    lines = (json.dumps({"part": number, "recipients": count}) for number, count in enumerate(sizes))
    return "".join(f"{line}\n" for line in lines).encode()


def manifest(recipient_file: RecipientFile) -> bytes:
    """Write the account of a file; the same upload gives the same bytes."""
    document = {
        "file_id": recipient_file.file_id,
        "object_version": recipient_file.object_version,
        "file_bytes": recipient_file.file_bytes,
        "findings": asdict(recipient_file.findings) if recipient_file.findings else None,
        "parts": recipient_file.parts,
        "account": asdict(recipient_file.account),
        "created_at": rfc3339(recipient_file.created_at),
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode()
