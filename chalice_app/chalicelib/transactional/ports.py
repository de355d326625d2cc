"""What transactional messages need from outside, besides the ports of sending."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from chalicelib.idempotency.model import KeyUse
from chalicelib.templates.model import TemplateSources, TemplateVersion
from chalicelib.transactional.idempotency import KeyRecord
from chalicelib.transactional.model import TransactionalMessage


class TransactionalMessages(Protocol):
    """Keeps the messages; each change is conditional on the revision that was read."""

    def add(self, message: TransactionalMessage, expires_at: datetime) -> TransactionalMessage:
        """Store a new message, which may be forgotten from ``expires_at`` on unless it is changed before."""
        ...

    def get(self, message_id: str) -> TransactionalMessage | None:
        """Return a message, read consistently, or None."""
        ...

    def change(
        self, message: TransactionalMessage, step: Callable[[TransactionalMessage], TransactionalMessage]
    ) -> TransactionalMessage:
        """Apply a pure step and store its result; on a conflict read again and apply the step to what is there.

        Raises:
            MessageNotFoundError: it was deleted meanwhile.
        """
        ...

    def delete(self, message: TransactionalMessage) -> bool:
        """Remove a message that nobody changed since it was read; tell whether it was."""
        ...


class IdempotencyKeys(Protocol):
    """Remembers keys; each change is one conditional write."""

    def get(self, use: KeyUse, now: datetime) -> KeyRecord | None:
        """Return what the key stands for, read consistently; None if it is unused or expired."""
        ...

    def take(self, record: KeyRecord, now: datetime) -> KeyRecord:
        """Remember a key that is unused or expired; return the record in force, which may be another's."""
        ...

    def drop(self, record: KeyRecord) -> None:
        """Forget the key, if it still stands for this message."""
        ...


class Templates(Protocol):
    """The template stage, as far as a message needs it."""

    def get(self, template_id: str, version: int | None = None) -> TemplateVersion:
        """Return a version, the current one when none is named.

        Raises:
            TemplateNotFoundError: there is none.
        """
        ...

    def content(self, template_id: str, version: int) -> TemplateSources:
        """Return a ready version's sources.

        Raises:
            TemplateNotFoundError: there is no such version.
            TemplateNotReadyError: it cannot be rendered.
        """
        ...
