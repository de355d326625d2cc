"""Statistics in OpenSearch, the store of a deployed platform.

Importing this module loads opensearch-py (about as long as boto3): import it only where the address asks for it.
"""

import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from botocore.session import get_session
from opensearchpy import OpenSearch, Urllib3AWSV4SignerAuth, Urllib3HttpConnection

from chalicelib.adapters import opensearch_bulk
from chalicelib.adapters.opensearch_calls import Sleep, call
from chalicelib.adapters.opensearch_schema import event_actions, message_action, templates
from chalicelib.analytics.model import CampaignTotals, LinkCount, MessageDocument, TimelinePoint
from chalicelib.kernel.errors import ConfigurationError
from chalicelib.tracking.model import TrackedEvent

_AWS_DOMAIN = re.compile(r"\.(?P<region>[a-z0-9-]+)\.es\.amazonaws\.com$|\.aos\.(?P<on_aws>[a-z0-9-]+)\.on\.aws$")
_TIMEOUT_SECONDS = 20
_MOST_REASONS = 1000
_MOST_LINKS = 10_000
_PAGE = 1000

_COUNTED = {
    "accepted": "accepted_at",
    "delivered": "delivered_at",
    "bounced": "bounced_at",
    "complained": "complained_at",
    "unsubscribed": "unsubscribed_at",
    "opened": "first_opened_at",
    "clicked": "first_clicked_at",
}
"""The facts of which messages are counted, by the name of the number."""


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


class OpenSearchAnalytics:
    """The `AnalyticsStore` port over OpenSearch.

    What is written can be searched after the index's refresh interval, one second unless it is set otherwise.

    Args:
        client: from `connect`.
        prefix: begins the names of the indices, so that several platforms can share a domain.
        refresh: make each write visible to searches at once; for tests.
        sleep: waits between tries, in seconds.
    """

    def __init__(
        self,
        client: OpenSearch,
        *,
        prefix: str = "email-platform",
        refresh: bool = False,
        sleep: Sleep = time.sleep,
    ) -> None:
        self._client = client
        self._prefix = prefix
        self._refresh = refresh
        self._sleep = sleep
        self._prepared = False

    def index_messages(self, documents: Sequence[MessageDocument]) -> None:
        """Keep each document unless a newer version of it is kept already."""
        self._write([message_action(self._prefix, document) for document in documents])

    def record_events(self, events: Sequence[TrackedEvent]) -> None:
        """Keep events; one kept already changes nothing."""
        self._write([action for event in events for action in event_actions(self._prefix, event)])

    def campaign_totals(self, campaign_id: str) -> CampaignTotals:
        """Count a campaign's messages, all in one search."""
        answer = self._search("messages", _campaign(campaign_id), _totals_aggregations())
        if answer is None:
            return CampaignTotals()
        found = answer["aggregations"]
        return CampaignTotals(
            planned=answer["hits"]["total"]["value"],
            by_status=_counts(found["by_status"]),
            bounces={
                f"{kind['key']}/{subtype}": count
                for kind in found["bounced"]["types"]["buckets"]
                for subtype, count in _counts(kind["subtypes"]).items()
            },
            opens=int(found["opens"]["value"]),
            clicks=int(found["clicks"]["value"]),
            reasons=_counts(found["unsent"]["reasons"]),
            **{name: found[name]["doc_count"] for name in _COUNTED},
        )

    def links(self, campaign_id: str, *, limit: int) -> list[LinkCount]:
        """Return the links of a campaign, most clicked first; at most 10,000."""
        size = min(limit, _MOST_LINKS)
        clicks = self._counted_links(
            "events",
            [*_campaign(campaign_id), {"term": {"kind": "click"}}],
            _terms("link", size, order=[{"_count": "desc"}, {"_key": "asc"}]),
        )
        urls = list(clicks)
        if not urls:
            return []
        messages = self._counted_links(
            "links", [*_campaign(campaign_id), {"terms": {"link": urls}}], _terms("link", len(urls))
        )
        return [LinkCount(url, count, messages.get(url, 0)) for url, count in clicks.items()]

    def timeline(self, campaign_id: str, *, interval_seconds: int) -> list[TimelinePoint]:
        """Return the campaign's events by kind in intervals of equal length, in time order, empty ones left out."""
        sources = [
            {"slot": {"date_histogram": {"field": "at", "fixed_interval": f"{interval_seconds}s"}}},
            {"kind": {"terms": {"field": "kind"}}},
        ]
        slots: dict[int, dict[str, int]] = {}
        page: dict[str, Any] = {"size": _PAGE, "sources": sources}
        while True:
            answer = self._search("events", _campaign(campaign_id), {"slots": {"composite": page}})
            if answer is None:
                break
            found = answer["aggregations"]["slots"]
            for bucket in found["buckets"]:
                slots.setdefault(bucket["key"]["slot"], {})[bucket["key"]["kind"]] = bucket["doc_count"]
            if len(found["buckets"]) < _PAGE:
                break
            page["after"] = found["after_key"]
        return [TimelinePoint(datetime.fromtimestamp(slot / 1000, UTC), counts) for slot, counts in slots.items()]

    def _write(self, actions: list[opensearch_bulk.Action]) -> None:
        if not actions:
            return
        if not self._prepared:
            for name, body in templates(self._prefix):
                call(partial(self._client.indices.put_index_template, name=name, body=body), sleep=self._sleep)
            self._prepared = True
        opensearch_bulk.write(self._client, actions, refresh=self._refresh, sleep=self._sleep)

    def _search(self, index: str, filters: list[dict[str, Any]], aggregations: dict[str, Any]) -> dict[str, Any] | None:
        """Return the answer, or None where the index is not there, because nothing was written to it yet."""
        body = {
            "size": 0,
            "track_total_hits": True,
            "query": {"bool": {"filter": filters}},
            "aggs": aggregations,
        }
        answer = call(
            partial(
                self._client.search,
                index=f"{self._prefix}-{index}",
                body=body,
                params={"ignore_unavailable": "true"},
            ),
            sleep=self._sleep,
        )
        return answer if "aggregations" in answer else None

    def _counted_links(self, index: str, filters: list[dict[str, Any]], terms: dict[str, Any]) -> dict[str, int]:
        answer = self._search(index, filters, {"links": terms})
        return {} if answer is None else _counts(answer["aggregations"]["links"])


def _campaign(campaign_id: str) -> list[dict[str, Any]]:
    return [{"term": {"campaign_id": campaign_id}}]


def _terms(field: str, size: int, **options: Any) -> dict[str, Any]:
    return {"terms": {"field": field, "size": size, **options}}


def _counts(terms: dict[str, Any]) -> dict[str, int]:
    return {bucket["key"]: bucket["doc_count"] for bucket in terms["buckets"]}


def _totals_aggregations() -> dict[str, Any]:
    facts: dict[str, Any] = {name: {"filter": {"exists": {"field": field}}} for name, field in _COUNTED.items()}
    subtypes = _terms("bounce_subtype", 100, missing="Undetermined")
    facts["bounced"]["aggs"] = {
        "types": {**_terms("bounce_type", 10, missing="Undetermined"), "aggs": {"subtypes": subtypes}}
    }
    return {
        **facts,
        "by_status": _terms("status", 20),
        "opens": {"sum": {"field": "opens"}},
        "clicks": {"sum": {"field": "clicks"}},
        "unsent": {
            "filter": {"terms": {"status": ["failed", "skipped"]}},
            "aggs": {"reasons": _terms("reason", _MOST_REASONS)},
        },
    }
