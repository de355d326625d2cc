"""Records of recipient files in DynamoDB."""

from dataclasses import asdict, replace
from typing import Any

from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.kernel.pages import Page
from chalicelib.recipients.model import (
    Compression,
    Encoding,
    Findings,
    Progress,
    RecipientFile,
    RecipientFileFilter,
    RecipientFileStatus,
    RowAccount,
    UploadType,
)
from chalicelib.store.listing import Listing, all_of, folded, read_page
from chalicelib.store.mapping import mapped_errors, read, save_revision, written
from chalicelib.store.tables import RecipientFileItem

_LISTED = "recipient_file"
_IN_LIST = frozenset({"file_id", "listed", "listed_at"})


class DynamoRecipientFiles:
    """Implements `recipients.ports.RecipientFileRepository`."""

    def add(self, recipient_file: RecipientFile) -> RecipientFile:
        """Store a new record."""
        added = replace(recipient_file, revision=1)
        save_revision(_item(added), 0)
        return added

    def get(self, file_id: str) -> RecipientFile | None:
        """Return the record, or None."""
        with mapped_errors():
            try:
                return _recipient_file(RecipientFileItem.get(file_id, consistent_read=True))
            except RecipientFileItem.DoesNotExist:
                return None

    def save(self, recipient_file: RecipientFile) -> RecipientFile:
        """Replace the record at this revision; return it with the next one."""
        saved = replace(recipient_file, revision=recipient_file.revision + 1)
        save_revision(_item(saved), recipient_file.revision)
        return saved

    def remove(self, file_id: str) -> None:
        """Remove the record if there is one."""
        with mapped_errors():
            RecipientFileItem(file_id).delete()

    def list(self, wanted: RecipientFileFilter, *, limit: int, cursor: str | None) -> Page[RecipientFile]:
        """Return the records that are wanted; a page may be short though more follow."""
        conditions: list[Any] = []
        if wanted.status is not None:
            conditions.append(RecipientFileItem.status == wanted.status)
        if wanted.name is not None:
            conditions.append(RecipientFileItem.name_folded.contains(folded(wanted.name)))
        listing = Listing(
            RecipientFileItem.listed_index,
            _LISTED,
            _IN_LIST,
            wanted,
            only=all_of(conditions),
            forward=not wanted.newest_first,
        )
        items, following = read_page(listing, limit=limit, cursor=cursor)
        return Page([_recipient_file(RecipientFileItem.from_raw_data(item)) for item in items], following)


def _item(recipient_file: RecipientFile) -> RecipientFileItem:
    findings, progress = recipient_file.findings, recipient_file.progress
    return RecipientFileItem(
        recipient_file.file_id,
        listed=_LISTED,
        listed_at=recipient_file.file_id,
        name=recipient_file.name,
        name_folded=folded(recipient_file.name),
        status=recipient_file.status,
        object_key=recipient_file.object_key,
        upload_type=recipient_file.upload_type,
        upload_id=recipient_file.upload_id,
        object_version=recipient_file.object_version,
        file_bytes=recipient_file.file_bytes,
        wanted_column=recipient_file.wanted_column,
        account=asdict(recipient_file.account),
        findings=asdict(findings) if findings else None,
        progress=_progress_document(progress) if progress else None,
        parts=recipient_file.parts,
        reason=recipient_file.reason,
        attempts=recipient_file.attempts,
        ignored_uploads=recipient_file.ignored_uploads,
        created_at=rfc3339(recipient_file.created_at),
        finished_at=written(recipient_file.finished_at),
        revision=recipient_file.revision,
    )


def _recipient_file(item: RecipientFileItem) -> RecipientFile:
    return RecipientFile(
        file_id=item.file_id,
        name=item.name,
        status=RecipientFileStatus(item.status),
        object_key=item.object_key,
        upload_type=UploadType(item.upload_type),
        upload_id=item.upload_id,
        object_version=item.object_version,
        file_bytes=None if item.file_bytes is None else int(item.file_bytes),
        wanted_column=item.wanted_column,
        account=RowAccount(**item.account),
        findings=_findings(item.findings) if item.findings else None,
        progress=_progress(item.progress) if item.progress else None,
        parts=int(item.parts),
        reason=item.reason,
        attempts=int(item.attempts),
        ignored_uploads=int(item.ignored_uploads),
        created_at=from_rfc3339(item.created_at),
        finished_at=read(item.finished_at),
        revision=int(item.revision),
    )


def _findings(document: dict[str, Any]) -> Findings:
    encoding, compression = Encoding(document["encoding"]), Compression(document["compression"])
    return Findings(**{**document, "encoding": encoding, "compression": compression})


def _progress_document(progress: Progress) -> dict[str, Any]:
    return {
        "rows": progress.rows,
        "bytes": progress.bytes,
        "started_at": rfc3339(progress.started_at),
        "updated_at": rfc3339(progress.updated_at),
    }


def _progress(document: dict[str, Any]) -> Progress:
    return Progress(
        document["rows"],
        document["bytes"],
        from_rfc3339(document["started_at"]),
        from_rfc3339(document["updated_at"]),
    )
