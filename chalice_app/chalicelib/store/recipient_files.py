"""Records of recipient files in DynamoDB."""

from dataclasses import asdict, replace

from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.kernel.pages import Page
from chalicelib.recipients.model import RecipientFile, RecipientFileStatus, RowAccount
from chalicelib.store.mapping import listed_page, mapped_errors, read, save_revision, written
from chalicelib.store.tables import RecipientFileItem

_LISTED = "recipient_file"


class DynamoRecipientFiles:
    """Implements `recipients.ports.RecipientFileRepository`."""

    def add(self, recipient_file: RecipientFile) -> None:
        """Store a new record."""
        save_revision(_item(replace(recipient_file, revision=1)), 0)

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

    def list(self, *, limit: int, cursor: str | None) -> Page[RecipientFile]:
        """Return the records, newest first."""
        items, following = listed_page(RecipientFileItem, _LISTED, limit=limit, cursor=cursor)
        return Page([_recipient_file(item) for item in items], following)


def _item(recipient_file: RecipientFile) -> RecipientFileItem:
    return RecipientFileItem(
        recipient_file.file_id,
        listed=_LISTED,
        listed_at=recipient_file.file_id,
        name=recipient_file.name,
        status=recipient_file.status,
        object_key=recipient_file.object_key,
        object_version=recipient_file.object_version,
        file_bytes=recipient_file.file_bytes,
        account=asdict(recipient_file.account),
        address_column=recipient_file.address_column,
        columns=dict(recipient_file.columns),
        delimiter=recipient_file.delimiter,
        parts=recipient_file.parts,
        reason=recipient_file.reason,
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
        object_version=item.object_version,
        file_bytes=None if item.file_bytes is None else int(item.file_bytes),
        account=RowAccount(**item.account),
        address_column=item.address_column,
        columns=item.columns,
        delimiter=item.delimiter,
        parts=int(item.parts),
        reason=item.reason,
        created_at=from_rfc3339(item.created_at),
        finished_at=read(item.finished_at),
        revision=int(item.revision),
    )
