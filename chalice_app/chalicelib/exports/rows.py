"""The file of an export: one line a message, safe to open in a spreadsheet."""

from datetime import datetime

from chalicelib.exports.model import COLUMNS
from chalicelib.kernel.clock import rfc3339
from chalicelib.kernel.spreadsheets import MARK, cell
from chalicelib.messages.model import Message

HEADER = MARK + f"{','.join(COLUMNS)}\r\n".encode()
"""First line of the file."""

_OWN = frozenset({"message_id", "address", "status", "provider_id", "created_at"})
_FROM_MESSAGE = tuple(name in _OWN for name in COLUMNS)


def line_of(message: Message) -> bytes:
    """Write a message as a line of `COLUMNS`."""
    values = (
        getattr(message if own else message.facts, name) for name, own in zip(COLUMNS, _FROM_MESSAGE, strict=True)
    )
    return f"{','.join(map(_shown, values))}\r\n".encode(errors="replace")


def _shown(value: object) -> str:
    if value is None:
        return ""
    return cell(rfc3339(value) if isinstance(value, datetime) else str(value))
