from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from pynamodb.exceptions import QueryError

from chalicelib.kernel.errors import InvalidInputError, TemporarilyUnavailableError
from chalicelib.store.listing import Listing, read_page

KEY = {"pk": {"S": "all"}}


def pages() -> Iterator[dict[str, Any]]:
    yield {"Items": [KEY], "ScannedCount": 1, "LastEvaluatedKey": KEY}


class Index:
    """An index whose queries end with an error of DynamoDB once there is one."""

    error = ""

    def query(self, *_: Any, **__: Any) -> "Index":
        return self

    @property
    def page_iter(self) -> Iterator[dict[str, Any]]:
        if self.error:
            answer = {"Error": {"Code": self.error, "Message": "The provided starting key is outside query boundaries"}}
            raise QueryError("failed", ClientError(answer, "Query"))  # type: ignore[arg-type] # some of an answer
        return pages()


@pytest.fixture
def index() -> Index:
    return Index()


@pytest.fixture
def listing(index: Index) -> Listing:
    return Listing(index, "all", frozenset(KEY), "everything")


def test_a_position_that_dynamodb_finds_outside_is_a_cursor_of_another_list(index: Index, listing: Listing) -> None:
    _, cursor = read_page(listing, limit=1, cursor=None)
    index.error = "ValidationException"
    with pytest.raises(InvalidInputError, match="not one that this list handed out"):
        read_page(listing, limit=1, cursor=cursor)


def test_the_same_answer_without_a_cursor_is_a_fault(index: Index, listing: Listing) -> None:
    index.error = "ValidationException"
    with pytest.raises(QueryError):
        read_page(listing, limit=1, cursor=None)


def test_a_busy_store_says_so(index: Index, listing: Listing) -> None:
    _, cursor = read_page(listing, limit=1, cursor=None)
    index.error = "ThrottlingException"
    with pytest.raises(TemporarilyUnavailableError):
        read_page(listing, limit=1, cursor=cursor)
