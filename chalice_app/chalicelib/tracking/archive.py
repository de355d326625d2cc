"""How SES's events are archived as they came: gzip JSON Lines under the hour of their arrival.

An object is a batch of the queue, written by `packed`, or what a delivery stream (Amazon Data Firehose) had gathered:
there a line is the event itself.
"""

import gzip
import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO, Final

from chalicelib.kernel.clock import rfc3339
from chalicelib.kernel.errors import InvalidInputError

PREFIX: Final = "events/raw/"
"""Under which everything of the archive lies."""

CONTENT_TYPE: Final = "application/x-ndjson+gzip"

STREAMED: Final = ".stream.gz"
"""What the keys of a delivery stream's objects end in; no key of a batch does."""

MOST_HOURS: Final = 31 * 24
"""Hours that one replay covers."""

_LEVEL = 6
_LONGEST_LINE = 16 * 1024 * 1024
"""More than a record of a queue or of a delivery stream takes."""
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Received:
    """What the queue or a delivery stream handed out.

    Attributes:
        record: SQS's message id, or the object's key and a number.
        body: the text, which should be an SES event in JSON.
        document: the body as a value; None if it is no JSON.
    """

    record: str
    body: str
    document: Any = None

    @classmethod
    def of(cls, record: str, body: str) -> "Received":
        """Read a record; what is no JSON is kept as the text that it is."""
        try:
            return cls(record, body, json.loads(body))
        except (ValueError, RecursionError):
            return cls(record, body)


def hour_prefix(moment: datetime) -> str:
    """Return what the keys of an hour begin with: ``events/raw/YYYY/MM/DD/HH/``."""
    return moment.astimezone(UTC).strftime(f"{PREFIX}%Y/%m/%d/%H/")


def key_of(records: Sequence[Received], at: datetime) -> str:
    """Return the key for a batch that arrived at a moment; another batch has another."""
    ids = "\n".join(record.record for record in records)
    digest = hashlib.blake2b(ids.encode(), digest_size=12).hexdigest()
    return f"{hour_prefix(at)}{at.astimezone(UTC):%M%S}-{digest}.jsonl.gz"


def packed(records: Sequence[Received], at: datetime) -> bytes:
    """Return an object of the archive.

    It has a line for each record: its id, when it arrived, and ``event``, or ``text`` if that is no JSON.
    """
    arrived = json.dumps(rfc3339(at))
    lines = [f'{{"record":{json.dumps(one.record)},"received_at":{arrived},{_member(one)}}}\n' for one in records]
    # Without a time of its own, so that a batch that is archived again has the same bytes.
    return gzip.compress("".join(lines).encode(), _LEVEL, mtime=0)


def unpacked(content: bytes, name: str = "") -> Iterator[Received]:
    """Read a whole object of the archive; see `opened`."""
    return opened(io.BytesIO(content), name)


def opened(content: BinaryIO, name: str) -> Iterator[Received]:
    """Read an object of the archive, of either kind, a line at a time.

    Args:
        content: the object's bytes, from their start.
        name: of the object; events that a delivery stream wrote have no ids of their own and are named by it.

    Raises:
        ValueError, OSError, EOFError, zlib.error: it is no such object.
    """
    number = 0
    with gzip.GzipFile(fileobj=content) as lines:
        while line := lines.readline(_LONGEST_LINE):
            if len(line) == _LONGEST_LINE:
                raise ValueError(f"{name} has a line of {_LONGEST_LINE} bytes or more")
            for record in _of_line(line.decode(errors="replace").strip(), name, number):
                number += 1
                yield record


def _of_line(line: str, name: str, number: int) -> Iterator[Received]:
    """Read a line of `packed`, or the events of one that a delivery stream wrote, numbered from ``number`` on."""
    whole = Received.of(f"{name}#{number}", line)
    entry = whole.document
    if isinstance(entry, dict) and "record" in entry and "received_at" in entry:
        text, document = entry.get("text"), entry.get("event")
        yield Received(entry["record"], text if text is not None else json.dumps(document), document)
    elif entry is not None:
        yield whole
    else:
        for place, body in enumerate(_documents(line)):
            yield Received.of(f"{name}#{number + place}", body)


def _documents(line: str) -> Iterator[str]:
    """Cut a line where one document ends and the next begins; what is no JSON is one text up to the line's end."""
    decoder, start = json.JSONDecoder(), 0
    while start < len(line):
        try:
            _, end = decoder.raw_decode(line, start)
        except (ValueError, RecursionError):
            end = len(line)
        yield line[start:end]
        while end < len(line) and line[end].isspace():
            end += 1
        start = end


def hours(start: datetime, end: datetime) -> list[str]:
    """Return the prefixes of the hours from ``start`` up to, not including, ``end``.

    Raises:
        InvalidInputError: there is no such hour, or there are more than `MOST_HOURS`.
    """
    first = start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    count = -((first - end) // _HOUR)
    if not 0 < count <= MOST_HOURS:
        raise InvalidInputError(f"A replay covers 1 to {MOST_HOURS} hours, not {count}.")
    return [hour_prefix(first + number * _HOUR) for number in range(count)]


def _member(record: Received) -> str:
    """Write an event as it came; only a text that would break the line is written anew."""
    if record.document is None:
        return f'"text":{json.dumps(record.body)}'
    body = record.body.strip()
    return f'"event":{json.dumps(record.document) if len(body.splitlines()) > 1 else body}'
