import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.recipients.model import Recipient
from chalicelib.recipients.parts import PartReader, pack, part_line, unpack
from chalicelib.recipients.places import part_key
from tests.fakes.recipients import FakeRecipientObjects

_VALUES = st.lists(
    st.text(st.characters(codec="utf-8")) | st.sampled_from(['"', "\\", "\x00", '","', "%s", '["']), min_size=2
)


@given(st.lists(_VALUES, min_size=1))
def test_a_part_is_json_lines(rows: list[list[str]]) -> None:
    lines = [part_line(row) for row in rows]
    text = gzip.decompress(pack(lines)).decode()
    assert [json.loads(line) for line in text.split("\n")[:-1]] == rows
    assert unpack(lines) == rows


def test_the_same_lines_give_the_same_bytes() -> None:
    assert pack(["a"] * 3) == pack(["a"] * 3)
    assert unpack([]) == []


@pytest.fixture
def objects() -> FakeRecipientObjects:
    return FakeRecipientObjects()


def test_recipients_come_back_with_their_fields(objects: FakeRecipientObjects) -> None:
    rows = [["name", "email"], ["Ana\u2028", "a@example.org"], ["", "b@xn--bcher-kva.example", "b@bücher.example"]]
    objects.write(part_key("rcp_1", 7), pack([part_line(row) for row in rows]), content_type="application/gzip")
    assert list(PartReader(objects).read("rcp_1", 7)) == [
        Recipient("a@example.org", {"name": "Ana\u2028"}),
        Recipient("b@xn--bcher-kva.example", {"name": "", "email": "b@bücher.example"}),
    ]
