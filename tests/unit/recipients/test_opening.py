import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.recipients.layout import Layout
from chalicelib.recipients.model import UnreadableFileError
from chalicelib.recipients.opening import Opening, read_opening
from chalicelib.recipients.reading import MAX_LINE_CHARACTERS, count_lines


def opened(text: str, wanted: str | None = None, *, lines_per_block: int = 1) -> Opening:
    """Read an opening; the rest of the result is that of the whole file."""
    lines = list(io.StringIO(text, newline=""))
    blocks = iter(["".join(lines[i : i + lines_per_block]) for i in range(0, len(lines), lines_per_block)])
    found = read_opening(blocks, wanted_column=wanted)
    return Opening(found.delimiter, found.header, found.layout, found.first_line, found.rest + "".join(blocks))


def names(text: str, wanted: str | None = None) -> tuple[str, ...]:
    return opened(text, wanted).layout.names


def test_an_ordinary_opening() -> None:
    found = opened("name,E-Mail\nAnna,a@example.org\nBob,b@example.org\n")
    layout = Layout(1, "E-Mail", ("name", "email"), {"name": "name", "E-Mail": "email"})
    assert found == Opening(",", True, layout, 2, "Anna,a@example.org\nBob,b@example.org\n")


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("email,name\na@example.org,A\n", ","),
        ("email;name;town\na@example.org;A;T\n", ";"),
        ("email\tname\na@example.org\tA\n", "\t"),
        ("email|name\na@example.org|A\n", "|"),
        ("email\na@example.org\n", ","),
        ('"a,b,c";email\nx;a@example.org\n', ";"),
        ("email;a,b,c,d\na@example.org;x\n", ";"),
        ("email\tnote\na@example.org\tx, y, z; 1; 2\n", "\t"),
        ("a@example.org;Anna\nb@example.org;Bob\n", ";"),
        ("a@example.org;\nb@example.org;\n", ";"),
        ("Anna|a@example.org\nBob|b@example.org\n", "|"),
        ("Meier, Anna <a@example.org>;Anna <a@example.org>\nRoe, Bob <b@example.org>;Bob <b@example.org>\n", ";"),
        ("email,x;y\na@example.org,1;2\n", ","),
        # The pipes are a part of the values: the address column is under the comma.
        ("email,tags\na@example.org,a|b|c\nb@example.org,d|e|f\n", ","),
    ],
)
def test_header_and_first_rows_decide_the_delimiter(text: str, delimiter: str) -> None:
    assert opened(text).delimiter == delimiter


@pytest.mark.parametrize(
    ("text", "wanted", "delimiter"),
    [
        ("Kontakt;Name, Vorname\na@example.org;Roe, Ann\nb@example.org;Doe, Bob\n", "Kontakt", ";"),
        ("Kontakt;Name, Vorname\na@example.org;Roe, Ann\nb@example.org;Doe, Bob\n", "1", ";"),
        ("Name, Vorname;Kontakt\nRoe, Ann;a@example.org\nDoe, Bob;b@example.org\n", "2", ";"),
        ("Kontakt\na@example.org\n", "1", ","),
    ],
)
def test_the_wanted_column_helps_to_find_the_delimiter(text: str, wanted: str, delimiter: str) -> None:
    assert opened(text, wanted).delimiter == delimiter


def test_a_row_with_another_width_does_not_change_the_delimiter() -> None:
    text = "mail;x\n" + "a@example.org;1\n" * 30 + "b@example.org;2;3\n" * 20
    assert opened(text).delimiter == ";"


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;", "sep=; ", "sep=;;;"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("lines_per_block", [1, 9])
def test_excel_may_state_the_delimiter(line: str, end: str, lines_per_block: int) -> None:
    text = f"{line}{end}email,x;name{end}a@example.org;A{end}"
    with pytest.raises(UnreadableFileError, match="The headers are: 'email,x', 'name'"):
        opened(text)
    text = f"{end}{line}{end}{end}email;name,x{end}a@example.org;A{end}"
    found = opened(text, lines_per_block=lines_per_block)
    assert (found.delimiter, found.layout.names, found.first_line) == (";", ("email", "name_x"), 5)


def test_an_email_column_that_begins_like_the_line_of_excel_is_a_header() -> None:
    assert names("sep=,email\nx,a@example.org\n") == ("sep", "email")


@pytest.mark.parametrize("blank", ["\n\n", "  \t\n\r\n", ",,,\n;;\n", '"","  "\n\n', "\x0b\n\u2028\n", "\r\r"])
@pytest.mark.parametrize("lines_per_block", [1, 2, 9])
def test_blank_lines_before_the_header_are_skipped_and_counted(blank: str, lines_per_block: int) -> None:
    found = opened(f"{blank} email,name\na@example.org,A\n", lines_per_block=lines_per_block)
    assert found.layout.names == ("email", "name")
    assert found.first_line == 4
    assert found.rest == "a@example.org,A\n"


def test_blank_lines_take_no_memory() -> None:
    blocks = iter(["\n" * 1000] * 10_000 + ["email\n", *["\n" * 1000] * 10_000, "a@example.org\n"])
    found = read_opening(blocks)
    assert (found.first_line, found.rest) == (20_000_002, "a@example.org\n")


@pytest.mark.parametrize("text", ["", "\n", " \r\n\t\r\n", ",,,\n", "sep=;\n", "sep=;\n\n;;\n"])
def test_an_empty_file_is_refused(text: str) -> None:
    with pytest.raises(UnreadableFileError, match="The file is empty"):
        opened(text)


@pytest.mark.parametrize("text", ["email", "email,name\n", "email;name\r\n\r\n;;\r\n \t\r\n", '"e\nmail",x\n,\n'])
def test_a_header_alone_is_refused(text: str) -> None:
    with pytest.raises(UnreadableFileError, match="a header but no rows"):
        opened(text)


def test_a_row_of_other_delimiters_is_no_blank_line() -> None:
    assert opened("email;name\n,,\n").rest == ",,\n"


@pytest.mark.parametrize("lines_per_block", [1, 2, 3, 9])
def test_a_header_may_span_lines_and_blocks(lines_per_block: int) -> None:
    text = '\n"First\r\n\r\nname ""x""","E-\nMail"\nAnna,a@example.org\n'
    found = opened(text, lines_per_block=lines_per_block)
    assert found.layout.names == ("first_name_x", "email")
    assert found.layout.address_index == 1
    assert (found.first_line, found.rest) == (6, "Anna,a@example.org\n")


def test_a_long_header_is_read_to_its_end() -> None:
    text = '"' + "x\n" * 300_000 + '",email\nAnna,a@example.org\n'
    assert opened(text, lines_per_block=1000).first_line == 300_002


@pytest.mark.parametrize(
    "header",
    [
        '"name,email\na@example.org,x\n',
        'name,"email\n' + "a@example.org,x\n" * 100_000,
        '"' + '\n","\n' * 300_000,
        '"na"me,email\na@example.org,x\n',
        '"' + "x" * MAX_LINE_CHARACTERS + "\nx,",
    ],
)
def test_a_header_with_an_unclosed_quotation_mark_is_refused_with_its_line(header: str) -> None:
    with pytest.raises(UnreadableFileError, match=r"starts on line 3 cannot be read .*quotation mark"):
        opened("\n\n" + header, lines_per_block=500)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("name,Kontakt,email\nA,a@example.org,b@example.org\n", "Kontakt"),
        ("name,Kontakt,email\nA,a@example.org,b@example.org\n", " KONTAKT "),
        ("name,Kontakt,email\nA,a@example.org,b@example.org\n", "2"),
        ("name,@,email\nA,a@example.org,b@example.org\n", "@"),
        ("1,2,email\nA,a@example.org,b@example.org\n", "2"),
        ("2,1,email\nA,b@example.org,b@example.org\n", "1"),
        ("KONTAKT,Kontakt,email\nA,a@example.org,b@example.org\n", "Kontakt"),
        ("name, ,email\nA,a@example.org,b@example.org\n", "2"),
        ("name,,\nA,a@example.org,\n", "2"),
        ("a@example.org,b@example.org\nc@example.org,d@example.org\n", "2"),
        ("a@example.org,nobody\nc@example.org,d@example.org\n", "2"),
    ],
)
def test_the_caller_may_name_the_address_column_or_give_its_position(text: str, wanted: str) -> None:
    assert opened(text, wanted).layout.address_index == 1


@pytest.mark.parametrize("wanted", ["phone", "3", "0", "-1", "2.0", "²", "*", ""])
def test_a_wanted_column_that_is_not_there_is_refused_with_all_headers(wanted: str) -> None:
    with pytest.raises(UnreadableFileError, match=r"No column is headed .*'email', 'name'") as error:
        opened("email,name\na@example.org,A\n", wanted)
    assert repr(wanted) in str(error.value)


def test_a_file_without_header_has_no_column_of_a_name() -> None:
    with pytest.raises(UnreadableFileError, match="by its position, from 1 to 2") as error:
        opened("a@example.org,Anna\n", "email")
    assert "a@example.org" not in str(error.value)


def test_without_an_address_column_all_headers_are_named() -> None:
    headers = [f"column {n}" for n in range(40)] + ["x" * 100]
    with pytest.raises(UnreadableFileError, match=r"'column 0', .*'column 39', '" + "x" * 60 + "'"):
        opened(",".join(headers) + "\n")
    with pytest.raises(UnreadableFileError) as error:
        opened("x," * 100_000 + "x\n")
    assert len(str(error.value)) < 2000


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (["a@example.org,b@example.org"], 0),
        ([",b@example.org", "a@example.org,b@example.org"], 0),
        (["yes,b@example.org", "no,d@example.org"], 1),
        (["yes,no"], 0),
    ],
)
def test_of_two_columns_named_so_the_first_wins_unless_only_another_holds_addresses(
    rows: list[str], index: int
) -> None:
    assert opened("\n".join(["Mail,E-Mail", *rows])).layout.address_index == index


@pytest.mark.parametrize(
    ("first", "index"),
    [
        ("a@example.org,Anna", 0),
        ("Anna,a@example.org,b@example.org", 1),
        ("Anna,Anna Meier <a@example.org>", 1),
        ("Anna,a@bücher.example", 1),
        ("Anna,ä@example.org", 1),
        ('Anna,"a@example.org"', 1),
        ("@anna,a@example.org", 1),
    ],
)
def test_a_first_row_with_an_address_is_no_header(first: str, index: int) -> None:
    text = f"\n{first}\nBob,b@example.org\n"
    found = opened(text)
    assert not found.header
    assert (found.layout.address_index, found.layout.address_column) == (index, f"column {index + 1}")
    assert (found.first_line, found.rest) == (2, text[1:])


def test_a_first_row_with_an_address_under_the_name_of_one_is_a_header() -> None:
    found = opened("email,me@example.org\na@example.org,x\n")
    assert found.header
    assert found.layout.names == ("email", "me_example_org")


def test_columns_at_the_end_that_are_always_empty_are_dropped() -> None:
    assert names("name,email,,\nA,a@example.org,,\n") == ("name", "email")
    assert names("a@example.org,A,,\nb@example.org,B,,\n") == ("email", "column_2")
    assert names("a@example.org,A,,\nb@example.org,B,T,\n") == ("email", "column_2", "column_3")
    assert names("a@example.org,A\nb@example.org,B,T,\n") == ("email", "column_2")


def test_a_wide_file_is_refused() -> None:
    wide = ",".join(["email", *["x"] * 200])
    with pytest.raises(UnreadableFileError, match="201 columns"):
        opened(f"{wide}\n{wide}\n")
    with pytest.raises(UnreadableFileError, match="201 columns"):
        opened(f"a@example.org{',x' * 200}\n")
    assert len(names(f"email{',x' * 199}{',' * 500}\na@example.org\n")) == 200


cells = st.sampled_from(["", " ", "a@example.org", "x", '"x\ny"', '"a;b"', "2", "Ä", '""'])
rows = st.lists(cells, min_size=1, max_size=4)


@given(
    st.lists(st.sampled_from(["", " ", ",", ";;"]), max_size=3),
    st.lists(rows, max_size=4),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_the_opening_does_not_depend_on_the_blocks(
    blank: list[str], body: list[list[str]], delimiter: str, end: str
) -> None:
    header = delimiter.join(['"first\nname"', "email", "x"])
    text = end.join([*blank, header, *map(delimiter.join, body), f"{delimiter}b@example.org"])

    def outcomes() -> Iterator[Opening]:
        for lines_per_block in (1, 2, 3, 1000):
            yield opened(text, lines_per_block=lines_per_block)

    first, *others = outcomes()
    assert all(other == first for other in others)
    assert (first.delimiter, first.layout.address_index) == (delimiter, 1)
    assert text.endswith(first.rest)
    assert first.first_line == count_lines(text) - count_lines(first.rest) + 1
