"""Part files: gzip JSON Lines, an array of field names first, then an array of values for each recipient.

The values stand in the order of the names; the address is the field ``email``. A recipient whose domain is
internationalised has one value more, the address as it was given. Names once instead of in each line make parts smaller
and let most rows of a CSV file become lines with a few replacements of text (https://jsonlines.org/examples/).
"""

import gzip
import json
import re
from collections.abc import Iterator, Sequence

from isal import isal_zlib

from chalicelib.recipients.model import Recipient
from chalicelib.recipients.places import part_key
from chalicelib.recipients.ports import RecipientObjects

_GZIP = 31  # window bits that make zlib write a gzip header, without a time in it
_LEVEL = 1


class PartReader:
    """Reads the part files of imported recipient files."""

    def __init__(self, objects: RecipientObjects) -> None:
        self._objects = objects

    def read(self, file_id: str, part: int) -> Iterator[Recipient]:
        """Return a part's recipients in order; ``email`` is among a recipient's fields where it was given otherwise."""
        with self._objects.open(part_key(file_id, part), None) as stream:
            head, *lines = gzip.decompress(stream.read()).splitlines()
        names: list[str] = json.loads(head)
        address = names.index("email")
        for line in lines:
            values: list[str] = json.loads(line)
            fields = dict(zip(names, values, strict=False))
            fields.pop("email")
            if len(values) > len(names):
                fields["email"] = values[-1]
            yield Recipient(values[address], fields)


BETWEEN = '","'
"""What stands between two values in a line."""

_ESCAPED = re.compile(r'["\\\x00-\x1f]').search
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def part_line(values: Sequence[str]) -> str:
    """Write names or values as a line of a part, as `pack` takes it: JSON without its outermost ``["`` and ``"]``."""
    line = BETWEEN.join(values)
    # Quotation marks, backslashes and control characters are rare; finding none takes a tenth of encoding.
    return _encode(values)[2:-2] if _ESCAPED("".join(values)) else line


def pack(lines: Sequence[str]) -> bytes:
    """Return the body of a part; the same lines give the same bytes."""
    text = '["' + '"]\n["'.join(lines) + '"]\n'
    return isal_zlib.compress(text.encode(), _LEVEL, _GZIP)


def unpack(lines: Sequence[str]) -> list[list[str]]:
    """Read lines that `pack` takes."""
    rows: list[list[str]] = json.loads('[["' + '"],["'.join(lines) + '"]]') if lines else []
    return rows
