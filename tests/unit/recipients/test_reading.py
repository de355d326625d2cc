import codecs
import io
from collections.abc import Callable
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.recipients import reading
from chalicelib.recipients.model import Encoding, UnreadableFileError
from chalicelib.recipients.reading import MAX_LINE_CHARACTERS, TextBlocks, count_lines

MARKS = {
    Encoding.UTF_8: codecs.BOM_UTF8,
    Encoding.UTF_16_LE: codecs.BOM_UTF16_LE,
    Encoding.UTF_16_BE: codecs.BOM_UTF16_BE,
}


def reader(body: bytes, most: int | None = None) -> Callable[[int], bytes]:
    """Read at most so many bytes at a time, so that characters and line ends are cut."""
    stream = io.BytesIO(body)
    return lambda count: stream.read(min(count, most or count))


def read(body: bytes, block_bytes: int = 32_768, most: int | None = None) -> tuple[list[str], Encoding]:
    blocks = TextBlocks(reader(body, most), block_bytes=block_bytes)
    return list(blocks), blocks.encoding


def lines_of(text: str) -> list[str]:
    return list(io.StringIO(text, newline=""))


# NUL is left out where it would be taken for a file that is no text.
characters = st.sampled_from('a,;"\t\r\n\r\n\x85\u2028éß€語😀\ufeff') | st.characters(
    exclude_characters="\0", exclude_categories=["Cs"]
)
texts = st.text(characters, max_size=200)
sizes = st.integers(1, 64)


@given(texts, sizes, sizes, st.sampled_from(sorted(MARKS)))
def test_blocks_joined_are_the_text_and_end_with_lines(text: str, size: int, most: int, encoding: Encoding) -> None:
    blocks, found = read(MARKS[encoding] + text.encode(encoding), size, most)
    assert "".join(blocks) == text
    assert found is encoding
    assert all(blocks)
    assert [line for block in blocks for line in lines_of(block)] == lines_of(text)
    assert all(block[-1] in "\r\n" for block in blocks[:-1])


@given(st.binary(max_size=300), sizes, sizes)
def test_bytes_that_are_no_utf8_stay_where_they_are(body: bytes, size: int, most: int) -> None:
    blocks, found = read(codecs.BOM_UTF8 + body, size, most)
    assert found is Encoding.UTF_8
    assert "".join(blocks) == body.decode(errors="surrogateescape")


@given(st.lists(st.integers(1, 0xFFFF), max_size=100), sizes, sizes, st.sampled_from(["little", "big"]))
def test_half_characters_of_utf16_stay_where_they_are(
    units: list[int], size: int, most: int, order: Literal["little", "big"]
) -> None:
    encoding = Encoding.UTF_16_LE if order == "little" else Encoding.UTF_16_BE
    body = b"".join(unit.to_bytes(2, order) for unit in [*units, 0x0A])
    blocks, found = read(MARKS[encoding] + body, size, most)
    assert found is encoding
    assert "".join(blocks) == body.decode(encoding, "surrogatepass")


mixtures = st.lists(
    st.binary(max_size=5)
    | st.sampled_from([b"\r\n", b"\r", b"\n", b"abc", "é".encode(), "語".encode(), b"\xe9", b"\x81"]),
    max_size=60,
).map(lambda pieces: b"".join(pieces).replace(b"\0", b"0"))


@given(mixtures, sizes, sizes)
def test_the_encoding_does_not_depend_on_the_blocks(body: bytes, size: int, most: int) -> None:
    body = body if not body.startswith(tuple(MARKS.values())) else b"x" + body
    blocks, found = read(body, size, most)
    whole, encoding = read(body)
    assert found is encoding
    assert "".join(blocks) == "".join(whole) == body.decode(encoding, "surrogateescape")


@given(st.integers(0, 40), st.integers(1, 60), st.integers(1, 60), sizes)
def test_most_sequences_decide_and_ties_are_windows_1252(start: int, valid: int, broken: int, size: int) -> None:
    body = b"e" * start + "é,".encode() * valid + b"\xe9," * broken
    _, found = read(body, size)
    assert found is (Encoding.UTF_8 if valid > broken else Encoding.WINDOWS_1252)


@pytest.mark.parametrize("size", [1, 1000, 32_768])
def test_only_the_sample_behind_the_first_byte_that_is_not_ascii_decides(size: int) -> None:
    start = b"a\n" * 50_000
    sample = "é\n".encode() + b"b\n" * ((reading.SAMPLE_BYTES - 3) // 2) + b"c"
    assert len(sample) == reading.SAMPLE_BYTES
    blocks, found = read(start + sample + b"\xe9\n" * 9, size)
    assert found is Encoding.UTF_8
    assert "".join(blocks).endswith("c" + "\udce9\n" * 9)
    _, found = read(start + b"\xe9" + sample[1:] + "é\n".encode() * 9, size)
    assert found is Encoding.WINDOWS_1252


@pytest.mark.parametrize("size", [1, 1000, 32_768])
def test_a_character_that_the_sample_cuts_counts_for_neither(size: int) -> None:
    body = "é".encode() + b"a" * (reading.SAMPLE_BYTES - 4) + "語".encode() * 2
    assert read(body, size)[1] is Encoding.UTF_8
    assert read("é".encode() + b"a" * 10 + "語".encode()[:2], size)[1] is Encoding.WINDOWS_1252


def test_a_replacement_character_in_the_file_is_a_character() -> None:
    assert read("\ufffd\ufffd".encode())[1] is Encoding.UTF_8


def test_ascii_is_utf8() -> None:
    assert read(b"email\n") == (["email\n"], Encoding.UTF_8)
    assert read(b"") == ([], Encoding.UTF_8)


def test_the_encoding_changes_once_and_nothing_that_was_given() -> None:
    blocks = TextBlocks(reader(b"email,name\n" * 20_000 + b"m@example.org,M\xfcller \x80\x81\n"))
    first = next(blocks)
    assert (first[:11], blocks.encoding) == ("email,name\n", Encoding.UTF_8)
    assert "".join(blocks).endswith(",Müller €\udc81\n")
    assert blocks.encoding is Encoding.WINDOWS_1252


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_file_that_ends_within_a_character_of_utf16_is_cut_off(mark: bytes, size: int) -> None:
    encoding = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be"
    body = mark + "email\nx😀".encode(encoding)
    assert "".join(read(body, size)[0]) == "email\nx😀"
    for missing in (1, 2, 3):
        with pytest.raises(UnreadableFileError, match="cut off"):
            read(body[:-missing], size)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("email,name\na@example.org,x\n".encode("utf-16-le"), "UTF-16 without a byte order mark"),
        ("email,name\na@example.org,x\n".encode("utf-16-be"), "UTF-16 without a byte order mark"),
        ("email,name\na@example.org,x\n".encode("utf-32"), "UTF-32"),
        (bytes(1000), "no text"),
        (b"a" * 8 + b"\0", "no text"),
    ],
)
def test_what_is_no_text_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        read(body)


def test_some_nuls_stay_in_the_text() -> None:
    assert read(b"a" * 9 + b"\0") == (["a" * 9 + "\0"], Encoding.UTF_8)
    late = b"a" * reading.HEAD_BYTES + bytes(1000)
    assert "".join(read(late)[0]) == late.decode()


@pytest.mark.parametrize("size", [5000, 32_768, 5_000_000])
@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\r", "\nx", "\rx"])
def test_a_line_may_have_so_many_characters_and_no_more(size: int, end: str) -> None:
    before = "é,\r\nb\rc\n"
    body = (before + "x" * MAX_LINE_CHARACTERS + end).encode()
    assert "".join(read(body, size)[0]) == body.decode()
    longer = (before + "x" * (MAX_LINE_CHARACTERS + 1) + end).encode()
    with pytest.raises(UnreadableFileError, match="Line 4 is longer than 1,048,576 characters"):
        read(longer, size)


def test_a_file_without_line_ends_is_refused_before_it_fills_the_memory() -> None:
    taken = 0

    def endless(count: int) -> bytes:
        nonlocal taken
        taken += count
        return b"x" * count

    with pytest.raises(UnreadableFileError, match="no CSV file"):
        next(TextBlocks(endless))
    assert taken < MAX_LINE_CHARACTERS + 200_000


@given(texts)
def test_lines_are_counted_by_their_ends(text: str) -> None:
    assert count_lines(text) == sum(line[-1] in "\r\n" for line in lines_of(text))
