"""Generations of indices in a real OpenSearch: one takes another's place while messages and events are written."""

import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from opensearchpy import OpenSearch

from chalicelib.adapters.opensearch_analytics import OpenSearchAnalytics
from chalicelib.adapters.opensearch_connection import connect
from chalicelib.adapters.opensearch_generations import Generations
from chalicelib.adapters.opensearch_schema import FIELDS, KINDS, SCHEMA_VERSION, template
from chalicelib.kernel.errors import ConflictError, StaleRevisionError
from chalicelib.kernel.ids import new_id
from chalicelib.tracking.model import EventKind
from tests.contract.analytics import document, event

FIRST, SECOND = str(SCHEMA_VERSION), f"{SCHEMA_VERSION}.2"
CAMPAIGN = new_id("cmp", datetime(2026, 11, 3, tzinfo=UTC))


class World:
    """One platform's indices, and what a writer and an operator do with them."""

    def __init__(self, url: str) -> None:
        self.client: OpenSearch = connect(url)
        self.prefix = f"test-{uuid.uuid4().hex}"
        self.store = self.writer()
        self.generations = Generations(self.client, self.prefix)

    def writer(self, good_for: float = 0) -> OpenSearchAnalytics:
        return OpenSearchAnalytics(self.client, prefix=self.prefix, refresh=True, held_back=0, good_for=good_for)

    def indices(self, kind: str = "messages") -> list[str]:
        names = self.client.cat.indices(index=f"{self.prefix}-{kind}-v*", params={"format": "json", "h": "index"})
        return sorted(one["index"].removeprefix(f"{self.prefix}-{kind}-v") for one in names)

    def aliased(self, kind: str = "messages") -> list[str]:
        names = self.client.indices.get_alias(name=f"{self.prefix}-{kind}")
        return sorted(name.removeprefix(f"{self.prefix}-{kind}-v") for name in names)

    def in_generation(self, name: str) -> int:
        pattern = f"{self.prefix}-messages-v{name}-*"
        self.client.indices.refresh(index=pattern)
        return int(self.client.count(index=pattern)["count"])


@pytest.fixture
def world(opensearch_url: str) -> Iterator[World]:
    one = World(opensearch_url)
    yield one
    one.client.close()


def test_what_is_built_gets_what_is_written_and_is_not_read(world: World) -> None:
    world.store.index_messages([document(1, campaign=CAMPAIGN)])
    assert world.generations.begin().name == SECOND
    assert world.generations.begin().name == SECOND, "it is being built already"
    world.store.index_messages([document(2, campaign=CAMPAIGN)])
    world.store.record_events([event(EventKind.CLICK, 2, campaign=CAMPAIGN, link="https://a.example")])
    assert world.store.campaign_totals(CAMPAIGN).planned == 2
    assert [link.clicks for link in world.store.links(CAMPAIGN, limit=9)] == [1]
    assert (world.in_generation(FIRST), world.in_generation(SECOND)) == (2, 1)
    assert world.aliased() == [f"{FIRST}-2026.11"]


def test_a_switch_lets_searches_read_what_was_built_and_nothing_else(world: World) -> None:
    world.store.index_messages([document(1, campaign=CAMPAIGN)])
    world.generations.begin()
    world.store.index_messages([document(2, campaign=CAMPAIGN)])
    for _ in range(2):  # the second time as a repeated step
        world.generations.switch(SECOND)
    assert world.store.campaign_totals(CAMPAIGN).planned == 1
    world.store.index_messages([document(3, campaign=CAMPAIGN), document(3, campaign=new_id("cmp", NEXT_YEAR))])
    assert world.store.campaign_totals(CAMPAIGN).planned == 2
    assert {name.rpartition("-")[0] for name in world.aliased()} == {SECOND}
    for _ in range(2):
        world.generations.retire()
    world.store.index_messages([document(4, campaign=CAMPAIGN)])
    removed = world.generations.remove_unused()
    assert {name.rpartition("-v")[2].rpartition("-")[0] for name in removed} == {FIRST}
    assert world.generations.remove_unused() == []
    assert world.store.campaign_totals(CAMPAIGN).planned == 3
    assert {name.rpartition("-")[0] for name in world.indices()} == {SECOND}
    templates = world.client.cat.templates(name=f"{world.prefix}-*", params={"format": "json"})
    assert sorted(one["name"] for one in templates) == sorted(f"{world.prefix}-{kind}-v{SECOND}" for kind in KINDS)
    assert world.generations.begin().name == f"{SCHEMA_VERSION}.3"


NEXT_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


def test_giving_up_leaves_what_is_read_as_it_is_and_no_name_comes_twice(world: World) -> None:
    world.store.index_messages([document(1, campaign=CAMPAIGN)])
    world.generations.begin()
    world.store.index_messages([document(2, campaign=CAMPAIGN)])
    world.generations.retire()
    world.generations.remove_unused()
    world.store.index_messages([document(3, campaign=CAMPAIGN)])
    assert world.store.campaign_totals(CAMPAIGN).planned == 3
    assert world.indices() == [f"{FIRST}-2026.11"]
    with pytest.raises(ConflictError):
        world.generations.switch(SECOND)
    assert world.generations.begin().name == f"{SCHEMA_VERSION}.3"


def test_a_writer_that_did_not_know_yet_writes_again_when_its_write_took_long(world: World) -> None:
    late = world.writer(good_for=0.2)
    late.index_messages([document(1, campaign=CAMPAIGN)])  # it knows of the first generation only
    begun = threading.Event()
    bulk = world.client.bulk

    def slow(**arguments: Any) -> Any:
        if not begun.is_set():
            world.generations.begin()
            begun.set()
            threading.Event().wait(0.3)  # longer than what it knows is good for
        return bulk(**arguments)

    world.client.bulk = slow
    late.index_messages([document(2, campaign=CAMPAIGN)])
    assert (world.in_generation(FIRST), world.in_generation(SECOND)) == (2, 1)


def test_of_two_that_change_the_generations_one_does(world: World) -> None:
    other = Generations(world.client, world.prefix)
    known = other.now()
    world.generations.begin()
    with pytest.raises(StaleRevisionError):
        other._save(replace(known, reading="9"))
    assert other.now().reading == FIRST


def test_indices_of_an_older_schema_are_written_on_with_the_fields_that_they_know(world: World) -> None:
    """An older release made the indices: its mapping lacks a field and searches go on meanwhile."""
    fields = {kind: sorted(names - {"human_clicks"}) for kind, names in FIELDS.items()}
    for kind in KINDS:
        name, body = template(world.prefix, kind, "0", in_force=True)
        body["template"]["mappings"]["properties"] = {
            field: how for field, how in body["template"]["mappings"]["properties"].items() if field in fields[kind]
        }
        world.client.indices.put_index_template(name=name, body=body)
    older = {"reading": "0", "written": [{"name": "0", "fields": fields}], "made": ["0"]}
    world.client.index(index=f"{world.prefix}-generations", id="now", body=older)
    world.store.index_messages([replace(document(1, campaign=CAMPAIGN), human_clicks=7)])
    assert world.store.campaign_totals(CAMPAIGN).human_clicks == 0
    assert [one.human_clicks for one in world.store.part_documents(CAMPAIGN, 0)] == [0]
    built = world.generations.begin()
    assert built.name == FIRST
    world.store.index_messages([replace(document(1, campaign=CAMPAIGN, version=1), human_clicks=7)])
    world.generations.switch(built.name)
    assert world.store.campaign_totals(CAMPAIGN).human_clicks == 7
    world.store.index_messages([document(2, campaign=CAMPAIGN)])
    assert world.store.campaign_totals(CAMPAIGN).planned == 2
