import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.recipients.import_pass import MAX_RECIPIENT_CHARACTERS, ImportPass, Part, RejectedRow
from chalicelib.recipients.model import RowAccount, RowReason, UnreadableFileError


def run(body: str | bytes, per_part: int = 1000) -> tuple[ImportPass, list[Part], list[RejectedRow]]:
    rows = ImportPass(io.BytesIO(body if isinstance(body, bytes) else body.encode()), per_part=per_part)
    found = list(rows.run())
    parts = [item for item in found if isinstance(item, Part)]
    return rows, parts, [item for item in found if isinstance(item, RejectedRow)]


def recipients(parts: list[Part]) -> list[dict[str, object]]:
    return [json.loads(line) for part in parts for line in part.body.splitlines()]


def test_rows_become_recipients_with_their_fields() -> None:
    rows, parts, rejected = run('Name;E-Mail\n"Ana ""A""\nOrtiz";ana@example.org\nBo;Bo <BO@example.org>\n')
    assert recipients(parts) == [
        {"address": "ana@example.org", "fields": {"name": 'Ana "A"\nOrtiz'}},
        {"address": "BO@example.org", "fields": {"name": "Bo"}},
    ]
    assert rejected == []
    assert rows.delimiter == ";"
    assert rows.account == RowAccount(rows=2, accepted=2, repaired=1)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_read(end: str) -> None:
    rows, parts, _ = run(end.join(["email,x", "a@example.org,1", "b@example.org,2", ""]))
    assert [r["fields"] for r in recipients(parts)] == [{"x": "1"}, {"x": "2"}]
    assert rows.account.rows == 2


def test_each_row_that_is_not_accepted_says_line_reason_and_value() -> None:
    body = (
        "\n"
        "email,name,city\n"
        "a@example.org,A,X\n"
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
        "f@example.org,,\n"
    )
    rows, parts, rejected = run(body)
    assert [(row.line, row.reason, row.value) for row in rejected] == [
        (4, RowReason.DUPLICATE, "A@EXAMPLE.org"),
        (6, RowReason.INVALID_ADDRESS, "nobody"),
        (7, RowReason.NO_ADDRESS, ""),
        (11, RowReason.TOO_MANY_CELLS, "d@example.org"),
        (12, RowReason.ROW_TOO_LARGE, "e@example.org"),
        (13, RowReason.INVALID_ADDRESS, "two\nlines"),
    ]
    assert [r["address"] for r in recipients(parts)] == [f"{name}@example.org" for name in "abcf"]
    assert recipients(parts)[1]["fields"] == {"name": "", "city": ""}
    assert rows.account == RowAccount(
        rows=10,
        accepted=4,
        duplicates=1,
        invalid=5,
        invalid_reasons={"invalid_address": 2, "no_address": 1, "row_too_large": 1, "too_many_cells": 1},
    )


def test_a_rejected_row_does_not_make_a_later_one_a_duplicate() -> None:
    _, parts, rejected = run("email,x\na@example.org,1,2\na@example.org,ok\n")
    assert [r["fields"] for r in recipients(parts)] == [{"x": "ok"}]
    assert [row.reason for row in rejected] == [RowReason.TOO_MANY_CELLS]


def test_parts_are_cut_at_the_given_size() -> None:
    rows, parts, _ = run("email\n" + "".join(f"u{n}@example.org\n" for n in range(7)), per_part=3)
    assert [(part.number, part.recipients) for part in parts] == [(0, 3), (1, 3), (2, 1)]
    assert rows.parts == 3


@pytest.mark.parametrize("body", ["", "\n\n", "\ufeff", "   \n"])
def test_an_empty_file_is_refused(body: str) -> None:
    with pytest.raises(UnreadableFileError, match="empty"):
        run(body)


def test_a_header_alone_has_no_rows() -> None:
    rows, parts, rejected = run("email,name\n")
    assert (rows.account, parts, rejected) == (RowAccount(), [], [])


def test_a_header_in_quotes_may_span_lines() -> None:
    rows, parts, _ = run('email,"first\nname"\na@example.org,A\n')
    assert recipients(parts) == [{"address": "a@example.org", "fields": {"first_name": "A"}}]
    assert rows.layout
    assert rows.layout.columns == {"email": "email", "first\nname": "first_name"}


_CELL = st.sampled_from(
    ["", " ", "a@example.org", "A@example.org", " b@example.org", "x <c@example.org>", "nobody", "ü", '"', "a\nb", "%s"]
)
_ROWS = st.lists(st.lists(_CELL | st.text(st.characters(codec="utf-8", exclude_characters="\0")), max_size=4))


def _csv(rows: list[list[str]]) -> str:
    quoted = (",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    return "".join(line + "\n" for line in ["x,email,y", *quoted])


@given(_ROWS, st.integers(1, 4))
def test_every_row_is_accounted_for_and_parts_joined_are_the_accepted_rows_in_order(
    rows: list[list[str]], per_part: int
) -> None:
    passed, parts, rejected = run(_csv(rows), per_part)
    account = passed.account
    written = [row for row in rows if any(cell.strip() for cell in row)]
    assert account.balanced
    assert account.rows == len(written)
    assert account.accepted == sum(part.recipients for part in parts)
    assert account.duplicates + account.invalid == len(rejected)
    assert sum(account.invalid_reasons.values()) == account.invalid
    assert all(part.recipients == per_part for part in parts[:-1])

    lines = {row.line for row in rejected}
    line = 2
    accepted = []
    for row in rows:
        if line not in lines and any(cell.strip() for cell in row):
            accepted.append({"x": row[0], "y": row[2] if len(row) > 2 else ""})
        text = ",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n"
        line += len(list(io.StringIO(text, newline="")))
    assert [r["fields"] for r in recipients(parts)] == accepted
    addresses = [str(r["address"]).casefold() for r in recipients(parts)]
    assert len(set(addresses)) == len(addresses)


@given(_ROWS)
def test_the_same_bytes_give_the_same_parts(rows: list[list[str]]) -> None:
    body = _csv(rows)
    assert run(body)[1:] == run(body)[1:]
