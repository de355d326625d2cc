"""The analytics store in memory; it passes the same contract tests as the adapters."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime

from chalicelib.analytics.changes import Changes, changes_of, point_of
from chalicelib.analytics.diagnostics import diagnostic_group
from chalicelib.analytics.history import millis, page_of, position_of
from chalicelib.analytics.model import (
    COUNTED,
    SUMMED,
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
from chalicelib.kernel.ids import made_at
from chalicelib.kernel.pages import Page
from chalicelib.tracking.classified import ClassifiedEvent
from chalicelib.tracking.model import EventKind
from tests.fakes.tracking import is_wanted


class FakeAnalytics:
    """The `AnalyticsStore` port and the `EventSink` port."""

    def __init__(self) -> None:
        self.documents: dict[str, MessageDocument] = {}
        self.events: dict[tuple[str, str], ClassifiedEvent] = {}
        self.positions: dict[tuple[str, str], int] = {}

    def index_messages(self, documents: Sequence[MessageDocument]) -> None:
        for document in documents:
            kept = self.documents.get(document.message_id)
            if kept is None or document.version > kept.version:
                self.documents[document.message_id] = document

    def record_events(self, events: Sequence[ClassifiedEvent]) -> None:
        for classified in events:
            key = (classified.event.message_id, classified.event.fingerprint)
            kept = self.events.get(key)
            if kept is None or classified.version >= kept.version:
                if classified != kept:
                    self.positions[key] = 1 + max(self.positions.values(), default=0)
                self.events[key] = classified

    def recorded_events(self, wanted: Mapping[str, Collection[str] | None]) -> list[ClassifiedEvent]:
        return [kept for key, kept in self.events.items() if is_wanted(key, wanted)]

    def restore_messages(self, documents: Sequence[MessageDocument]) -> None:
        for document in documents:
            kept = self.documents.get(document.message_id)
            if kept is None or document.version >= kept.version:
                self.documents[document.message_id] = document

    def remove_messages(self, documents: Sequence[MessageDocument]) -> None:
        for document in documents:
            kept = self.documents.get(document.message_id)
            if kept is not None and document.version >= kept.version:
                del self.documents[document.message_id]

    def remove_made_before(self, start: datetime) -> None:
        def kept(message_id: str) -> bool:
            made = made_at(message_id)
            return made is None or made >= start

        self.documents = {name: document for name, document in self.documents.items() if kept(name)}
        self.events = {key: event for key, event in self.events.items() if kept(key[0])}

    def campaign_totals(self, campaign_id: str) -> CampaignTotals:
        return _totals(self._documents_of(campaign_id))

    def period_totals(self, period: Period, kind: MessageKind) -> CampaignTotals:
        return _totals(self._accepted(period, kind))

    def domains(self, campaign_id: str, *, limit: int) -> list[Group]:
        return _groups(self._documents_of(campaign_id), lambda document: document.recipient_domain)[:limit]

    def period_campaigns(self, period: Period, *, limit: int) -> list[Group]:
        documents = self._accepted(period, MessageKind.CAMPAIGN)
        return _groups(documents, lambda document: document.campaign_id)[:limit]

    def providers(self, campaign_id: str, table: Mapping[str, Collection[str]]) -> dict[str, Outcome]:
        found = {
            provider: [document for document in self._documents_of(campaign_id) if document.recipient_domain in domains]
            for provider, domains in table.items()
        }
        return {provider: Outcome(**_numbers(documents)) for provider, documents in found.items() if documents}

    def links(self, campaign_id: str, *, limit: int) -> list[LinkCount]:
        clicks: dict[str, list[ClassifiedEvent]] = defaultdict(list)
        for classified in self._events_of(campaign_id):
            if classified.event.kind is EventKind.CLICK and classified.event.link is not None:
                clicks[classified.event.link].append(classified)
        counts = [
            LinkCount(
                url,
                clicks=len(found),
                human_clicks=sum(classified.machine is False for classified in found),
                messages=len({classified.event.message_id for classified in found}),
            )
            for url, found in clicks.items()
        ]
        return sorted(counts, key=lambda count: (-count.clicks, count.url))[:limit]

    def bounce_causes(self, campaign_id: str, *, limit: int) -> list[BounceCause]:
        causes = Counter(
            (
                event.bounce_type or "Undetermined",
                event.bounce_subtype or "Undetermined",
                diagnostic_group(event.diagnostic),
            )
            for event in (classified.event for classified in self._events_of(campaign_id))
            if event.kind is EventKind.BOUNCE
        )
        found = [BounceCause(*cause, events=events) for cause, events in causes.items()]
        found.sort(key=lambda cause: (-cause.events, cause.bounce_type, cause.bounce_subtype, cause.diagnostic or ""))
        return found[:limit]

    def event_span(self, campaign_id: str) -> tuple[datetime, datetime] | None:
        times = [classified.event.at for classified in self._events_of(campaign_id)]
        return (min(times), max(times)) if times else None

    def timeline(
        self, campaign_id: str | None, *, bounds: Sequence[datetime], kinds: Collection[EventKind]
    ) -> list[TimelinePoint]:
        points: list[tuple[Counter[str], Counter[str]]] = [(Counter(), Counter()) for _ in bounds[1:]]
        for classified in self._events_of(campaign_id):
            event = classified.event
            if bounds[0] <= event.at < bounds[-1] and event.kind in kinds:
                counts, machine = points[bisect_right(bounds, event.at) - 1]
                counts[event.kind] += 1
                machine[event.kind] += bool(classified.machine)
        return [
            TimelinePoint(start, dict(counts), dict(+machine))
            for start, (counts, machine) in zip(bounds, points, strict=False)
        ]

    def message_events(self, message_id: str) -> list[ClassifiedEvent]:
        found = [classified for classified in self.events.values() if classified.event.message_id == message_id]
        return sorted(found, key=lambda classified: (classified.event.at, classified.event.fingerprint))

    def messages_of(self, address_hash: str, *, limit: int, cursor: str | None) -> Page[MessageDocument]:
        position = position_of(cursor)
        found = sorted(
            (document for document in self.documents.values() if document.address_hash == address_hash),
            key=_place,
            reverse=True,
        )
        rest = [document for document in found if position is None or _place(document) < position]
        return page_of(rest, limit)

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
        found = (
            document.message_id
            for document in self.documents.values()
            if document.campaign_id == campaign_id
            and document.message_id > (after or "")
            and address_hash in {None, document.address_hash}
            and status in {None, document.status}
            and reason in {None, document.reason}
        )
        return sorted(found)[:limit]

    def changes(
        self, campaign_id: str, *, after: str | None, kinds: Collection[EventKind] | None, limit: int
    ) -> Changes:
        point = point_of(after)
        found = [
            ((position, ""), self.events[key])
            for key, position in sorted(self.positions.items(), key=lambda entry: entry[1])
            if position > point[0]
            and self.events[key].event.campaign_id == campaign_id
            and (kinds is None or self.events[key].event.kind in kinds)
        ]
        return changes_of(found[:limit], point, limit)

    def part_documents(self, campaign_id: str, part: int) -> list[MessageDocument]:
        first = f"{campaign_id}-{part:05d}-"
        return sorted(
            (document for document in self._documents_of(campaign_id) if document.message_id.startswith(first)),
            key=lambda document: document.message_id,
        )

    def _documents_of(self, campaign_id: str) -> list[MessageDocument]:
        return [document for document in self.documents.values() if document.campaign_id == campaign_id]

    def _accepted(self, period: Period, kind: MessageKind) -> list[MessageDocument]:
        return [
            document
            for document in self.documents.values()
            if document.kind == kind
            and document.accepted_at is not None
            and period.start <= document.accepted_at < period.end
        ]

    def _events_of(self, campaign_id: str | None) -> list[ClassifiedEvent]:
        return [
            classified for classified in self.events.values() if campaign_id in {None, classified.event.campaign_id}
        ]


def _place(document: MessageDocument) -> tuple[int, str]:
    return millis(document.created_at), document.message_id


def _bounced(document: MessageDocument) -> bool:
    return document.bounced_at is not None and (document.bounce_type == "Permanent" or document.delivered_at is None)


def _numbers(documents: Sequence[MessageDocument]) -> dict[str, int]:
    facts = {name: sum(getattr(each, fact) is not None for each in documents) for name, fact in COUNTED.items()}
    bounced = sum(_bounced(each) for each in documents)
    hard = sum(each.bounced_at is not None and each.bounce_type == "Permanent" for each in documents)
    return {
        "planned": len(documents),
        "bounced": bounced,
        "hard_bounced": hard,
        "soft_bounced": bounced - hard,
        **facts,
    }


def _totals(documents: Sequence[MessageDocument]) -> CampaignTotals:
    return CampaignTotals(
        **_numbers(documents),
        **{name: sum(getattr(each, name) for each in documents) for name in SUMMED},
        by_status=Counter(each.status for each in documents),
        bounces=Counter(
            f"{each.bounce_type or 'Undetermined'}/{each.bounce_subtype or 'Undetermined'}"
            for each in documents
            if _bounced(each)
        ),
        reasons=Counter(
            each.reason for each in documents if each.reason is not None and each.status in {"failed", "skipped"}
        ),
    )


def _groups(documents: Iterable[MessageDocument], key: Callable[[MessageDocument], str]) -> list[Group]:
    grouped: dict[str, list[MessageDocument]] = defaultdict(list)
    for document in documents:
        grouped[key(document)].append(document)
    found = [Group(name, Outcome(**_numbers(members))) for name, members in grouped.items()]
    return sorted(found, key=lambda group: (-group.outcome.planned, group.key))
