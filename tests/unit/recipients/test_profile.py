import pytest

from chalicelib.recipients import profile
from chalicelib.recipients.layout import layout_of
from chalicelib.recipients.parts import part_line
from chalicelib.recipients.profile import Profile

LAYOUT = layout_of(["E-Mail", "First name"], 0)


def _lines(*rows: tuple[str, ...]) -> list[str]:
    return [part_line(row) for row in rows]


def test_columns_show_how_full_they_are_and_masked_samples() -> None:
    found = Profile(LAYOUT)
    rows = [("anna@example.org", "Anna"), ("bo@example.org", ""), ("c@example.com", "Anna"), ("d@example.com", "Zoë")]
    found.add(_lines(*rows), ["example.org", "example.org", "example.com", "example.com"])
    document = found.document()
    assert document["rows_looked_at"] == 4
    assert document["columns"] == [
        {
            "header": "E-Mail",
            "name": "email",
            "filled": 4,
            "fill_rate": 1.0,
            "samples": ["a***@example.org", "b***@example.org", "c***@example.com"],
        },
        {"header": "First name", "name": "first_name", "filled": 3, "fill_rate": 0.75, "samples": ["A***", "Z**"]},
    ]


def test_an_address_as_it_was_given_is_no_column() -> None:
    found = Profile(LAYOUT)
    found.add(_lines(("a@xn--bcher-kva.example", "", "a@bücher.example")), ["xn--bcher-kva.example"])
    assert [column["filled"] for column in found.document()["columns"]] == [1, 0]


def test_domains_are_listed_by_their_recipients() -> None:
    found = Profile(LAYOUT)
    found.add([], ["b.example"] * 2 + ["a.example"] * 2 + ["c.example"] * 3)
    assert found.document()["domains"] == [
        {"domain": "c.example", "recipients": 3},
        {"domain": "a.example", "recipients": 2},
        {"domain": "b.example", "recipients": 2},
    ]
    assert (found.document()["distinct_domains"], found.document()["domains_exact"]) == (3, True)


def test_domains_beyond_counting_are_said_to_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile, "MAX_DOMAINS_COUNTED", 10)
    found = Profile(LAYOUT)
    for number in range(30):
        found.add([], ["large.example"] * 2 + [f"d{number}.example"])
    document = found.document()
    assert document["domains"][0] == {"domain": "large.example", "recipients": 60}
    assert (document["distinct_domains"], document["domains_exact"]) == (None, False)


def test_a_profile_of_nothing_has_no_rates() -> None:
    assert [column["fill_rate"] for column in Profile(LAYOUT).document()["columns"]] == [None, None]


def test_of_a_large_file_a_share_of_the_rows_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile, "_ALL_ROWS", 10)
    found = Profile(LAYOUT)
    for _ in range(320):
        found.add(_lines(("a@example.org", "A")), ["example.org"])
    assert found.document()["rows_looked_at"] == 10 + 10
