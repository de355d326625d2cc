"""Counts by term over several indices: exact even where OpenSearch's own answer may not be."""

from collections import Counter
from typing import Any

import pytest

from chalicelib.adapters import opensearch_searching
from chalicelib.adapters.opensearch_analytics import OpenSearchAnalytics
from chalicelib.analytics.model import Group, Outcome

DOMAINS = ["b.example"] * 3 + ["a.example"] * 3 + [f"rare{number}.example" for number in range(5)]


class FakeClient:
    """Answers like an index whose shards each see only a part of the values.

    Args:
        error: by how much the counts of a plain count by term may be wrong.
    """

    def __init__(self, error: int) -> None:
        self.error = error
        self.searches: list[str] = []

    def search(self, *, index: str, body: Any, params: Any) -> Any:
        assert (index, params) == ("mail-messages", {"ignore_unavailable": "true"})
        (kind, asked), *_ = body["aggs"]["values"].items()
        self.searches.append(kind)
        buckets = [self._bucket(name, count) for name, count in sorted(Counter(DOMAINS).items())]
        if "include" in asked:
            named = [bucket for bucket in buckets if bucket["key"] in asked["include"]]
            found: dict[str, Any] = {"buckets": sorted(named, key=lambda one: (-one["doc_count"], one["key"]))}
        elif kind == "terms":
            found = {"buckets": buckets[: asked["size"]], "doc_count_error_upper_bound": self.error}
        else:
            after = asked.get("after", {"recipient_domain": ""})["recipient_domain"]
            page = [bucket for bucket in buckets if bucket["key"] > after][: asked["size"]]
            found = {"buckets": [{**bucket, "key": {"recipient_domain": bucket["key"]}} for bucket in page]}
            if page:
                found["after_key"] = {"recipient_domain": page[-1]["key"]}
        return {"hits": {"total": {"value": len(DOMAINS)}}, "aggregations": {"values": found}}

    @staticmethod
    def _bucket(name: str, count: int) -> dict[str, Any]:
        facts = ("accepted", "delivered", "bounced", "complained", "unsubscribed", "opened", "human_opened")
        more = ("clicked", "human_clicked", "hard_bounced", "soft_bounced")
        return {"key": name, "doc_count": count, **{fact: {"doc_count": 0} for fact in (*facts, *more)}}


def test_a_count_that_cannot_be_wrong_is_taken() -> None:
    client: Any = FakeClient(error=0)
    found = OpenSearchAnalytics(client, prefix="mail").domains("cmp_1", limit=1)
    assert found == [Group("a.example", Outcome(planned=3))]
    assert client.searches == ["terms", "terms"]


def test_where_a_count_may_be_wrong_every_value_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opensearch_searching, "PAGE", 3)
    client: Any = FakeClient(error=2)
    found = OpenSearchAnalytics(client, prefix="mail").domains("cmp_1", limit=3)
    assert [(group.key, group.outcome.planned) for group in found] == [
        ("a.example", 3),
        ("b.example", 3),
        ("rare0.example", 1),
    ]
    assert client.searches == ["terms", "composite", "composite", "composite", "terms"]
