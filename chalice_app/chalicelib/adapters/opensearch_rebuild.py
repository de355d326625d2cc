"""A generation of indices while it is filled."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from opensearchpy import OpenSearch

from chalicelib.adapters.opensearch_bulk import Action
from chalicelib.adapters.opensearch_calls import Sleep, call
from chalicelib.adapters.opensearch_changes import write_stamped
from chalicelib.adapters.opensearch_generations import Generations
from chalicelib.adapters.opensearch_queries import of_campaign
from chalicelib.adapters.opensearch_schema import Generation, event_actions, family_of, index_of, message_of_source
from chalicelib.adapters.opensearch_searching import UNLESS_GONE, OpenSearchSearching
from chalicelib.adapters.opensearch_writing import OpenSearchWriting
from chalicelib.analytics.events import event_id, read
from chalicelib.analytics.model import MessageDocument
from chalicelib.kernel.errors import ConflictError
from chalicelib.tracking.classified import ClassifiedEvent, rules_of
from chalicelib.tracking.model import TrackedEvent

_COPIED = 5_000
"""Events that one call copies at most."""


class OpenSearchRebuild(OpenSearchWriting):
    """The `Rebuild` port over OpenSearch: reads and writes one generation only.

    Args:
        client, prefix, sleep, generations, refresh: see `OpenSearchWriting`.
        name: of the generation.
    """

    def __init__(
        self, client: OpenSearch, *, prefix: str, sleep: Sleep, generations: Generations, refresh: bool, name: str
    ) -> None:
        super().__init__(client, prefix=prefix, sleep=sleep, generations=generations, refresh=refresh)
        self._in_force = OpenSearchSearching(client, prefix=prefix, sleep=sleep)
        self._in_force_shown = False
        self._name = name

    def documents_of(self, message_ids: Sequence[str]) -> list[MessageDocument]:
        """Return the documents of messages, those kept a moment ago too."""
        named = [{"_index": index_of(self._prefix, "messages", self._name, name), "_id": name} for name in message_ids]
        return [message_of_source(found["_source"]) for found in self._by_id(named)]

    def copy_events(self, campaign_id: str, part: int | None, after: str | None) -> str | None:
        """Keep events that are in force, with the time and the version under which they are kept there."""
        filters = of_campaign(campaign_id)
        if part is not None:
            filters.append({"prefix": {"message_id": f"{campaign_id}-{part:05d}-"}})
        if not self._in_force_shown:  # searches are to see what was written before everybody knew of this generation
            self._show(self._in_force.searched("events"))
            self._in_force_shown = True
        behind = None if after is None else [*after.rpartition(":")[::2]]
        sort = ("message_id", "fingerprint")
        hits = list(
            self._in_force.found_documents("events", filters, sort, "asc", _COPIED, after=behind, versions=True)
        )
        if hits:
            self._write(lambda generation: self._copies(generation, hits))
        return event_id(*hits[-1]["sort"]) if len(hits) == _COPIED else None

    def missing_events(self, events: Sequence[TrackedEvent], rules: int) -> list[TrackedEvent]:
        """Return the events that are not kept, and those of which something was concluded by older rules."""
        by_id = {(event.message_id, event.fingerprint): event for event in events}
        kept = {
            (found["_source"]["message_id"], found["_source"]["fingerprint"])
            for found in self._read_events(self._generation(), list(by_id))
            if rules_of(found["_version"]) >= rules
        }
        return [event for key, event in by_id.items() if key not in kept]

    def add_events(self, events: Sequence[ClassifiedEvent]) -> None:
        """Keep events of which no conclusion of this or a higher version is kept."""
        if events:
            write_stamped(lambda stamp: self._write(lambda generation: self._additions(generation, events, stamp)))

    def show(self) -> None:
        """Let searches see everything that was written."""
        self._show(family_of(self._prefix, "*", f"{self._name}-*"))

    def _show(self, indices: str) -> None:
        call(partial(self._client.indices.refresh, index=indices, params=UNLESS_GONE), sleep=self._sleep)

    def _copies(self, generation: Generation, hits: Sequence[dict[str, Any]]) -> Iterator[Action]:
        for hit in hits:
            recorded_at = hit["_source"]["recorded_at"]
            yield from event_actions(
                self._prefix, generation, read(hit["_source"]), recorded_at, version=hit["_version"]
            )

    def _additions(self, generation: Generation, events: Sequence[ClassifiedEvent], stamp: str) -> Iterator[Action]:
        for event in events:
            yield from event_actions(self._prefix, generation, event, stamp, version=event.version)

    def searched(self, kind: str) -> str:
        """Return the name that the generation's documents of a kind are searched by."""
        return f"{family_of(self._prefix, kind, self._name)}-*"

    def _written(self) -> tuple[Generation, ...]:
        return (self._generation(),)

    def _generation(self) -> Generation:
        for one in self._generations.known().written:
            if one.name == self._name:
                return one
        raise ConflictError(f"The statistics {self._name!r} are not being built any more.")
