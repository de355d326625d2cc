import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.recipients import reading
from chalicelib.recipients.model import UnreadableFileError
from chalicelib.recipients.reading import find_delimiter, read_lines, read_rows


class Trickle(io.BytesIO):
    """Gives a few bytes at a time, so that characters and line ends are cut."""

    def __init__(self, body: bytes, size: int) -> None:
        super().__init__(body)
        self._size = size

    def read(self, size: int | None = -1, /) -> bytes:
        del size
        return super().read(self._size)


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), st.integers(1, 7))
def test_lines_are_those_of_the_whole_text_however_it_arrives(text: str, size: int) -> None:
    expected = list(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert list(read_lines(Trickle(text.encode(), size))) == expected


def test_a_byte_order_mark_is_dropped() -> None:
    assert list(read_lines(io.BytesIO(b"\xef\xbb\xbfemail\n"))) == ["email\n"]


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_what_is_not_utf8_is_refused_with_byte_and_line(size: int, mark: bytes) -> None:
    body = mark + b"email,name\r\na@example.org,\xc3\xa9\r\nb@example.org,M\xfcller\r\n"
    with pytest.raises(UnreadableFileError, match=f"byte {body.index(0xFC) + 1}, on line 3.*Windows-1252.*UTF-8"):
        list(read_lines(Trickle(body, size)))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_named(encoding: str) -> None:
    with pytest.raises(UnreadableFileError, match=r"line 1.*UTF-16"):
        list(read_lines(io.BytesIO("email,name\na@example.org,x\n".encode(encoding))))


def test_a_truncated_last_character_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="byte 7, on line 2"):
        list(read_lines(io.BytesIO(b"email\n\xe2\x82")))


def test_a_file_without_line_ends_is_refused_before_it_fills_the_memory() -> None:
    with pytest.raises(UnreadableFileError, match="no CSV file"):
        list(read_lines(io.BytesIO(b"x" * (reading.MAX_LINE_CHARACTERS + 300_000))))


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [
        ("email,name", ","),
        ("email;name;city", ";"),
        ("email\tname", "\t"),
        ("email|name", "|"),
        ("email", ","),
        ('"a,b,c";email', ";"),
    ],
)
def test_the_header_decides_the_delimiter(header: str, delimiter: str) -> None:
    assert find_delimiter(header) == delimiter


def test_rows_carry_the_line_on_which_they_start() -> None:
    lines = ["a,b\n", '"x\n', "\n", 'y",2\n', "\n", "z,3\n"]
    assert list(read_rows(iter(lines), ",", first_line=1)) == [
        (1, ["a", "b"]),
        (2, ["x\n\ny", "2"]),
        (5, []),
        (6, ["z", "3"]),
    ]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ('a,b\n1,2\n"open,3\n4,5\n', 3),
        ('a,b\n"x"y,2\n', 2),
        ('a,b\n1,2\n"' + "open\n" * 30_000, 3),
    ],
)
def test_bad_quoting_is_refused_with_the_starting_line(body: str, line: int) -> None:
    with pytest.raises(UnreadableFileError, match=f"starts on line {line} cannot be read.*quotation mark"):
        list(read_rows(iter(io.StringIO(body, newline="")), ",", first_line=1))
