"""Statistics in OpenSearch, the store of a deployed platform."""

import time
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from opensearchpy import OpenSearch

from chalicelib.adapters import opensearch_queries as queries
from chalicelib.adapters.opensearch_calls import Sleep
from chalicelib.adapters.opensearch_changes import HELD_BACK_SECONDS, OpenSearchChanges
from chalicelib.adapters.opensearch_generations import GOOD_FOR_SECONDS, Generations
from chalicelib.adapters.opensearch_rebuild import OpenSearchRebuild
from chalicelib.adapters.opensearch_schema import message_of_source
from chalicelib.adapters.opensearch_writing import OpenSearchWriting
from chalicelib.analytics.events import read
from chalicelib.analytics.history import moment_of, page_of, position_of
from chalicelib.analytics.model import (
    UNDETERMINED,
    BounceCause,
    Group,
    LinkCount,
    MessageDocument,
    MessageKind,
    Outcome,
    Period,
    TimelinePoint,
)
from chalicelib.analytics.ports import MAX_EVENTS
from chalicelib.kernel.pages import Page
from chalicelib.tracking.classified import ClassifiedEvent
from chalicelib.tracking.model import EventKind


class OpenSearchAnalytics(OpenSearchChanges, OpenSearchWriting):
    """The `AnalyticsStore` port over OpenSearch.

    Args:
        client: from `chalicelib.adapters.opensearch_connection.connect`.
        prefix: begins the names of the indices, so that several platforms can share a domain.
        refresh: make each write visible to searches at once; for tests.
        sleep: waits between tries, in seconds.
        held_back: see `OpenSearchChanges`.
        good_for: see `Generations`; less only in tests.
    """

    def __init__(
        self,
        client: OpenSearch,
        *,
        prefix: str = "email-platform",
        refresh: bool = False,
        sleep: Sleep = time.sleep,
        held_back: float = HELD_BACK_SECONDS,
        good_for: float = GOOD_FOR_SECONDS,
    ) -> None:
        generations = Generations(client, prefix, sleep=sleep, good_for=good_for)
        super().__init__(client, prefix=prefix, sleep=sleep, generations=generations, refresh=refresh)
        self.held_back = held_back

    def begin_rebuild(self) -> str:
        """Have everything that changes written to new indices too; return the name of their generation."""
        return self._generations.begin().name

    def rebuild(self, name: str) -> OpenSearchRebuild:
        """Return the generation of indices that is being built."""
        return OpenSearchRebuild(
            self._client,
            prefix=self._prefix,
            sleep=self._sleep,
            generations=self._generations,
            refresh=self._refresh,
            name=name,
        )

    def switch_to(self, name: str) -> None:
        """Have the aliases hold the new indices in place of the old ones, all in one call."""
        self._generations.switch(name)

    def write_only_what_is_read(self) -> None:
        """Give up the indices that are not behind the aliases."""
        self._generations.retire()

    def remove_unused(self) -> list[str]:
        """Remove the indices that are neither read nor written; return their names."""
        return self._generations.remove_unused()

    def domains(self, campaign_id: str, *, limit: int) -> list[Group]:
        """Return the recipients' domains, those with the most messages first."""
        return self._groups("recipient_domain", queries.of_campaign(campaign_id), limit)

    def period_campaigns(self, period: Period, *, limit: int) -> list[Group]:
        """Return the campaigns by the messages that SES accepted in a period, the largest first."""
        return self._groups("campaign_id", queries.of_period(period, MessageKind.CAMPAIGN), limit)

    def providers(self, campaign_id: str, table: Mapping[str, Collection[str]]) -> dict[str, Outcome]:
        """Count the messages to each provider's domains; providers without a message are left out."""
        answer = self._count("messages", queries.of_campaign(campaign_id), queries.provider_aggregations(table))
        if answer is None:
            return {}
        buckets = answer["aggregations"]["providers"]["buckets"]
        return {name: queries.outcome(bucket) for name, bucket in buckets.items() if bucket["doc_count"]}

    def links(self, campaign_id: str, *, limit: int) -> list[LinkCount]:
        """Return the links of a campaign, most clicked first, then by their text."""
        filters = queries.of_campaign(campaign_id)
        human = {"human": {"filter": {"term": {"machine": False}}}}
        clicked = self._most_frequent("events", [*filters, {"term": {"kind": "click"}}], "link", limit, human)
        if not clicked:
            return []
        urls = [bucket["key"] for bucket in clicked]
        named = queries.terms("link", len(urls), include=urls)
        answer = self._count("links", [*filters, {"terms": {"link": urls}}], {"links": named})
        messages = {} if answer is None else queries.counts(answer["aggregations"]["links"])
        return [
            LinkCount(found["key"], found["doc_count"], found["human"]["doc_count"], messages.get(found["key"], 0))
            for found in clicked
        ]

    def bounce_causes(self, campaign_id: str, *, limit: int) -> list[BounceCause]:
        """Return what bounces say, the most frequent first."""
        filters = [*queries.of_campaign(campaign_id), {"term": {"kind": "bounce"}}]
        fields = ("bounce_type", "bounce_subtype", "diagnostic_group")
        causes = [
            BounceCause(
                bucket["key"]["bounce_type"] or UNDETERMINED,
                bucket["key"]["bounce_subtype"] or UNDETERMINED,
                bucket["key"]["diagnostic_group"],
                bucket["doc_count"],
            )
            for bucket in self._every_bucket("events", filters, fields)
        ]
        causes.sort(key=lambda cause: (-cause.events, cause.bounce_type, cause.bounce_subtype, cause.diagnostic or ""))
        return causes[:limit]

    def event_span(self, campaign_id: str) -> tuple[datetime, datetime] | None:
        """Return when the first and the last event of a campaign happened; None without any."""
        ends = {"first": {"min": {"field": "at"}}, "last": {"max": {"field": "at"}}}
        answer = self._count("events", queries.of_campaign(campaign_id), ends)
        if answer is None or not answer["hits"]["total"]["value"]:
            return None
        found = answer["aggregations"]
        return moment_of(found["first"]["value"]), moment_of(found["last"]["value"])

    def timeline(
        self, campaign_id: str | None, *, bounds: Sequence[datetime], kinds: Collection[EventKind]
    ) -> list[TimelinePoint]:
        """Count events by kind in the intervals between neighbouring bounds."""
        filters = queries.timeline_filters(campaign_id, bounds, kinds)
        answer = self._count("events", filters, queries.timeline_aggregations(bounds))
        if answer is None:
            return [TimelinePoint(start, {}, {}) for start in bounds[:-1]]
        return queries.timeline_points(answer)

    def message_events(self, message_id: str) -> list[ClassifiedEvent]:
        """Return every event of a message in the order of time."""
        found = self.found_documents(
            "events", [{"term": {"message_id": message_id}}], ("at", "fingerprint"), "asc", MAX_EVENTS
        )
        return [read(hit["_source"]) for hit in found]

    def messages_of(self, address_hash: str, *, limit: int, cursor: str | None) -> Page[MessageDocument]:
        """Return the messages of an address over all campaigns and transactional ones, newest first."""
        position = position_of(cursor)
        filters = [{"term": {"address_hash": address_hash}}]
        sort = ("created_at", "message_id")
        found = [
            message_of_source(hit["_source"])
            for hit in self.found_documents("messages", filters, sort, "desc", limit + 1, after=position)
        ]
        return page_of(found, limit)

    def message_ids(
        self,
        campaign_id: str,
        *,
        address_hash: str | None,
        status: str | None,
        reason: str | None,
        after: str | None,
        limit: int,
    ) -> list[str]:
        """Return ids of a campaign's messages in their order, behind the id ``after``."""
        named = {"address_hash": address_hash, "status": status, "reason": reason}
        filters = [
            *queries.of_campaign(campaign_id),
            *({"term": {name: value}} for name, value in named.items() if value is not None),
        ]
        position = None if after is None else (after,)
        found = self.found_documents("messages", filters, ("message_id",), "asc", limit, after=position)
        return [hit["_source"]["message_id"] for hit in found]

    def part_documents(self, campaign_id: str, part: int) -> list[MessageDocument]:
        """Return the documents of one part of a campaign, by message id."""
        of_part = {"prefix": {"message_id": f"{campaign_id}-{part:05d}-"}}
        filters = [*queries.of_campaign(campaign_id), of_part]
        found = self.found_documents("messages", filters, ("message_id",), "asc")
        return [message_of_source(hit["_source"]) for hit in found]

    def _groups(self, field: str, filters: Sequence[queries.Body], limit: int) -> list[Group]:
        found = self._most_frequent("messages", filters, field, limit, queries.outcome_aggregations())
        return [Group(bucket["key"], queries.outcome(bucket)) for bucket in found]
