"""Reads the lines and cells of an uploaded CSV file in bounded memory."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from chalicelib.recipients.model import UnreadableFileError

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
"""Characters that may stand between cells; the header decides which does."""

MAX_LINE_CHARACTERS = 1_048_576
"""Longest line; a longer one is no line of a CSV file."""

_CHUNK_BYTES = 262_144


def read_lines(stream: BinaryIO) -> Iterator[str]:
    """Decode UTF-8, with or without a byte order mark, into lines that keep their ends (LF, CR LF or CR).

    Raises:
        UnreadableFileError: it is not UTF-8, or no text with lines.
    """
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    rest = ""
    line = 1
    read = 0
    while True:
        chunk = stream.read(_CHUNK_BYTES)
        try:
            text = rest + decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            # The decoder still held the first bytes of a character that the chunk before had cut.
            before = read + len(chunk) - len(error.object)
            good = rest + error.object[: error.start].decode("utf-8-sig" if before == 0 else "utf-8")
            raise _no_utf8(before + error.start + 1, line + _count_lines(good), error.object) from None
        if "\0" in text:
            raise _no_utf8(None, line + _count_lines(text[: text.index("\0")]), b"")
        read += len(chunk)
        # A CR at the very end may be the first half of CR LF.
        end = len(text) if not chunk else max(text.rfind("\n"), text.rfind("\r", 0, -1)) + 1
        yield from io.StringIO(text[:end], newline="")
        if not chunk:
            return
        line += _count_lines(text[:end])
        rest = text[end:]
        if len(rest) > MAX_LINE_CHARACTERS:
            raise UnreadableFileError(
                f"Line {line} is longer than {MAX_LINE_CHARACTERS:,} characters: the file seems to be no CSV file."
            )


def read_rows(lines: Iterator[str], delimiter: str, *, first_line: int) -> Iterator[tuple[int, list[str]]]:
    """Split lines into rows of cells by RFC 4180; give each row with the number of the line on which it starts.

    Raises:
        UnreadableFileError: a quotation mark is never closed, or stands where none can.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    start = first_line
    try:
        for row in reader:
            yield start, row
            start = first_line + reader.line_num
    except csv.Error as error:
        raise UnreadableFileError(
            f"The row that starts on line {start} cannot be read ({error}). Most often a quotation mark is not closed:"
            ' write quotation marks inside a cell twice ("") and put one at each end of the cell.'
        ) from None


def find_delimiter(header: str) -> str:
    """Return the delimiter that a header line uses: the most frequent outside quotation marks, comma if none."""
    unquoted = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=unquoted.count)


def _count_lines(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _no_utf8(byte: int | None, line: int, seen: bytes) -> UnreadableFileError:
    where = f"line {line}" if byte is None else f"byte {byte:,}, on line {line}"
    utf16 = byte is None or seen[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
    kind = "UTF-16 or no text at all" if utf16 else "another encoding, such as Windows-1252"
    return UnreadableFileError(
        f"The file is not UTF-8: see {where}. It seems to be {kind}. Save it as UTF-8 "
        "(in Excel: Save as, CSV UTF-8) and upload it again."
    )
