"""Statistics in memory beside which others are built."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from chalicelib.analytics.model import MessageDocument
from chalicelib.kernel.errors import ConflictError
from chalicelib.tracking.classified import ClassifiedEvent
from chalicelib.tracking.model import TrackedEvent
from tests.fakes.analytics import FakeAnalytics


class FakeRebuild(FakeAnalytics):
    """The `Rebuild` port."""

    def __init__(self, in_force: FakeAnalytics) -> None:
        super().__init__()
        self._in_force = in_force
        self.positions = in_force.positions  # what is copied stays where it was recorded

    def documents_of(self, message_ids: Sequence[str]) -> list[MessageDocument]:
        return [self.documents[name] for name in message_ids if name in self.documents]

    def copy_events(self, campaign_id: str, part: int | None, after: str | None) -> str | None:
        del after
        prefix = "" if part is None else f"{campaign_id}-{part:05d}-"
        for key, classified in list(self._in_force.events.items()):
            event, kept = classified.event, self.events.get(key)
            wanted = event.campaign_id == campaign_id and event.message_id.startswith(prefix)
            if wanted and (kept is None or classified.version > kept.version):
                self.events[key] = classified
        return None

    def missing_events(self, events: Sequence[TrackedEvent], rules: int) -> list[TrackedEvent]:
        kept = {key for key, one in list(self.events.items()) if one.rules >= rules}
        by_id = {(event.message_id, event.fingerprint): event for event in events}
        return [event for key, event in by_id.items() if key not in kept]

    def add_events(self, events: Sequence[ClassifiedEvent]) -> None:
        for one in events:
            kept = self.events.get((one.event.message_id, one.event.fingerprint))
            if kept is None or one.version > kept.version:
                self.record_events([one])

    def events_by_kind(self, campaign_id: str) -> dict[str, int]:
        return _by_kind(self, campaign_id)

    def show(self) -> None:
        """Do nothing: what is written is seen."""


class RebuildableAnalytics(FakeAnalytics):
    """The `AnalyticsStore` and the `Rebuildable` port."""

    def __init__(self) -> None:
        super().__init__()
        self.built: dict[str, FakeRebuild] = {}
        self._made = 1

    def index_messages(self, documents: Sequence[MessageDocument]) -> None:
        super().index_messages(documents)
        for one in list(self.built.values()):  # others begin and end builds meanwhile
            one.index_messages(documents)

    def record_events(self, events: Sequence[ClassifiedEvent]) -> None:
        super().record_events(events)
        for one in list(self.built.values()):
            one.record_events(events)

    def restore_messages(self, documents: Sequence[MessageDocument]) -> None:
        super().restore_messages(documents)
        for one in list(self.built.values()):
            one.restore_messages(documents)

    def remove_messages(self, documents: Sequence[MessageDocument]) -> None:
        super().remove_messages(documents)
        for one in list(self.built.values()):
            one.remove_messages(documents)

    def remove_made_before(self, start: datetime) -> None:
        super().remove_made_before(start)
        for one in list(self.built.values()):
            one.remove_made_before(start)

    def events_by_kind(self, campaign_id: str) -> dict[str, int]:
        return _by_kind(self, campaign_id)

    def begin_rebuild(self) -> str:
        if not self.built:
            self._made += 1
            self.built[str(self._made)] = FakeRebuild(self)
        return next(iter(self.built))

    def rebuild(self, name: str) -> FakeRebuild:
        if name not in self.built:
            raise ConflictError(f"{name} is not being built.")
        return self.built[name]

    def switch_to(self, name: str) -> None:
        built = self.rebuild(name)
        self.documents, self.events, self.positions = built.documents, built.events, built.positions

    def write_only_what_is_read(self) -> None:
        self.built.clear()

    def remove_unused(self) -> list[str]:
        return []


def _by_kind(analytics: FakeAnalytics, campaign_id: str) -> dict[str, int]:
    kinds = (one.event.kind for one in list(analytics.events.values()) if one.event.campaign_id == campaign_id)
    return {str(kind): count for kind, count in Counter(kinds).items()}
