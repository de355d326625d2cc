"""Decodes the bytes of a recipient file into blocks of whole lines, in bounded memory.

The encoding is decided once, by a byte order mark or by the first bytes that are not ASCII. What cannot be decoded
stays in the text as lone surrogates, so that only the rows in which it stands are refused.
"""

import codecs
import io
import re
from collections.abc import Callable, Iterator
from typing import Final, Protocol

from chalicelib.recipients.model import Encoding, UnreadableFileError

MAX_LINE_CHARACTERS = 1_048_576
"""Longest line, without its end; a longer one is no line of a CSV file."""

SAMPLE_BYTES = 4_096
"""Bytes, from the first that is not ASCII, that tell UTF-8 from Windows-1252."""

HEAD_BYTES = 65_536
"""Bytes at the start in which NULs tell a file that is no text, or UTF-16 without its mark."""

_BYTES_A_NUL = 10
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_MARKS: Final = {
    codecs.BOM_UTF8: Encoding.UTF_8,
    codecs.BOM_UTF16_LE: Encoding.UTF_16_LE,
    codecs.BOM_UTF16_BE: Encoding.UTF_16_BE,
}
_ON_ERROR: Final = {
    Encoding.UTF_8: "surrogateescape",
    Encoding.WINDOWS_1252: "surrogateescape",
    Encoding.UTF_16_LE: "surrogatepass",
    Encoding.UTF_16_BE: "surrogatepass",
}


class _Decoder(Protocol):
    def decode(self, data: bytes, final: bool = ..., /) -> str: ...  # noqa: FBT001 - as the standard library names it


class TextBlocks:
    """Blocks of whole lines of a file; joined they are its text, without byte order mark.

    A line ends with LF, CR LF or CR; a block ends with a line, but for the last one.

    Attributes:
        encoding: UTF-8 until a mark or the first byte that is not ASCII says otherwise.
    """

    def __init__(self, read: Callable[[int], bytes], *, block_bytes: int = 32_768) -> None:
        self._read = read
        self._block_bytes = block_bytes
        self._ahead = b""
        self._blocks = self._cut_at_lines()
        self.encoding = Encoding.UTF_8

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        """Give the next block.

        Raises:
            UnreadableFileError: it is no text, a line is too long, or the file is cut off.
        """
        return next(self._blocks)

    def _cut_at_lines(self) -> Iterator[str]:
        rest = ""
        lines = 0
        for piece in self._decoded():
            searched = max(len(rest) - 1, 0)
            text = rest + piece
            if len(text) > MAX_LINE_CHARACTERS:
                _refuse_long_line(text, lines)
            end = text.rfind("\n", searched) + 1
            # A CR at the very end may be the first half of CR LF.
            end = max(end, text.rfind("\r", max(end, searched), -1) + 1)
            block, rest = text[:end], text[end:]
            if block:
                lines += count_lines(block)
                yield block
        if rest:
            yield rest

    def _decoded(self) -> Iterator[str]:
        """Decode what is read, as it comes."""
        self._fill(HEAD_BYTES)
        mark = next(filter(self._ahead.startswith, _MARKS), b"")
        _refuse_what_is_no_text(self._ahead[:HEAD_BYTES], mark)
        self._ahead = self._ahead[len(mark) :]
        self.encoding = _MARKS.get(mark, Encoding.UTF_8)
        decided = bool(mark)
        decoder = _decoder(self.encoding)
        while data := self._take():
            if not decided and not data.isascii() and (found := _NOT_ASCII.search(data)):
                self._ahead = data + self._ahead
                at_end = not self._fill(found.start() + SAMPLE_BYTES)
                self.encoding = _encoding_of(self._ahead[found.start() :][:SAMPLE_BYTES], at_end=at_end)
                data, self._ahead = self._ahead[: len(data)], self._ahead[len(data) :]
                decoder = _decoder(self.encoding)
                decided = True
            yield decoder.decode(data)
        yield _end_of(decoder, self.encoding)

    def _fill(self, count: int) -> bool:
        """Read ahead until `count` bytes are there; tell whether there are more than that."""
        while len(self._ahead) <= count and (more := self._read(count + 1 - len(self._ahead))):
            self._ahead += more
        return len(self._ahead) > count

    def _take(self) -> bytes:
        if not self._ahead:
            return self._read(self._block_bytes)
        data, self._ahead = self._ahead[: self._block_bytes], self._ahead[self._block_bytes :]
        return data


def count_lines(text: str) -> int:
    """Count the line ends of a text that splits no CR LF."""
    ends = text.count("\n")
    # In a file without CR, to look for one takes a fraction of the time that counting takes.
    return ends + text.count("\r") - text.count("\r\n") if "\r" in text else ends


def _decoder(encoding: Encoding) -> _Decoder:
    return codecs.getincrementaldecoder(encoding)(_ON_ERROR[encoding])


def _encoding_of(sample: bytes, *, at_end: bool) -> Encoding:
    """Tell UTF-8 from Windows-1252 by what most sequences that are not ASCII would be.

    What is no UTF-8 counts by Unicode's maximal subparts (chapter 3.9), as decoders replace it.
    """
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(sample, final=at_end)
    broken = text.count("\ufffd") - sample.count("\ufffd".encode())
    valid = sum(not c.isascii() for c in text) - broken
    return Encoding.UTF_8 if valid > broken else Encoding.WINDOWS_1252


def _end_of(decoder: _Decoder, encoding: Encoding) -> str:
    """Return what the decoder still holds: a character of which bytes are missing."""
    cut_off = UnreadableFileError("The file is cut off: it ends within a character. Export and upload it again.")
    try:
        text = decoder.decode(b"", True)
    except UnicodeDecodeError:
        raise cut_off from None
    if text and encoding in {Encoding.UTF_16_LE, Encoding.UTF_16_BE}:
        raise cut_off
    return text


def _refuse_what_is_no_text(head: bytes, mark: bytes) -> None:
    if mark == codecs.BOM_UTF16_LE and head.startswith(codecs.BOM_UTF32_LE):
        raise UnreadableFileError("The file is UTF-32: save it as UTF-8 (in Excel: Save as, CSV UTF-8).")
    if not mark and head.count(0) * _BYTES_A_NUL > len(head):
        raise UnreadableFileError(
            "The file is no text, or UTF-16 without a byte order mark: save it as UTF-8 (in Excel: Save as, CSV UTF-8)."
        )


def _refuse_long_line(text: str, lines_before: int) -> None:
    for number, line in enumerate(io.StringIO(text, newline=""), start=lines_before + 1):
        if len(line.rstrip("\r\n")) > MAX_LINE_CHARACTERS:
            raise UnreadableFileError(
                f"Line {number} is longer than {MAX_LINE_CHARACTERS:,} characters: the file seems to be no CSV file."
            )
