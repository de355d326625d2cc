from hypothesis import given
from hypothesis import strategies as st

from chalicelib.recipients.addresses import is_ordinary
from chalicelib.recipients.blocks import Block, FileBlocks
from chalicelib.recipients.layout import layout_of
from chalicelib.recipients.plain_rows import PlainParser

HEADERS = ["name", "email"]


def _blocks(*texts: str, headers: list[str] | None = None, delimiter: str = ",") -> list[Block]:
    layout = layout_of(headers or HEADERS, 1)
    blocks = FileBlocks(iter(texts), first_line=2, delimiter=delimiter, layout=layout, max_characters=32_768)
    return list(blocks)


def _padded(row: str) -> str:
    """Put a row among plain ones: a block with many odd rows is read row by row."""
    return row + "".join(f"x,filler{number}@example.org\n" for number in range(30))


def test_odd_rows_stand_among_the_plain_ones() -> None:
    (block,) = _blocks(_padded('A,a@example.org\n"C, C", C@example.org\nD,d@example.org\n'))
    assert (block.line, list(block.odd)) == (2, [1])
    assert list(block.rows.canonical[:3]) == ["a@example.org", "c@example.org", "d@example.org"]
    assert list(block.rows.part_lines[:3]) == ['A","a@example.org', 'C, C","C@example.org', 'D","d@example.org']


def test_an_odd_row_covers_lines_that_look_plain_and_reaches_into_the_next_block() -> None:
    first = _padded("A,a@example.org\n") + '"B\nQ,q@example.org\n'
    second = 'R,r@example.org\nS",b@example.org\n' + _padded("T,t@example.org\n")
    one, two = _blocks(first, second)
    assert list(one.rows.canonical[-2:]) == ["b@example.org", ""]
    assert one.odd[31].lines == 4
    assert (two.line, two.rows.canonical[0]) == (2 + 35, "t@example.org")
    assert [len(block.rows.canonical) for block in (one, two)] == [33, 31]


def test_quotation_marks_around_whole_cells_are_plain() -> None:
    (block,) = _blocks('"Zoë";"z@example.org"\r\nBo;"b@example.org"\r\n', delimiter=";")
    assert (block.odd, block.rows.part_lines) == ({}, ['Zoë","z@example.org', 'Bo","b@example.org'])


def test_capital_letters_in_a_domain_are_sent_to_as_small_ones() -> None:
    (block,) = _blocks("A@EXAMPLE.ORG,A@EXAMPLE.ORG\nB,b@example.org\n")
    assert block.odd == {}
    assert list(block.rows.written) == ["A@EXAMPLE.ORG", "b@example.org"]
    assert list(block.rows.canonical) == ["a@example.org", "b@example.org"]
    assert block.rows.part_lines == ['A@EXAMPLE.ORG","A@example.org', 'B","b@example.org']


def test_cells_of_time_zones_come_along() -> None:
    (block,) = _blocks('Europe/Paris,a@example.org\n"UTC",b@example.org\n', headers=["timezone", "email"])
    assert block.rows.time_zones == ("Europe/Paris", '"UTC"')


def test_a_block_of_many_odd_rows_is_read_row_by_row() -> None:
    (block,) = _blocks('"A ""A""",a@example.org\nB,b@example.org\n')
    assert list(block.odd) == [0, 1]


def test_delimiters_within_quotation_marks_are_plain() -> None:
    (block,) = _blocks('"A, A, ",a@example.org\n",","b@example.org"\r\nC,c@example.org\n"D,","d@example.org"\n')
    assert block.odd == {}
    assert block.rows.part_lines == [
        'A, A, ","a@example.org',
        ',","b@example.org',
        'C","c@example.org',
        'D,","d@example.org',
    ]


def test_a_control_character_is_never_taken_for_a_delimiter() -> None:
    (block,) = _blocks('"A, A","a@example.org"\n"B\x1fB","b@example.org"\n')
    assert [row.part_line for row in block.odd.values()] == ['A, A","a@example.org', 'B\\u001fB","b@example.org']


def test_a_time_zone_with_a_delimiter_in_it_is_odd() -> None:
    (block,) = _blocks(
        '"Europe,Paris",a@example.org\n' + "".join(f"UTC,b{n}@example.org\n" for n in range(30)),
        headers=["timezone", "email"],
    )
    assert list(block.odd) == [0]
    assert block.rows.time_zones[:2] == ["", "UTC"]


_PIECES = st.sampled_from([*"aZ0.-_+'!@|é \t\x00\ud800", "example.org", "xn--", "local", ".com", "@b.co", "x" * 64])


@given(st.lists(_PIECES).map("".join) | st.emails())
def test_an_address_is_plain_exactly_when_it_is_ordinary(address: str) -> None:
    rows = PlainParser(",", layout_of(HEADERS, 1), max_characters=32_768).read(_padded(f"N,{address}\n"))
    assert rows
    local, _, domain = address.rpartition("@")
    assert (rows.written[0] != "") == bool(is_ordinary(f"{local}@{domain.lower()}") and domain.isascii())
