"""Statistics in OpenSearch, the store of a deployed platform.

Importing this module loads opensearch-py (about as long as boto3): import it only where the address asks for it.
"""

import re
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from botocore.session import get_session
from opensearchpy import OpenSearch, Urllib3AWSV4SignerAuth, Urllib3HttpConnection

from chalicelib.adapters import opensearch_bulk
from chalicelib.adapters import opensearch_queries as queries
from chalicelib.adapters.opensearch_calls import Sleep, call
from chalicelib.adapters.opensearch_changes import HELD_BACK_SECONDS, OpenSearchChanges, write_stamped
from chalicelib.adapters.opensearch_schema import (
    KINDS,
    event_actions,
    message_action,
    message_of_source,
    month_of_index,
    removal_action,
    restoring_action,
    templates,
)
from chalicelib.analytics.events import read
from chalicelib.analytics.history import moment_of, page_of, position_of
from chalicelib.analytics.model import (
    UNDETERMINED,
    BounceCause,
    CampaignTotals,
    Group,
    LinkCount,
    MessageDocument,
    MessageKind,
    Outcome,
    Period,
    TimelinePoint,
)
from chalicelib.analytics.ports import MAX_EVENTS
from chalicelib.kernel.errors import ConfigurationError
from chalicelib.kernel.pages import Page
from chalicelib.tracking.classified import ClassifiedEvent
from chalicelib.tracking.model import EventKind

_AWS_DOMAIN = re.compile(r"\.(?P<region>[a-z0-9-]+)\.es\.amazonaws\.com$|\.aos\.(?P<on_aws>[a-z0-9-]+)\.on\.aws$")
_TIMEOUT_SECONDS = 20
_PAGE = 1_000
_NAMES = {"format": "json", "h": "index"}
_UNLESS_GONE = {"ignore_unavailable": "true"}
_SHARD_TERMS = 10_000
"""Values that each index answers of its own; with more of them than that, all are walked through."""


def connect(url: str) -> OpenSearch:
    """Open a client; requests to an AWS domain are signed with the function's own role.

    Args:
        url: ``https://<endpoint>``, for a server without access control ``http://<host>:<port>``.

    Raises:
        ConfigurationError: the address has another form, or there are no credentials to sign with.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigurationError(f"{url!r} must have the form https://<OpenSearch endpoint>.")
    return OpenSearch(
        hosts=[{"host": parts.hostname, "port": parts.port or (443 if parts.scheme == "https" else 9200)}],
        use_ssl=parts.scheme == "https",
        http_auth=signer_for(parts.hostname),
        connection_class=Urllib3HttpConnection,
        timeout=_TIMEOUT_SECONDS,
        max_retries=0,  # `opensearch_calls.call` repeats, with waits
    )


def signer_for(host: str) -> Urllib3AWSV4SignerAuth | None:
    """Return what signs requests to an AWS domain, or None for any other server."""
    match = _AWS_DOMAIN.search(host)
    if match is None:
        return None
    credentials = get_session().get_credentials()
    if credentials is None:
        raise ConfigurationError("There are no AWS credentials to sign requests to OpenSearch with.")
    return Urllib3AWSV4SignerAuth(credentials, match["region"] or match["on_aws"], "es")


class OpenSearchAnalytics(OpenSearchChanges):
    """The `AnalyticsStore` port over OpenSearch.

    What is written can be searched after the index's refresh interval, one second unless it is set otherwise.

    Args:
        client: from `connect`.
        prefix: begins the names of the indices, so that several platforms can share a domain.
        refresh: make each write visible to searches at once; for tests.
        sleep: waits between tries, in seconds.
        held_back: see `OpenSearchChanges`.
    """

    def __init__(
        self,
        client: OpenSearch,
        *,
        prefix: str = "email-platform",
        refresh: bool = False,
        sleep: Sleep = time.sleep,
        held_back: float = HELD_BACK_SECONDS,
    ) -> None:
        super().__init__(held_back)
        self._client = client
        self._prefix = prefix
        self._refresh = refresh
        self._sleep = sleep
        self._prepared = False

    def index_messages(self, documents: Sequence[MessageDocument]) -> None:
        """Keep each document unless a newer version of it is kept already."""
        self._write([message_action(self._prefix, document) for document in documents])

    def record_events(self, events: Sequence[ClassifiedEvent]) -> None:
        """Keep events; one kept already takes over the classification, unless that has a lower version."""
        write_stamped(
            lambda stamp: self._write(
                [action for event in events for action in event_actions(self._prefix, event, stamp)]
            )
        )

    def recorded_events(self, message_ids: Sequence[str]) -> list[ClassifiedEvent]:
        """Return every event of these messages, those kept a moment ago too."""
        refresh = partial(self._client.indices.refresh, index=f"{self._prefix}-events", params=_UNLESS_GONE)
        call(refresh, sleep=self._sleep)
        return [
            read(hit["_source"])
            for first in range(0, len(message_ids), _PAGE)
            for hit in self._documents(
                "events",
                [{"terms": {"message_id": list(message_ids[first : first + _PAGE])}}],
                ("at", "message_id", "fingerprint"),
                "asc",
            )
        ]

    def restore_messages(self, documents: Sequence[MessageDocument]) -> None:
        """Keep each document, also in place of another one of the same version; a newer one stays."""
        self._write([restoring_action(self._prefix, document) for document in documents])

    def remove_messages(self, documents: Sequence[MessageDocument]) -> None:
        """Remove documents; one that has become newer meanwhile stays."""
        self._write([removal_action(self._prefix, document) for document in documents])

    def remove_made_before(self, start: datetime) -> None:
        """Remove the indices of the months before; OpenSearch's own life cycles count from an index's making instead.

        Names are deleted one by one: a domain may refuse patterns.
        """
        for kind in KINDS:
            pattern = f"{self._prefix}-{kind}-v*"
            found = call(partial(self._client.cat.indices, index=pattern, params=_NAMES), sleep=self._sleep)
            for name in (index["index"] for index in found):
                month = month_of_index(name)
                if month is not None and month < start:
                    removal = partial(self._client.indices.delete, index=name, params=_UNLESS_GONE)
                    call(removal, sleep=self._sleep)

    def campaign_totals(self, campaign_id: str) -> CampaignTotals:
        """Count a campaign's messages, all in one search."""
        return self._totals(queries.of_campaign(campaign_id))

    def period_totals(self, period: Period, kind: MessageKind) -> CampaignTotals:
        """Count the messages of a kind that SES accepted in a period, all in one search."""
        return self._totals(queries.of_period(period, kind))

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
        found = self._documents(
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
            for hit in self._documents("messages", filters, sort, "desc", limit + 1, after=position)
        ]
        return page_of(found, limit)

    def part_documents(self, campaign_id: str, part: int) -> list[MessageDocument]:
        """Return the documents of one part of a campaign, by message id."""
        of_part = {"prefix": {"message_id": f"{campaign_id}-{part:05d}-"}}
        filters = [*queries.of_campaign(campaign_id), of_part]
        return [
            message_of_source(hit["_source"]) for hit in self._documents("messages", filters, ("message_id",), "asc")
        ]

    def _totals(self, filters: Sequence[queries.Body]) -> CampaignTotals:
        answer = self._count("messages", filters, queries.totals_aggregations())
        return CampaignTotals() if answer is None else queries.totals(answer)

    def _groups(self, field: str, filters: Sequence[queries.Body], limit: int) -> list[Group]:
        found = self._most_frequent("messages", filters, field, limit, queries.outcome_aggregations())
        return [Group(bucket["key"], queries.outcome(bucket)) for bucket in found]

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
            "size": _PAGE,
            "sources": [{field: {"terms": {"field": field, "missing_bucket": True}}} for field in fields],
        }
        while True:
            answer = self._count(index, filters, {"values": {"composite": page}})
            if answer is None:
                return
            found = answer["aggregations"]["values"]
            yield from found["buckets"]
            if len(found["buckets"]) < _PAGE:
                return
            page["after"] = found["after_key"]

    def _documents(
        self,
        index: str,
        filters: Sequence[queries.Body],
        sort: Sequence[str],
        order: str,
        most: int | None = None,
        *,
        after: Sequence[Any] | None = None,
    ) -> Iterator[queries.Body]:
        """Return documents in the order of the fields, at most ``most``, behind the position ``after``."""
        left = most
        while left is None or left > 0:
            size = _PAGE if left is None else min(left, _PAGE)
            body: queries.Body = {
                "size": size,
                "query": {"bool": {"filter": list(filters)}},
                "sort": [{field: {"order": order}} for field in sort],
                **({} if after is None else {"search_after": list(after)}),
            }
            hits = self._search(index, body)["hits"]["hits"]
            yield from hits
            if len(hits) < size:
                return
            after = hits[-1]["sort"]
            left = None if left is None else left - len(hits)

    def _write(self, actions: list[opensearch_bulk.Action]) -> None:
        if not actions:
            return
        if not self._prepared:
            for name, body in templates(self._prefix):
                call(partial(self._client.indices.put_index_template, name=name, body=body), sleep=self._sleep)
            self._prepared = True
        opensearch_bulk.write(self._client, actions, refresh=self._refresh, sleep=self._sleep)

    def _count(self, index: str, filters: Sequence[queries.Body], aggregations: queries.Body) -> queries.Body | None:
        """Return the answer, or None where the index is not there, because nothing was written to it yet."""
        answer = self._search(index, queries.counting(filters, aggregations))
        return answer if "aggregations" in answer else None

    def _search(self, index: str, body: queries.Body) -> queries.Body:
        found: queries.Body = call(
            partial(
                self._client.search,
                index=f"{self._prefix}-{index}",
                body=body,
                params=_UNLESS_GONE,
            ),
            sleep=self._sleep,
        )
        return found
