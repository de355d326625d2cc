"""Searches in OpenSearch: totals, documents one by one, values one by one."""

import time
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from opensearchpy import OpenSearch

from chalicelib.adapters import opensearch_queries as queries
from chalicelib.adapters.opensearch_calls import Sleep, call
from chalicelib.analytics.model import CampaignTotals, MessageKind, Period

PAGE = 1_000
UNLESS_GONE = {"ignore_unavailable": "true"}
_SHARD_TERMS = 10_000
"""Values that each index answers of its own; with more of them than that, all are walked through."""


class OpenSearchSearching:
    """Searches through the alias of each kind of document.

    Args:
        client: from `chalicelib.adapters.opensearch_connection.connect`.
        prefix: begins the names of the indices, so that several platforms can share a domain.
        sleep: waits between tries, in seconds.
    """

    def __init__(self, client: OpenSearch, *, prefix: str, sleep: Sleep = time.sleep) -> None:
        self._client = client
        self._prefix = prefix
        self._sleep = sleep

    def campaign_totals(self, campaign_id: str) -> CampaignTotals:
        """Count a campaign's messages, all in one search."""
        return self._totals(queries.of_campaign(campaign_id))

    def period_totals(self, period: Period, kind: MessageKind) -> CampaignTotals:
        """Count the messages of a kind that SES accepted in a period, all in one search."""
        return self._totals(queries.of_period(period, kind))

    def events_by_kind(self, campaign_id: str) -> dict[str, int]:
        """Count a campaign's events by kind; kinds without any are left out."""
        answer = self._count("events", queries.of_campaign(campaign_id), queries.kind_aggregations())
        return {} if answer is None else queries.counts(answer["aggregations"]["kinds"])

    def _totals(self, filters: Sequence[queries.Body]) -> CampaignTotals:
        answer = self._count("messages", filters, queries.totals_aggregations())
        return CampaignTotals() if answer is None else queries.totals(answer)

    def _most_frequent(
        self, index: str, filters: Sequence[queries.Body], field: str, limit: int, aggregations: queries.Body
    ) -> list[queries.Body]:
        """Return the buckets of a field's most frequent values, then by the value, all of their counts exact.

        The values are found first: counting what became of the messages of each value takes ten times as long.
        """
        values = self._largest(index, filters, field, limit)
        if not values:
            return []
        # Named one by one, every index answers each of them.
        named = {**queries.terms(field, len(values), include=values), "aggs": aggregations}
        answer = self._count(index, [*filters, {"terms": {field: values}}], {"values": named})
        return [] if answer is None else list(answer["aggregations"]["values"]["buckets"])

    def _largest(self, index: str, filters: Sequence[queries.Body], field: str, limit: int) -> list[str]:
        """Return a field's most frequent values.

        Each index behind the name answers only its own most frequent ones. OpenSearch tells by how much a count may be
        wrong because of that; if it may be at all, every value is counted.
        """
        counted = queries.terms(field, limit, shard_size=max(limit, _SHARD_TERMS))
        answer = self._count(index, filters, {"values": counted})
        if answer is None:
            return []
        found = answer["aggregations"]["values"]
        if found["doc_count_error_upper_bound"] == 0:
            return [bucket["key"] for bucket in found["buckets"]]
        every = [
            (-bucket["doc_count"], bucket["key"][field])
            for bucket in self._every_bucket(index, filters, (field,))
            if bucket["key"][field] is not None
        ]
        return [value for _, value in sorted(every)[:limit]]

    def _every_bucket(
        self, index: str, filters: Sequence[queries.Body], fields: Sequence[str]
    ) -> Iterator[queries.Body]:
        """Count every combination of the fields' values, page by page."""
        page: queries.Body = {
            "size": PAGE,
            "sources": [{field: {"terms": {"field": field, "missing_bucket": True}}} for field in fields],
        }
        while True:
            answer = self._count(index, filters, {"values": {"composite": page}})
            if answer is None:
                return
            found = answer["aggregations"]["values"]
            yield from found["buckets"]
            if len(found["buckets"]) < PAGE:
                return
            page["after"] = found["after_key"]

    def found_documents(
        self,
        index: str,
        filters: Sequence[queries.Body],
        sort: Sequence[str],
        order: str,
        most: int | None = None,
        *,
        after: Sequence[Any] | None = None,
        versions: bool = False,
    ) -> Iterator[queries.Body]:
        """Return documents in the order of the fields, at most ``most``, behind the position ``after``."""
        left = most
        while left is None or left > 0:
            size = PAGE if left is None else min(left, PAGE)
            body: queries.Body = {
                "size": size,
                "query": {"bool": {"filter": list(filters)}},
                "sort": [{field: {"order": order}} for field in sort],
                **({} if after is None else {"search_after": list(after)}),
                **({"version": True} if versions else {}),
            }
            hits = self._search(index, body)["hits"]["hits"]
            yield from hits
            if len(hits) < size:
                return
            after = hits[-1]["sort"]
            left = None if left is None else left - len(hits)

    def _count(self, index: str, filters: Sequence[queries.Body], aggregations: queries.Body) -> queries.Body | None:
        """Return the answer, or None where the index is not there, because nothing was written to it yet."""
        answer = self._search(index, queries.counting(filters, aggregations))
        return answer if "aggregations" in answer else None

    def _search(self, index: str, body: queries.Body) -> queries.Body:
        found: queries.Body = call(
            partial(
                self._client.search,
                index=self.searched(index),
                body=body,
                params=UNLESS_GONE,
            ),
            sleep=self._sleep,
        )
        return found

    def searched(self, kind: str) -> str:
        """Return the name that documents of a kind are searched by."""
        return f"{self._prefix}-{kind}"
