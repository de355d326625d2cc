import gzip
import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.recipients import import_pass
from chalicelib.recipients.import_pass import MAX_RECIPIENT_CHARACTERS, ImportPass
from chalicelib.recipients.model import (
    FlaggedRow,
    Part,
    RejectedRow,
    RowAccount,
    RowFlag,
    RowReason,
    UnreadableFileError,
)
from chalicelib.recipients.source import open_upload
from tests.unit.recipients.reference import reference

HEADER = "email,name,city\n"


class Run:
    """What a pass over a file gives.

    Attributes:
        recipients: values by name; ``given`` where the part has the address as it was written.
    """

    def __init__(self, body: str | bytes, *, per_part: int = 1000, wanted_column: str | None = None) -> None:
        data = body if isinstance(body, bytes) else body.encode()
        upload = open_upload(lambda first, end: data[first:end], len(data))
        self.rows = ImportPass(upload, per_part=per_part, wanted_column=wanted_column)
        found = list(self.rows.run())
        self.parts = [item for item in found if isinstance(item, Part)]
        self.rejected = [item for item in found if isinstance(item, RejectedRow)]
        self.flagged = [item for item in found if isinstance(item, FlaggedRow)]
        self.account = self.rows.account
        self.recipients = list(_recipients(self.parts))
        self.addresses = [recipient["email"] for recipient in self.recipients]


def _recipients(parts: list[Part]) -> Iterator[dict[str, str]]:
    for part in parts:
        head, *lines = gzip.decompress(part.body).decode().split("\n")[:-1]
        assert len(lines) == part.recipients
        for line in lines:
            names, values = json.loads(head), json.loads(line)
            yield dict(zip([*names, "given"], values, strict=False))


def test_rows_become_recipients_with_their_fields() -> None:
    run = Run('Name;E-Mail\n"Ana ""A""\nOrtiz";ana@example.org\nBo;Bo <BO@example.org>\n')
    assert run.recipients == [
        {"name": 'Ana "A"\nOrtiz', "email": "ana@example.org"},
        {"name": "Bo", "email": "BO@example.org"},
    ]
    assert run.rejected == []
    assert run.account == RowAccount(rows=2, accepted=2, repaired=1, flags={"repaired": 1})
    assert run.rows.findings
    assert run.rows.findings.delimiter == ";"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_read(end: str) -> None:
    run = Run(end.join(["email,x", "a@example.org,1", "b@example.org,2", ""]))
    assert [r["x"] for r in run.recipients] == ["1", "2"]
    assert run.account.rows == 2


def test_each_row_that_is_not_accepted_says_line_reason_and_value() -> None:
    run = Run(
        "\n" + HEADER + "a@example.org,A,X\n"
        "A@EXAMPLE.org,again,\n"
        "\n"
        "nobody,N,\n"
        ",no address,\n"
        ",,\n"
        "b@example.org\n"
        "c@example.org,1,2,,\n"
        "d@example.org,1,2,3\n"
        f"e@example.org,{'x' * MAX_RECIPIENT_CHARACTERS},\n"
        '"two\nlines",,\n'
        'g@example.org,"G"G,\n'
        "h@example.org,a\0b,\n"
        "jürgen@example.org,,\n"
        "f@example.org,,\n"
    )
    assert [(row.line, row.reason, row.value) for row in run.rejected] == [
        (4, RowReason.DUPLICATE, "A@EXAMPLE.org"),
        (6, RowReason.INVALID_ADDRESS, "nobody"),
        (7, RowReason.NO_ADDRESS, ""),
        (11, RowReason.TOO_MANY_CELLS, "d@example.org"),
        (12, RowReason.ROW_TOO_LARGE, "e@example.org"),
        (13, RowReason.INVALID_ADDRESS, "two\nlines"),
        (15, RowReason.BAD_QUOTES, ""),
        (16, RowReason.NUL_CHARACTER, "h@example.org"),
        (17, RowReason.UNSUPPORTED_ADDRESS, "jürgen@example.org"),
    ]
    assert "line 3" in run.rejected[0].detail
    assert run.addresses == [f"{name}@example.org" for name in "abcf"]
    assert run.recipients[1] == {"email": "b@example.org", "name": "", "city": ""}
    assert run.account == RowAccount(
        rows=13,
        accepted=4,
        duplicates=1,
        invalid=8,
        invalid_reasons={
            "bad_quotes": 1,
            "invalid_address": 2,
            "no_address": 1,
            "nul_character": 1,
            "row_too_large": 1,
            "too_many_cells": 1,
            "unsupported_address": 1,
        },
        flags={"short_row": 1},
    )
    assert run.account.balanced


def test_bytes_that_are_no_text_reject_their_row_only() -> None:
    run = Run(
        "email,name\na@example.org,Zoë Brontë Süß\nb@example.org,".encode() + b"\xff\xfe\n" + b"c@example.org,C\n"
    )
    assert run.addresses == ["a@example.org", "c@example.org"]
    assert [(row.line, row.reason) for row in run.rejected] == [(3, RowReason.BROKEN_ENCODING)]


def test_a_rejected_row_does_not_make_a_later_one_a_duplicate() -> None:
    run = Run("email,x\na@example.org,1,2\na@example.org,ok\n")
    assert [r["x"] for r in run.recipients] == ["ok"]
    assert [row.reason for row in run.rejected] == [RowReason.TOO_MANY_CELLS]


def test_an_internationalised_domain_is_kept_as_given_and_compared_in_one_form() -> None:
    run = Run("email,x\na@bücher.example,1\nA@xn--bcher-kva.example,2\n")
    assert run.recipients == [{"email": "a@xn--bcher-kva.example", "x": "1", "given": "a@bücher.example"}]
    assert [row.line for row in run.rejected] == [3]


def test_flags_name_row_and_what_they_are_about() -> None:
    run = Run(
        "email,timezone\n"
        "info@example.org,Europe/Berlin\n"
        "anna@gamil.com,\n"
        '"INFO@example.com","Mars/Base"\n'
        "bo@example.org\n"
        "info@example.org,\n"
    )
    assert [(row.line, row.flag, row.value) for row in run.flagged] == [
        (2, RowFlag.ROLE_ADDRESS, "info@example.org"),
        (3, RowFlag.DOMAIN_TYPO, "anna@gamil.com"),
        (4, RowFlag.ROLE_ADDRESS, "INFO@example.com"),
        (4, RowFlag.UNKNOWN_TIME_ZONE, "Mars/Base"),
        (5, RowFlag.SHORT_ROW, "bo@example.org"),
    ]
    assert "gmail.com" in run.flagged[1].detail


def test_parts_are_cut_at_the_given_size() -> None:
    run = Run("email\n" + "".join(f"u{n}@example.org\n" for n in range(7)), per_part=3)
    assert [(part.number, part.recipients) for part in run.parts] == [(0, 3), (1, 3), (2, 1)]
    assert run.rows.parts == 3


def test_a_header_alone_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="no rows"):
        Run("email,name\n")


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ('email,x\na@example.org,"open\n', 2),
        ('email,x\na@example.org,1\nb@example.org,"open\nc@example.org,1\nd@example.org,1\n', 3),
        ('email,x\na@example.org,1\nb@example.org,"open\nc@example.org,"1"\nd@example.org,1\n', 3),
    ],
)
def test_an_open_quotation_mark_refuses_the_file_and_names_its_line(body: str, line: int) -> None:
    with pytest.raises(UnreadableFileError, match=rf"line {line} "):
        Run(body)


def test_a_file_with_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_pass, "MAX_ROWS", 2)
    with pytest.raises(UnreadableFileError, match="more than 2 rows"):
        Run("email\na@example.org\nb@example.org\nc@example.org\n")


_ADDRESSES = ["a@example.org", "A@example.org", "b@Example.org", " b@example.org", "x <c@example.org>", "info@gmx.de"]
_CELL = st.sampled_from(["", " ", *_ADDRESSES, "nobody", "ü", '"', "a\nb", "%s", "\\", "a,b", "\t", "\x85", "\u2028"])
_PLAIN = st.sampled_from([*_ADDRESSES, "d@example.org", "e@example.org", "Zoë", "", "a, b", ",;\t|", "\x1f"])
_ROW = st.lists(_PLAIN, min_size=3, max_size=3) | st.lists(
    _CELL | st.text(st.characters(codec="utf-8", exclude_characters="\0\r")), max_size=4
)


@st.composite
def _files(draw: st.DrawFn) -> str:
    """Files of plain and odd rows, each cell in quotation marks or, where it may be, not."""
    delimiter = draw(st.sampled_from(",;\t|"))
    rows = [["x", "email", "y"], *draw(st.lists(_ROW, min_size=1, max_size=40))]
    end = draw(st.sampled_from(["\n", "\r\n"]))
    lines = []
    for row in rows:
        cells = []
        for cell in row:
            needed = any(c in cell for c in f'{delimiter}"\r\n')
            quoted = '"' + cell.replace('"', '""') + '"'
            cells.append(quoted if needed or draw(st.booleans()) else cell)
        lines.append(delimiter.join(cells))
    return "".join(line + end for line in lines)


@settings(max_examples=300)
@given(_files(), st.integers(1, 4))
def test_it_agrees_with_reading_row_by_row(body: str, per_part: int) -> None:
    expected = reference(body, "email")
    if not expected.rows:
        with pytest.raises(UnreadableFileError, match="no rows"):
            Run(body)
        return
    run = Run(body, per_part=per_part)
    assert run.account.balanced
    assert [(row.line, row.reason) for row in run.rejected] == expected.rejected
    assert [(r["x"], r["email"], r["y"]) for r in run.recipients] == expected.recipients
    assert run.account.rows == expected.rows
    assert all(part.recipients == per_part for part in run.parts[:-1])


@settings(max_examples=100)
@given(st.lists(st.lists(_PLAIN, min_size=3, max_size=3), max_size=30))
def test_whole_blocks_and_single_rows_give_the_same(rows: list[list[str]]) -> None:
    lines = ["x,email,y", "1,first@example.org,2", *(",".join(row) for row in rows), ""]
    by_block, by_row = Run("\n".join(lines)), Run("\r".join(lines))
    assert by_block.parts == by_row.parts
    assert by_block.rejected == by_row.rejected
    assert sorted(by_block.flagged, key=repr) == sorted(by_row.flagged, key=repr)
    assert by_block.account == by_row.account


def test_the_same_bytes_give_the_same_parts_whatever_the_reads_give() -> None:
    body = (HEADER + "".join(f"u{n}@example.org,Zoë {n},Köln\n" for n in range(5000))).encode()
    packed = gzip.compress(body)
    whole, split = Run(body), Run(packed)
    assert whole.parts == split.parts
    assert len(whole.parts) == 5


def test_a_byte_order_mark_and_columns_of_the_sample_are_found() -> None:
    run = Run("\ufeff" + HEADER + "a@example.org,A,X\n")
    assert run.rows.findings
    assert run.rows.findings.columns == {"email": "email", "name": "name", "city": "city"}
    assert (run.rows.findings.encoding, run.rows.findings.header) == ("utf-8", True)
