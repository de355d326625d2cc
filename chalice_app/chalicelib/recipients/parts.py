"""Part files: JSON Lines, one recipient a line."""

import json
import re
from collections.abc import Iterator

from chalicelib.recipients.model import Recipient, part_key
from chalicelib.recipients.ports import RecipientObjects

_ESCAPED = re.compile(r'["\\\x00-\x1f]').search


class PartReader:
    """Reads the part files of imported recipient files."""

    def __init__(self, objects: RecipientObjects) -> None:
        self._objects = objects

    def read(self, file_id: str, part: int) -> Iterator[Recipient]:
        """Return a part's recipients in order."""
        with self._objects.open(part_key(file_id, part), None) as stream:
            lines = stream.read().splitlines()
        for line in lines:
            document = json.loads(line)
            yield Recipient(document["address"], document["fields"])


class LineWriter:
    """Writes recipients as lines of a part file: ``{"address": ..., "fields": {...}}``.

    Args:
        names: names of the fields, in the order in which `write` takes their values.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        fields = ",".join(json.dumps(name, ensure_ascii=False).replace("%", "%%") + ':"%s"' for name in names)
        self._pattern = '{"address":"%s","fields":{' + fields + "}}\n"

    def write(self, address: str, values: list[str]) -> str:
        """Return the line; values that need no escaping, which is the rule, are put in as they are.

        Args:
            address: as `addresses` gives it, thus without quotation marks and backslashes.
            values: one for each name.
        """
        if not _ESCAPED("".join(values)):
            return self._pattern % (address, *values)
        document = {"address": address, "fields": dict(zip(self._names, values, strict=True))}
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"
