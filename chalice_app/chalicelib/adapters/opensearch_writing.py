"""What is written to OpenSearch: to every generation of indices that is read or being built, in the same requests."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from opensearchpy import OpenSearch

from chalicelib.adapters import opensearch_bulk
from chalicelib.adapters.opensearch_bulk import Action
from chalicelib.adapters.opensearch_calls import Sleep, call
from chalicelib.adapters.opensearch_changes import write_stamped
from chalicelib.adapters.opensearch_generations import Generations
from chalicelib.adapters.opensearch_schema import (
    KINDS,
    Generation,
    event_actions,
    index_of,
    message_action,
    month_of_index,
    removal_action,
    restoring_action,
)
from chalicelib.adapters.opensearch_searching import PAGE, UNLESS_GONE, OpenSearchSearching
from chalicelib.analytics.events import event_id, read
from chalicelib.analytics.model import MessageDocument
from chalicelib.analytics.ports import DocumentsRefusedError
from chalicelib.tracking.classified import ClassifiedEvent

_NAMES = {"format": "json", "h": "index"}


class OpenSearchWriting(OpenSearchSearching):
    """The writing half of the `AnalyticsStore` port over OpenSearch.

    What is written can be searched after the index's refresh interval, one second unless it is set otherwise.

    Args:
        client, prefix, sleep: see `OpenSearchSearching`.
        generations: which indices are written.
        refresh: make each write visible to searches at once; for tests.
    """

    def __init__(
        self, client: OpenSearch, *, prefix: str, sleep: Sleep, generations: Generations, refresh: bool
    ) -> None:
        super().__init__(client, prefix=prefix, sleep=sleep)
        self._generations = generations
        self._refresh = refresh

    def index_messages(self, documents: Sequence[MessageDocument]) -> None:
        """Keep each document unless a newer version of it is kept already."""
        if documents:
            self._write(lambda one: (message_action(self._prefix, one, document) for document in documents))

    def record_events(self, events: Sequence[ClassifiedEvent]) -> None:
        """Keep events; one kept already takes over the classification, unless that has a lower version."""
        if events:
            write_stamped(lambda stamp: self._write(lambda one: self._event_actions(one, events, stamp)))

    def recorded_events(self, wanted: Mapping[str, Collection[str] | None]) -> list[ClassifiedEvent]:
        """Return events of messages, those kept a moment ago too.

        Events are read by their ids, which shows what was written a moment ago; a search does so only after a refresh
        of the whole index, which every batch of events would have to wait for.
        """
        named = {name: fingerprints for name, fingerprints in wanted.items() if fingerprints is not None}
        ids = [(name, fingerprint) for name, fingerprints in named.items() for fingerprint in fingerprints]
        found = [read(one["_source"]) for one in self._read_events(self._read_generation(), ids)] if ids else []
        return [*found, *self._every_event(sorted(wanted.keys() - named.keys()))]

    def restore_messages(self, documents: Sequence[MessageDocument]) -> None:
        """Keep each document, also in place of another one of the same version; a newer one stays."""
        if documents:
            self._write(lambda one: (restoring_action(self._prefix, one, document) for document in documents))

    def remove_messages(self, documents: Sequence[MessageDocument]) -> None:
        """Remove documents; one that has become newer meanwhile stays."""
        if documents:
            self._write(lambda one: (removal_action(self._prefix, one, document) for document in documents))

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
                    removal = partial(self._client.indices.delete, index=name, params=UNLESS_GONE)
                    call(removal, sleep=self._sleep)

    def _written(self) -> tuple[Generation, ...]:
        """Return the generations that are written now."""
        return self._generations.known().written

    def _read_generation(self) -> Generation:
        """Return the generation that is searched."""
        return self._generations.known().read_generation

    def _write(self, actions_for: Callable[[Generation], Iterable[Action]]) -> None:
        """Write to every generation, also to one that was added while this write went on."""
        done: set[str] = set()
        refused: dict[str, str] = {}
        while late := [one for one in self._written() if one.name not in done]:
            actions = (action for generation in late for action in actions_for(generation))
            try:
                opensearch_bulk.write(self._client, actions, refresh=self._refresh, sleep=self._sleep)
            except DocumentsRefusedError as error:
                refused |= error.refused
            done |= {one.name for one in late}
        if refused:
            raise opensearch_bulk.refusal(refused)

    def _event_actions(self, generation: Generation, events: Sequence[ClassifiedEvent], stamp: str) -> Iterator[Action]:
        for event in events:
            yield from event_actions(self._prefix, generation, event, stamp)

    def _read_events(self, generation: Generation, ids: Sequence[tuple[str, str]]) -> Iterator[dict[str, Any]]:
        """Read the documents of events by message id and fingerprint; those that are not there are left out."""
        named = [
            {"_index": index_of(self._prefix, "events", generation.name, name), "_id": event_id(name, fingerprint)}
            for name, fingerprint in ids
        ]
        yield from self._by_id(named)

    def _by_id(self, named: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for first in range(0, len(named), PAGE):
            asked = {"docs": list(named[first : first + PAGE])}
            answer = call(partial(self._client.mget, body=asked), sleep=self._sleep)
            yield from (one for one in answer["docs"] if one.get("found"))

    def _every_event(self, message_ids: Sequence[str]) -> list[ClassifiedEvent]:
        if not message_ids:
            return []
        refresh = partial(self._client.indices.refresh, index=self.searched("events"), params=UNLESS_GONE)
        call(refresh, sleep=self._sleep)
        return [read(hit["_source"]) for hit in self._events_of(message_ids)]

    def _events_of(self, message_ids: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Search for every event of messages."""
        for first in range(0, len(message_ids), PAGE):
            filters = [{"terms": {"message_id": list(message_ids[first : first + PAGE])}}]
            yield from self.found_documents("events", filters, ("at", "message_id", "fingerprint"), "asc")
