"""The list of suppressions, and many put at a time, through the API."""

import pytest

from tests.integration.api.platform import Api


def test_suppressions_are_listed_by_scope_reason_and_time(api: Api) -> None:
    for number in range(5):
        scope = "all" if number % 2 else "campaigns"
        api.call("PUT", f"/v1/suppressions/u{number}%40example.org", f'{{"scope": "{scope}"}}')
    first = api.get("/v1/suppressions?limit=3").document
    rest = api.get(f"/v1/suppressions?limit=3&cursor={first['next']}").document
    every = first["items"] + rest["items"]
    assert sorted(one["address"] for one in every) == [f"u{number}@example.org" for number in range(5)]
    assert rest["next"] is None
    found = api.get("/v1/suppressions?scope=all").document["items"]
    assert found == [one for one in every if one["scope"] == "all"]
    assert api.get("/v1/suppressions?reason=bounce").document == {"items": [], "next": None}
    latest = max(one["since"] for one in every)
    assert {one["since"] for one in api.get(f"/v1/suppressions?since={latest}").document["items"]} == {latest}


def test_many_are_suppressed_at_a_time_and_once(api: Api) -> None:
    items = [{"address": f"U{number}@example.org"} for number in range(40)]
    items[1] |= {"scope": "topic:news", "reason": "unsubscribe", "since": "2025-03-01T00:00:00+01:00"}
    for _ in range(2):
        answer = api.post("/v1/suppressions", {"items": items})
        assert (answer.status, answer.body) == (204, "")
    listed = api.get("/v1/suppressions?limit=200").document["items"]
    assert len(listed) == 40
    (one,) = [found for found in listed if found["address"] == "u1@example.org"]
    assert one == {
        "address": "u1@example.org",
        "scope": "topic:news",
        "reason": "unsubscribe",
        "source": "api key tests",
        "since": "2025-02-28T23:00:00.000Z",
    }


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"address": "nobody"}, "/items/1/address"),
        ({"address": "a b@example.org"}, "/items/1/address"),
        ({"since": "2999-01-01T00:00:00Z"}, "/items/1/since"),
        ({"since": "2025-01-01"}, "/items/1/since"),
        ({"reason": "dislike"}, "/items/1/reason"),
        ({"scope": "topic:News"}, "/items/1/scope"),
        ({"note": "x"}, "/items/1/note"),
    ],
)
def test_none_is_suppressed_where_one_cannot_be(change: dict[str, str], pointer: str, api: Api) -> None:
    items = [{"address": "anna@example.org"}, {"address": "bob@example.org", **change}]
    problem = api.post("/v1/suppressions", {"items": items}).problem(422, "invalid-input")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert api.get("/v1/suppressions").document["items"] == []


@pytest.mark.parametrize("count", [0, 1_001])
def test_so_many_cannot_be_suppressed_at_a_time(count: int, api: Api) -> None:
    items = [{"address": f"u{number}@example.org"} for number in range(count)]
    api.post("/v1/suppressions", {"items": items}).problem(422, "invalid-input")


@pytest.mark.parametrize(
    "query", ["scope=none", "reason=none", "since=2026-01-01", "cursor=e30", "cursor=W1siYSJdLDBd"]
)
def test_what_the_list_cannot_be_asked(query: str, api: Api) -> None:
    api.get(f"/v1/suppressions?{query}").problem(422, "invalid-input")
