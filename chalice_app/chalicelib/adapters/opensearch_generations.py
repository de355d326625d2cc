"""Which generations of indices there are, and how one takes another's place while statistics are written and read.

One document says which generation searches read and which are written. Every writer knows it at most `GOOD_FOR_SECONDS`
late: it looks again after a write that took longer than that, and writes once more to a generation that was added
meanwhile. So whoever waits that long after a change of the document finds all that was written before in the old
generation, and all that is written from then on in both.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.exceptions import ConflictError as VersionConflictError
from opensearchpy.exceptions import NotFoundError as NoSuchDocumentError
from opensearchpy.exceptions import RequestError

from chalicelib.adapters.opensearch_calls import Sleep, call
from chalicelib.adapters.opensearch_schema import (
    FIELDS,
    KINDS,
    SCHEMA_VERSION,
    Generation,
    family_of,
    generation_of_index,
    template,
)
from chalicelib.kernel.errors import ConflictError, StaleRevisionError

GOOD_FOR_SECONDS = 5.0

_DOCUMENT = "now"
_A_MONTH = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Known:
    """What the document says.

    Attributes:
        reading: name of the generation behind the aliases.
        written: every generation that is written, the one that is read among them.
        made: names that generations ever had; none is given twice, since late writers may still know it.
        revision: OpenSearch's sequence number and term of the document.
    """

    reading: str
    written: tuple[Generation, ...]
    made: tuple[str, ...]
    revision: tuple[int, int]

    @property
    def read_generation(self) -> Generation:
        """The generation that is read."""
        return next(one for one in self.written if one.name == self.reading)

    @property
    def building(self) -> Generation | None:
        """The newest generation, if it is not the one that is read."""
        newest = self.written[-1]
        return None if newest.name == self.reading else newest


class Generations:
    """The generations of one platform.

    Args:
        client: from `chalicelib.adapters.opensearch_connection.connect`.
        prefix: begins the names of the indices.
        sleep: waits between tries, in seconds.
        good_for: seconds that what was read of the document may be relied on.
    """

    def __init__(
        self, client: OpenSearch, prefix: str, *, sleep: Sleep = time.sleep, good_for: float = GOOD_FOR_SECONDS
    ) -> None:
        self._client = client
        self._prefix = prefix
        self._sleep = sleep
        self._good_for = good_for
        self._index = f"{prefix}-generations"
        self._known: Known | None = None
        self._read_at = 0.0

    def known(self) -> Known:
        """Return what the document says, or said a moment ago; at the very first, write it."""
        if self._known is None or time.monotonic() - self._read_at > self._good_for:
            return self.now()
        return self._known

    def now(self) -> Known:
        """Return what the document says now."""
        read_at = time.monotonic()  # before the call: what is answered may be as old as that
        try:
            found = self._call(self._client.get, index=self._index, id=_DOCUMENT)
        except NoSuchDocumentError:
            return self._begun()
        self._known, self._read_at = _known(found), read_at
        return self._known

    def begin(self) -> Generation:
        """Have a new generation written beside the one that is read; return it, or the one that is being built.

        Raises:
            StaleRevisionError: somebody else changed the generations at the same time.
        """
        known = self.now()
        if known.building and known.building.is_of_this_schema:
            return known.building
        name = str(SCHEMA_VERSION)
        if name in known.made:
            name = f"{name}.{len(known.made) + 1}"
        added = Generation(name, FIELDS)
        self._put_templates(added, in_force=False)
        kept = (known.read_generation, added)
        self._save(Known(known.reading, kept, (*known.made, name), known.revision))
        return added

    def switch(self, name: str) -> None:
        """Let searches read a generation that was built; the one before goes on being written.

        Raises:
            ConflictError: it is not being built any more.
            StaleRevisionError: somebody else changed the generations at the same time.
        """
        known = self.now()
        generation = self._of(known, name)
        self._make_indices(known)
        self._point_aliases(name)
        self._put_templates(generation, in_force=True)
        for other in known.written:
            if other.name != name:
                self._take_from_alias(other)
        self._point_aliases(name)  # an index that a writer made in between
        if known.reading != name:
            self._save(Known(name, known.written, known.made, known.revision))

    def retire(self) -> None:
        """Write only what is read; what was built, or what was read before, is given up.

        Raises:
            StaleRevisionError: somebody else changed the generations at the same time.
        """
        known = self.now()
        if len(known.written) > 1:
            self._save(Known(known.reading, (known.read_generation,), known.made, known.revision))

    def remove_unused(self) -> list[str]:
        """Remove the indices and templates that are neither read nor written; return the names of the indices."""
        known = self.now()
        used = {one.name for one in known.written}
        removed = []
        for kind, index in self._indices():
            if generation_of_index(self._prefix, kind, index) not in used and index not in self._aliased(kind):
                self._call(self._client.indices.delete, index=index, params={"ignore_unavailable": "true"})
                removed.append(index)
        for kind in KINDS:
            for name in set(known.made) - used:
                family = family_of(self._prefix, kind, name)
                if self._call(self._client.indices.exists_index_template, name=family):
                    self._call(self._client.indices.delete_index_template, name=family)
        return removed

    @staticmethod
    def _of(known: Known, name: str) -> Generation:
        for one in known.written:
            if one.name == name:
                return one
        raise ConflictError(f"The statistics {name!r} are not being built any more.")

    def _begun(self) -> Known:
        """Write the first document: for the indices that there are, or for those of this schema."""
        names = sorted(generation_of_index(self._prefix, "messages", index) for index in self._aliased("messages"))
        generation = Generation(names[0] if names else str(SCHEMA_VERSION), FIELDS)
        if generation.is_of_this_schema:
            self._put_templates(generation, in_force=True)
        self._make(self._index, {"mappings": {"enabled": False}, "settings": {"auto_expand_replicas": "0-1"}})
        try:
            self._save(Known(generation.name, (generation,), (generation.name,), (-1, -1)))
        except StaleRevisionError:
            return self.now()  # another one was faster
        return self.now()

    def _save(self, known: Known) -> None:
        number, term = known.revision
        condition = {"op_type": "create"} if term < 0 else {"if_seq_no": number, "if_primary_term": term}
        try:
            self._call(self._client.index, index=self._index, id=_DOCUMENT, body=_document(known), params={**condition})
        except VersionConflictError:
            raise StaleRevisionError("Somebody else changed the generations of the statistics; try again.") from None
        self._known = None

    def _put_templates(self, generation: Generation, *, in_force: bool) -> None:
        for kind in KINDS:
            name, body = template(self._prefix, kind, generation.name, in_force=in_force)
            self._call(self._client.indices.put_index_template, name=name, body=body)

    def _take_from_alias(self, generation: Generation) -> None:
        """Let further indices of a generation, which may be of another schema, stand behind no alias."""
        for kind in KINDS:
            name = family_of(self._prefix, kind, generation.name)
            found = self._call(self._client.indices.get_index_template, name=name)
            body = found["index_templates"][0]["index_template"]
            if body["template"].pop("aliases", None):
                self._call(self._client.indices.put_index_template, name=name, body=body)

    def _make_indices(self, known: Known) -> None:
        """Make the indices that writers may want during a switch, so that none is made with the wrong alias."""
        today = datetime.now(UTC)
        months = {f"{moment:%Y.%m}" for moment in (today, today.replace(day=1) + _A_MONTH)}
        months |= {index.rpartition("-")[2] for _, index in self._indices()}
        for generation in known.written:
            for kind in KINDS:
                for month in sorted(months):
                    self._make(f"{family_of(self._prefix, kind, generation.name)}-{month}", {})

    def _make(self, index: str, body: Any) -> None:
        try:
            self._call(self._client.indices.create, index=index, body=body)
        except RequestError as error:
            if error.error != "resource_already_exists_exception":
                raise

    def _point_aliases(self, reading: str) -> None:
        """Have the aliases hold the indices of one generation and no others, in one call."""
        actions = []
        indices = list(self._indices())
        for kind in KINDS:
            alias = f"{self._prefix}-{kind}"
            wanted = {
                index
                for of, index in indices
                if of == kind and generation_of_index(self._prefix, kind, index) == reading
            }
            held = self._aliased(kind)
            actions += [{"add": {"index": index, "alias": alias}} for index in sorted(wanted - held)]
            actions += [{"remove": {"index": index, "alias": alias}} for index in sorted(held - wanted)]
        if actions:
            self._call(self._client.indices.update_aliases, body={"actions": actions})

    def _indices(self) -> Iterator[tuple[str, str]]:
        for kind in KINDS:
            pattern = f"{self._prefix}-{kind}-v*"
            found = self._call(self._client.cat.indices, index=pattern, params={"format": "json", "h": "index"})
            yield from ((kind, one["index"]) for one in found)

    def _aliased(self, kind: str) -> set[str]:
        try:
            return set(self._call(self._client.indices.get_alias, name=f"{self._prefix}-{kind}"))
        except NoSuchDocumentError:
            return set()

    def _call(self, request: Callable[..., Any], **arguments: Any) -> Any:
        return call(partial(request, **arguments), sleep=self._sleep)


def _document(known: Known) -> dict[str, Any]:
    return {
        "reading": known.reading,
        "written": [
            {"name": one.name, "fields": {kind: sorted(names) for kind, names in one.fields.items()}}
            for one in known.written
        ],
        "made": list(known.made),
    }


def _known(found: dict[str, Any]) -> Known:
    source = found["_source"]
    return Known(
        reading=source["reading"],
        written=tuple(Generation(one["name"], one["fields"]) for one in source["written"]),
        made=tuple(source["made"]),
        revision=(found["_seq_no"], found["_primary_term"]),
    )
