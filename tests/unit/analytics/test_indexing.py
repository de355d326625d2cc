"""Changes from a stream: what is done, what comes again, what becomes a dead letter."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.analytics.indexing import Change, Indexing
from chalicelib.analytics.model import MessageDocument
from chalicelib.analytics.ports import DocumentsRefusedError, DocumentsWaitingError
from chalicelib.kernel.dead_letters import DeadLetter

NAMES = "abcdef"


class Index:
    """Keeps documents; refuses some for good and lets some wait so many times."""

    def __init__(self, refused: Sequence[str] = (), waiting: dict[str, int] | None = None) -> None:
        self.documents: dict[str, MessageDocument] = {}
        self.refused = set(refused)
        self.waiting = waiting or {}

    def index_messages(self, documents: Sequence[MessageDocument]) -> None:
        refused, waiting = {}, []
        for document in documents:
            name = document.message_id
            if name in self.refused:
                refused[name] = "mapper_parsing_exception"
            elif self.waiting.get(name):
                self.waiting[name] -= 1
                waiting.append(name)
            elif name not in self.documents or self.documents[name].version < document.version:
                self.documents[name] = document
        if waiting:
            raise DocumentsWaitingError("wait", waiting, refused)
        if refused:
            raise DocumentsRefusedError("refused", refused)


class Letters:
    def __init__(self) -> None:
        self.kept: list[DeadLetter] = []

    def keep(self, letters: Sequence[DeadLetter]) -> None:
        self.kept += letters


def changes(names: str) -> list[Change]:
    document = MessageDocument(
        message_id="",
        version=0,
        kind="campaign",
        campaign_id="cmp",
        address_hash="h",
        recipient_domain="example.org",
        status="pending",
        created_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    return [Change(str(n), replace(document, message_id=name, version=n)) for n, name in enumerate(names)]


def indexed(index: Index, names: str) -> tuple[tuple[str | None, int], list[str]]:
    letters = Letters()
    answer = Indexing(index=index, dead_letters=letters).index(changes(names))
    return answer, [letter.key for letter in letters.kept]


def test_all_are_done() -> None:
    index = Index()
    assert indexed(index, "aba") == ((None, 0), [])
    assert index.documents["a"].version == 2


def test_changes_come_again_from_the_first_that_waits() -> None:
    assert indexed(Index(waiting={"c": 1}), "abcd") == (("2", 0), [])


def test_the_whole_batch_fails_when_nothing_is_done() -> None:
    with pytest.raises(DocumentsWaitingError):
        indexed(Index(waiting={"a": 1}), "ab")


def test_what_is_refused_is_a_dead_letter_and_holds_nothing_up() -> None:
    index = Index(refused="b")
    assert indexed(index, "abc") == ((None, 1), ["b"])
    assert set(index.documents) == {"a", "c"}


def test_what_is_refused_behind_one_that_waits_comes_again_first() -> None:
    assert indexed(Index(refused="bd", waiting={"c": 1}), "abcd") == (("2", 1), ["b"])
    assert indexed(Index(refused="b", waiting={"c": 1}), "abcb") == (("2", 0), [])


def test_items_that_cannot_be_read_are_dead_letters_too() -> None:
    letters = Letters()
    unreadable = [DeadLetter("{}", "KeyError")]
    assert Indexing(index=Index(), dead_letters=letters).index([], unreadable) == (None, 1)
    assert letters.kept == unreadable


@given(
    names=st.text(NAMES, min_size=1, max_size=30),
    refused=st.sets(st.sampled_from(NAMES)),
    waits=st.dictionaries(st.sampled_from(NAMES), st.integers(1, 3)),
)
def test_in_the_end_each_message_is_indexed_at_its_last_version_or_a_dead_letter(
    names: str, refused: set[str], waits: dict[str, int]
) -> None:
    index, letters = Index(sorted(refused), dict(waits)), Letters()
    indexing, left = Indexing(index=index, dead_letters=letters), changes(names)
    for _ in range(100):
        try:
            again, _dead = indexing.index(left)
        except DocumentsWaitingError:
            continue
        if again is None:
            break
        left = [change for change in left if int(change.position) >= int(again)]
    else:
        pytest.fail("it never ends")
    last = {name: place for place, name in enumerate(names)}
    assert {name: document.version for name, document in index.documents.items()} == {
        name: place for name, place in last.items() if name not in refused
    }
    dead = [letter.key for letter in letters.kept]
    assert sorted(dead) == sorted(refused & set(names))
