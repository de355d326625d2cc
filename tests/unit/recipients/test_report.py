import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.recipients import report
from chalicelib.recipients.model import RowFlag, RowReason

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@given(_TEXT, _TEXT)
def test_a_row_reads_back_and_no_cell_is_a_formula(detail: str, value: str) -> None:
    body = report.REJECTED_HEADER + report.report_line(7, RowReason.INVALID_ADDRESS, detail, value)
    header, row = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
    assert header == ["line", "reason", "detail", "value"]
    assert row[:2] == ["7", "invalid_address"]
    for cell, original in zip(row[2:], (detail, value), strict=True):
        assert cell.removeprefix("'") == original.removeprefix("'")
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@pytest.mark.parametrize("value", ['=HYPERLINK("https://example.com")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_formulas_are_defused(value: str) -> None:
    line = report.report_line(1, RowReason.INVALID_ADDRESS, "", value).decode()
    assert next(csv.reader(io.StringIO(line, newline="")))[3] == "'" + value


def test_a_long_value_is_cut() -> None:
    line = report.report_line(1, RowReason.INVALID_ADDRESS, "", "x" * 10_000)
    assert len(line) < 400


def test_a_flag_is_reported_like_a_reason() -> None:
    header = report.FLAGGED_HEADER.decode("utf-8-sig")
    assert header == "line,flag,detail,value\r\n"
    line = report.report_line(3, RowFlag.DOMAIN_TYPO, "did you mean gmail.com?", "anna@gamil.com")
    assert line == b"3,domain_typo,did you mean gmail.com?,anna@gamil.com\r\n"


@pytest.mark.parametrize("value", ["a\0b", "a\udce4b"])
def test_what_is_no_text_is_shown_as_such(value: str) -> None:
    line = report.report_line(1, RowReason.BROKEN_ENCODING, "", value).decode()
    assert line == "1,broken_encoding,,a\ufffdb\r\n"
