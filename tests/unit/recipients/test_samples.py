"""Recipients of a file by row and by address: each call reads few parts, however many there are."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.kernel.errors import InvalidInputError
from chalicelib.kernel.pages import encode_cursor
from chalicelib.recipients.model import (
    RECIPIENTS_PER_PART,
    Recipient,
    RecipientFile,
    RecipientFileNotFoundError,
    RecipientFileNotReadyError,
    RecipientFileStatus,
    RowAccount,
)
from chalicelib.recipients.samples import PARTS_A_SEARCH, FoundRecipient, SampleRecipients
from tests.fakes.recipients import FakeRecipientFiles

_MILLION = 1_000_000


class _Parts:
    """A million recipients, `p1@example.com` to `p1000000@example.com`; one in the middle is internationalised."""

    def __init__(self) -> None:
        self.read_parts: list[int] = []

    def read(self, file_id: str, part: int) -> Iterator[Recipient]:
        assert file_id == "rcf_1"
        self.read_parts.append(part)
        for row in range(part * RECIPIENTS_PER_PART + 1, (part + 1) * RECIPIENTS_PER_PART + 1):
            if row == 500_000:
                yield Recipient("x@xn--bcher-kva.example", {"email": "X@Bücher.example"})
            else:
                yield Recipient(f"p{row}@example.com", {"first_name": f"P{row}"})


@pytest.fixture
def parts() -> _Parts:
    return _Parts()


@pytest.fixture
def files() -> FakeRecipientFiles:
    made = FakeRecipientFiles()
    account = RowAccount(rows=_MILLION, accepted=_MILLION)
    made.add(
        RecipientFile(
            "rcf_1",
            "People",
            RecipientFileStatus.READY,
            "uploads/rcf_1",
            datetime(2026, 11, 1, tzinfo=UTC),
            account=account,
        )
    )
    return made


@pytest.fixture
def samples(files: FakeRecipientFiles, parts: _Parts) -> SampleRecipients:
    return SampleRecipients(files=files, parts=parts)


@pytest.mark.parametrize("row", [1, 1_000, 1_001, 999_999, _MILLION])
def test_any_row_is_read_out_of_one_part(samples: SampleRecipients, parts: _Parts, row: int) -> None:
    assert samples.fields("rcf_1", row) == {"email": f"p{row}@example.com", "first_name": f"P{row}"}
    assert parts.read_parts == [(row - 1) // RECIPIENTS_PER_PART]


@pytest.mark.parametrize("row", [0, _MILLION + 1])
def test_a_row_that_is_not_there_is_refused_without_reading(samples: SampleRecipients, parts: _Parts, row: int) -> None:
    with pytest.raises(InvalidInputError) as refused:
        samples.fields("rcf_1", row)
    assert "1 to 1,000,000" in refused.value.errors[0].detail
    assert parts.read_parts == []


def test_a_search_goes_through_the_file_page_by_page_and_misses_nobody(samples: SampleRecipients) -> None:
    found, cursor, pages = [], None, 0
    while True:
        page = samples.find("rcf_1", "P1999", limit=3, cursor=cursor)
        assert len(page.items) <= 3
        found += [one.row for one in page.items]
        pages += 1
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == [row for row in range(1, _MILLION + 1) if "p1999" in f"p{row}@" and row != 500_000]
    assert pages >= _MILLION / RECIPIENTS_PER_PART / PARTS_A_SEARCH


def test_a_page_reads_a_bounded_number_of_parts(samples: SampleRecipients, parts: _Parts) -> None:
    page = samples.find("rcf_1", "nobody", limit=20, cursor=None)
    assert page.items == []
    assert page.next_cursor is not None
    assert parts.read_parts == list(range(PARTS_A_SEARCH))
    assert samples.find("rcf_1", "nobody", limit=20, cursor=encode_cursor(990_001)).next_cursor is None
    assert parts.read_parts[PARTS_A_SEARCH:] == list(range(990, 1_000))


@pytest.mark.parametrize("text", ["bücher", "BÜCHER", "xn--bcher"])
def test_an_address_is_found_as_it_was_given_and_as_it_is_sent_to(samples: SampleRecipients, text: str) -> None:
    page = samples.find("rcf_1", text, limit=1, cursor=encode_cursor(490_001))
    assert page.items == [FoundRecipient(500_000, "X@Bücher.example")]


@pytest.mark.parametrize("position", [0, -1, True, "1", [1], 10**12])
def test_a_cursor_of_something_else_is_refused(samples: SampleRecipients, position: object) -> None:
    with pytest.raises(InvalidInputError) as refused:
        samples.find("rcf_1", "p", limit=1, cursor=encode_cursor(position))
    assert refused.value.errors[0].pointer == "/cursor"


def test_a_file_without_recipients_yet_has_none(samples: SampleRecipients, files: FakeRecipientFiles) -> None:
    with pytest.raises(RecipientFileNotFoundError):
        samples.find("rcf_2", "p", limit=1, cursor=None)
    files.save(replace(files.items["rcf_1"], status=RecipientFileStatus.PROCESSING))
    with pytest.raises(RecipientFileNotReadyError):
        samples.find("rcf_1", "p", limit=1, cursor=None)
