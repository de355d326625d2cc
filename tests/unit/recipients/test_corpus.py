import gzip
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from chalicelib.recipients.import_pass import ImportPass
from chalicelib.recipients.model import FlaggedRow, Part, RejectedRow, UnreadableFileError
from chalicelib.recipients.source import Upload, open_upload
from tests.recipient_files.make_corpus import FOLDER, corpus

EXPECTED: dict[str, dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text())
TAKEN = sorted(name for name, expected in EXPECTED.items() if "refused" not in expected)
REFUSED = sorted(set(EXPECTED).difference(TAKEN))


class Run:
    """What one import of a file gave."""

    def __init__(self, name: str, *, per_part: int = 1000, most: int | None = None) -> None:
        upload = _upload(FOLDER / name, most)
        rows = ImportPass(upload, wanted_column=EXPECTED[name].get("wanted_column"), per_part=per_part)
        outcomes = list(rows.run())
        self.account = asdict(rows.account)
        assert rows.account.balanced
        assert rows.findings is not None
        self.findings = asdict(rows.findings)
        self.part_count = rows.parts
        self.parts = [outcome for outcome in outcomes if isinstance(outcome, Part)]
        self.rejected = [outcome for outcome in outcomes if isinstance(outcome, RejectedRow)]
        self.flagged = [outcome for outcome in outcomes if isinstance(outcome, FlaggedRow)]
        self.names: list[str] = []
        self.recipients: list[list[str]] = []
        for part in self.parts:
            self.names, *recipients = map(
                json.loads, gzip.decompress(part.body).decode().removesuffix("\n").split("\n")
            )
            assert len(recipients) == part.recipients
            self.recipients += recipients

    @property
    def addresses(self) -> list[str]:
        address = self.names.index("email") if self.names else 0
        return [recipient[address] for recipient in self.recipients]


class SmallReads(Upload):
    """An upload that gives a few bytes at a time."""

    def __init__(self, whole: Upload, most: int) -> None:
        self._whole = whole
        self._most = most
        self.compression = whole.compression
        self.size = whole.size

    @property
    def position(self) -> int:
        return self._whole.position

    def read(self, count: int) -> bytes:
        return self._whole.read(min(count, self._most))


def _upload(path: Path, most: int | None = None) -> Upload:
    body = path.read_bytes()
    if most is None:
        return open_upload(lambda start, end: body[start:end], len(body))
    whole = open_upload(lambda start, end: body[start : min(end, start + most)], len(body))
    return SmallReads(whole, most)


def test_the_script_writes_exactly_the_files_that_stand_beside_it() -> None:
    found = (path for path in FOLDER.iterdir() if path.suffix in {".csv", ".tsv", ".txt", ".gz", ".zip"})
    files = {path.name: path.read_bytes() for path in found}
    assert files == corpus()
    assert set(files) == set(EXPECTED)


@pytest.mark.parametrize("name", TAKEN)
def test_a_hostile_file_gives_exactly_the_expected_account(name: str) -> None:
    expected = EXPECTED[name]
    run = Run(name)
    assert run.account == expected["account"]
    assert run.findings == {
        key: expected[key] for key in ("encoding", "compression", "delimiter", "header", "address_column", "columns")
    }
    assert list(run.findings["columns"]) == list(expected["columns"])
    if run.parts:
        assert run.names == list(expected["columns"].values())
    if "recipients" in expected:
        assert run.recipients == expected["recipients"]
    else:
        assert run.addresses == expected["accepted"]


@pytest.mark.parametrize("name", TAKEN)
def test_each_row_that_is_rejected_or_flagged_stands_in_its_report_with_its_line(name: str) -> None:
    expected = EXPECTED[name]
    run = Run(name)
    assert [[row.line, row.reason] for row in run.rejected] == [row[:2] for row in expected["rejected"]]
    for row, (_, _, *words) in zip(run.rejected, expected["rejected"], strict=True):
        assert all(f"{word} " in row.detail for word in words)
    assert sorted([row.line, row.flag] for row in run.flagged) == expected["flagged"]
    assert all(row.detail for row in run.rejected)
    assert all(row.detail for row in run.flagged)


@pytest.mark.parametrize("name", TAKEN)
def test_both_reports_follow_the_order_of_the_file(name: str) -> None:
    run = Run(name)
    for lines in ([row.line for row in run.rejected], [row.line for row in run.flagged]):
        assert lines == sorted(lines)


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_taken_is_refused_with_the_reason(name: str) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        Run(name)
    assert EXPECTED[name]["refused"] in str(caught.value)


@pytest.mark.parametrize("name", TAKEN)
def test_neither_the_size_of_parts_nor_that_of_reads_changes_what_comes_out(name: str) -> None:
    whole = Run(name)
    for per_part, most in ((1, None), (2, None), (1000, 61), (2, 7)):
        run = Run(name, per_part=per_part, most=most)
        assert run.recipients == whole.recipients
        assert (run.rejected, run.flagged) == (whole.rejected, whole.flagged)
        assert (run.account, run.findings) == (whole.account, whole.findings)
        assert [part.number for part in run.parts] == list(range(run.part_count))
        assert all(part.recipients == per_part for part in run.parts[:-1])


def test_every_expected_account_balances() -> None:
    for name in TAKEN:
        expected = EXPECTED[name]
        account = expected["account"]
        accepted = expected["recipients"] if "recipients" in expected else expected["accepted"]
        assert account["rows"] == account["accepted"] + account["duplicates"] + account["invalid"], name
        assert account["accepted"] == len(accepted), name
        assert account["duplicates"] + account["invalid"] == len(expected["rejected"]), name
        assert sum(account["invalid_reasons"].values()) == account["invalid"], name
