"""The recipient stage's ports, in memory."""

import io
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, BinaryIO

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import StaleRevisionError, TemporarilyUnavailableError
from chalicelib.kernel.pages import Page
from chalicelib.kernel.uploads import PresignedPost
from chalicelib.recipients.import_pass import ImportPass
from chalicelib.recipients.importing import RecipientImport
from chalicelib.recipients.model import RecipientFile, RecipientFileFilter
from chalicelib.recipients.ports import PartLink, StoredUpload, UploadedPart
from chalicelib.recipients.removal import RecipientRemoval
from chalicelib.recipients.service import RecipientService
from chalicelib.recipients.uploading import RecipientUploads
from tests.fakes.pages import page_of

EXPIRY = datetime(2030, 1, 1, tzinfo=UTC)


class FakeRecipientFiles:
    """The `RecipientFileRepository` port."""

    def __init__(self) -> None:
        self.items: dict[str, RecipientFile] = {}

    def add(self, recipient_file: RecipientFile) -> RecipientFile:
        if recipient_file.file_id in self.items:
            raise StaleRevisionError("There is one already.")
        added = self.items[recipient_file.file_id] = replace(recipient_file, revision=1)
        return added

    def get(self, file_id: str) -> RecipientFile | None:
        return self.items.get(file_id)

    def save(self, recipient_file: RecipientFile) -> RecipientFile:
        stored = self.items.get(recipient_file.file_id)
        if stored is None or stored.revision != recipient_file.revision:
            raise StaleRevisionError("Somebody else changed it in between; read it again.")
        self.items[recipient_file.file_id] = replace(recipient_file, revision=recipient_file.revision + 1)
        return self.items[recipient_file.file_id]

    def remove(self, file_id: str) -> None:
        self.items.pop(file_id, None)

    def list(self, wanted: RecipientFileFilter, *, limit: int, cursor: str | None) -> Page[RecipientFile]:
        found = [
            one
            for one in self.items.values()
            if wanted.status in {None, one.status}
            and (wanted.name is None or wanted.name.casefold() in one.name.casefold())
        ]
        return page_of(
            found,
            lambda one: one.file_id,
            wanted=wanted,
            limit=limit,
            cursor=cursor,
            descending=wanted.newest_first,
        )


class FakeRecipientObjects:
    """The `RecipientObjects` and `ImportObjects` ports; `upload` does what a browser does with the presigned post.

    Attributes:
        items: by key and version; what an import writes has no version.
        fail_after: number of writes after which the store breaks down once, as a killed function does.
        at_once: most objects that `remove` takes at a time.
    """

    def __init__(self) -> None:
        self.items: dict[tuple[str, str | None], bytes] = {}
        self.fail_after: int | None = None
        self.at_once = 1000

    def upload(self, key: str, body: bytes, version: str | None = "v1") -> None:
        self.items[key, version] = body

    def below(self, prefix: str) -> dict[str, bytes]:
        """What lies below a prefix."""
        return {key: body for (key, _), body in self.items.items() if key.startswith(prefix)}

    def presign(self, key: str, *, content_type: str, min_bytes: int, max_bytes: int) -> PresignedPost:
        fields = {"key": key, "Content-Type": content_type, "min_bytes": str(min_bytes)}
        return PresignedPost("https://bucket.example", fields, EXPIRY, max_bytes)

    def find(self, key: str, version: str | None) -> StoredUpload | None:
        found = [v for k, v in self.items if k == key and version in {None, v}]
        return StoredUpload(found[-1], len(self.items[key, found[-1]])) if found else None

    def open(self, key: str, version: str | None) -> BinaryIO:
        return io.BytesIO(self.items[key, version])

    def fetch(self, key: str, version: str | None, first: int, end: int) -> bytes:
        return self.items[key, version][first:end]

    def write(self, key: str, body: bytes, *, content_type: str) -> None:
        del content_type
        self._break_down()
        self.items[key, None] = body

    @contextmanager
    def writer(self, key: str, *, content_type: str) -> Iterator["_Buffer"]:
        buffer = _Buffer()
        yield buffer
        self.write(key, buffer.getvalue(), content_type=content_type)

    def link(self, key: str, *, filename: str) -> str:
        return f"https://bucket.example/{key}?filename={filename}"

    def remove(self, prefix: str) -> bool:
        self._break_down()
        doomed = [at for at in self.items if at[0].startswith(prefix)]
        for at in doomed[: self.at_once]:
            del self.items[at]
        return len(doomed) > self.at_once

    def remove_version(self, key: str, version: str | None) -> None:
        self.items.pop((key, version), None)

    def _break_down(self) -> None:
        if self.fail_after is not None:
            self.fail_after -= 1
            if self.fail_after < 0:
                self.fail_after = None
                raise ConnectionError("the store broke down")


class _Buffer(io.BytesIO):
    """An `ObjectWriter`."""

    def write(self, chunk: Any) -> Any:
        return super().write(chunk)


class FakeMultipartUploads:
    """The `MultipartUploads` port; `put` does what a caller does with a link.

    Attributes:
        uploads: parts by upload id.
        completed: keys of the uploads that were completed.
    """

    def __init__(self, objects: FakeRecipientObjects) -> None:
        self._objects = objects
        self._begun = 0
        self.uploads: dict[str, dict[int, bytes]] = {}
        self.completed: list[str] = []

    def put(self, upload_id: str, number: int, body: bytes) -> None:
        self.uploads[upload_id][number] = body

    def begin(self, key: str, *, content_type: str) -> str:
        del key, content_type
        self._begun += 1
        self.uploads[f"upload-{self._begun}"] = {}
        return f"upload-{self._begun}"

    def links(self, key: str, upload_id: str, sizes: Mapping[int, int]) -> tuple[tuple[PartLink, ...], datetime]:
        address = f"https://bucket.example/{key}?uploadId={upload_id}&partNumber="
        return tuple(PartLink(number, f"{address}{number}", size) for number, size in sizes.items()), EXPIRY

    def arrived(self, key: str, upload_id: str) -> Mapping[int, UploadedPart] | None:
        del key
        parts = self.uploads.get(upload_id)
        return None if parts is None else {n: UploadedPart(len(body), f"etag-{n}") for n, body in parts.items()}

    def complete(self, key: str, upload_id: str, etags: Mapping[int, str]) -> None:
        parts = self.uploads.pop(upload_id, None)
        if parts is not None:
            self._objects.upload(key, b"".join(parts[number] for number in sorted(etags)))
            self.completed.append(key)

    def abort(self, key: str, upload_id: str) -> None:
        del key
        self.uploads.pop(upload_id, None)


class FakeRecipientWorkflows:
    """The `RecipientWorkflows` port.

    Attributes:
        started: what was started, by execution name.
        refusing: whether nothing can be started.
    """

    def __init__(self) -> None:
        self.started: dict[str, dict[str, Any]] = {}
        self.refusing = False

    def import_upload(self, file_id: str, *, attempt: int, key: str, version: str | None, size: int) -> None:
        self._start(f"{file_id}-{attempt}", {"key": key, "version_id": version, "size": size})

    def remove(self, file_id: str, *, run: int) -> None:
        self._start(f"{file_id}-{run}", {"file_id": file_id})

    def _start(self, name: str, document: dict[str, Any]) -> None:
        if self.refusing:
            raise TemporarilyUnavailableError("Step Functions did not start the workflow.")
        self.started.setdefault(name, document)


class FakeDeadline:
    """The `Deadline` port."""

    def __init__(self, seconds: float = 900.0) -> None:
        self.seconds = seconds

    def remaining_seconds(self) -> float:
        return self.seconds


class AtOnce(Executor):
    """Runs what it is given before it returns, so that a test knows the order."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - handed to whoever asks for the result, as every executor does
            done.set_exception(error)
        return done


@dataclass
class RecipientStage:
    """The recipient stage on its fakes."""

    clock: Clock
    files: FakeRecipientFiles = field(default_factory=FakeRecipientFiles)
    objects: FakeRecipientObjects = field(default_factory=FakeRecipientObjects)
    workflows: FakeRecipientWorkflows = field(default_factory=FakeRecipientWorkflows)
    deadline: FakeDeadline = field(default_factory=FakeDeadline)
    pool: Executor = field(default_factory=AtOnce)
    read: Callable[..., ImportPass] = ImportPass

    def __post_init__(self) -> None:
        self.multiparts = FakeMultipartUploads(self.objects)

    @property
    def service(self) -> RecipientService:
        return RecipientService(
            files=self.files,
            objects=self.objects,
            multiparts=self.multiparts,
            workflows=self.workflows,
            clock=self.clock,
        )

    @property
    def uploads(self) -> RecipientUploads:
        return RecipientUploads(files=self.files, objects=self.objects, multiparts=self.multiparts, clock=self.clock)

    @property
    def importing(self) -> RecipientImport:
        return RecipientImport(
            files=self.files,
            objects=self.objects,
            clock=self.clock,
            deadline=self.deadline,
            pool=self.pool,
            at_once=2,
            read=self.read,
        )

    @property
    def removal(self) -> RecipientRemoval:
        return RecipientRemoval(
            files=self.files, objects=self.objects, multiparts=self.multiparts, deadline=self.deadline
        )

    def upload(self, body: bytes, version: str = "v1", **wishes: Any) -> RecipientFile:
        """Make a file and upload it; its event is still on its way."""
        recipient_file, _ = self.uploads.create(**{"name": "List", **wishes})
        self.objects.upload(recipient_file.object_key, body, version)
        return recipient_file

    def imported(self, body: bytes, **wishes: Any) -> RecipientFile:
        """Make a file, upload it and let it be imported."""
        return self.run_import(self.upload(body, **wishes), body)

    def run_import(self, recipient_file: RecipientFile, body: bytes, version: str = "v1") -> RecipientFile:
        """Do what the workflow does for one upload."""
        imported = self.importing.import_file(recipient_file.object_key, version, len(body))
        assert imported is not None
        return imported
