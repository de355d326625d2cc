from hypothesis import given
from hypothesis import strategies as st

from chalicelib.recipients.addresses import is_ordinary
from chalicelib.recipients.layout import layout_of
from chalicelib.recipients.plain_rows import FileLines, PlainRows

HEADERS = ["name", "email"]


def _lines(text: str, headers: list[str] | None = None, delimiter: str = ",") -> FileLines:
    layout = layout_of(headers or HEADERS, 1)
    return FileLines(iter([text]), first_line=2, delimiter=delimiter, layout=layout, max_characters=32_768)


def _first_run(lines: FileLines) -> PlainRows:
    assert lines.load()
    assert lines.plain
    return lines.take_plain()


def _padded(row: str) -> str:
    """Put a row among plain ones: a block with many odd rows is not looked at closely."""
    return row + "".join(f"x,filler{number}@example.org\n" for number in range(30))


def test_runs_end_where_an_odd_row_stands() -> None:
    lines = _lines('A,a@example.org\nB,b@example.org\n"C, C",c@example.org\n' + _padded("D,d@example.org\n"))
    run = _first_run(lines)
    assert (run.line, run.addresses, run.part_lines) == (
        2,
        ("a@example.org", "b@example.org"),
        ['A","a@example.org', 'B","b@example.org'],
    )
    assert not lines.plain
    assert next(lines.take_lines()) == '"C, C",c@example.org\n'
    after = _first_run(lines)
    assert (after.line, after.addresses[0], len(after.addresses)) == (5, "d@example.org", 31)
    assert not lines.load()


def test_quotation_marks_around_whole_cells_are_plain() -> None:
    run = _first_run(_lines('"Zoë";"z@example.org"\r\nBo;"b@example.org"\r\n', delimiter=";"))
    assert run.part_lines == ['Zoë","z@example.org', 'Bo","b@example.org']


def test_capital_letters_in_a_domain_are_sent_to_as_small_ones() -> None:
    run = _first_run(_lines("A@EXAMPLE.ORG,A@EXAMPLE.ORG\nB,b@example.org\n"))
    assert run.written == ("A@EXAMPLE.ORG", "b@example.org")
    assert run.addresses == ["A@example.org", "b@example.org"]
    assert run.part_lines == ['A@EXAMPLE.ORG","A@example.org', 'B","b@example.org']


def test_cells_of_time_zones_come_along() -> None:
    run = _first_run(_lines('Europe/Paris,a@example.org\n"UTC",b@example.org\n', ["timezone", "email"]))
    assert run.time_zones == ("Europe/Paris", '"UTC"')


_PIECES = st.lists(
    st.sampled_from([*"aZ0.-_+'!@|é \t\x00\ud800", "example.org", "xn--", "local", ".com", "@b.co", "x" * 64])
)


@given(_PIECES.map("".join) | st.emails())
def test_an_address_is_plain_exactly_when_it_is_ordinary(address: str) -> None:
    lines = _lines(_padded(f"N,{address}\n"))
    assert lines.load()
    local, _, domain = address.rpartition("@")
    assert lines.plain == bool(is_ordinary(f"{local}@{domain.lower()}") and domain.isascii())
