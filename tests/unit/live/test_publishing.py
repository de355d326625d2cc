"""What the bus does not take is handed in again from the first change of it, or put aside."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from chalicelib.kernel.dead_letters import DeadLetter
from chalicelib.live import telling
from chalicelib.live.domain_events import DomainEvent
from chalicelib.live.publishing import Published, Publishing, Told, Untaken
from chalicelib.messages.model import Message
from tests.unit.live.test_telling import MESSAGE, NOON


@dataclass
class Bus:
    untaken: Untaken = field(default_factory=Untaken)
    calls: list[list[str]] = field(default_factory=list)

    def put(self, events: Sequence[DomainEvent]) -> Untaken:
        self.calls.append([event.event_id for event in events])
        return self.untaken


@dataclass
class Kept:
    letters: list[DeadLetter] = field(default_factory=list)

    def keep(self, letters: Sequence[DeadLetter]) -> None:
        self.letters.extend(letters)


def _told(place: int) -> Told:
    message: Message = replace(MESSAGE, seq=place)
    return Told(str(place), telling.of_message(message, message.with_facts(complained_at=NOON)))


CHANGES = [_told(0), Told("1", []), _told(2), _told(3)]
IDS = [event.event_id for one in CHANGES for event in one.events]


def test_events_are_published_in_the_order_of_the_stream() -> None:
    bus, kept = Bus(), Kept()
    assert Publishing(bus=bus, dead_letters=kept).publish(CHANGES) == Published(events=3, dead=0, again=None)
    assert bus.calls == [IDS]
    assert kept.letters == []


def test_the_stream_goes_on_from_the_first_change_that_waits() -> None:
    bus, kept = Bus(Untaken([IDS[1]], {IDS[2]: "MalformedDetail"})), Kept()
    assert Publishing(bus=bus, dead_letters=kept).publish(CHANGES) == Published(events=1, dead=0, again="2")
    assert kept.letters == []  # what is refused behind it comes again


def test_what_will_never_be_taken_is_put_aside_without_an_address() -> None:
    bus, kept = Bus(Untaken((), {IDS[0]: "MalformedDetail"})), Kept()
    unreadable = DeadLetter("{}", "KeyError")
    done = Publishing(bus=bus, dead_letters=kept).publish(CHANGES, [unreadable])
    assert done == Published(events=2, dead=2, again=None)
    assert kept.letters[0] == unreadable
    assert kept.letters[1].reason == "MalformedDetail"
    assert json.loads(kept.letters[1].key)["event_id"] == IDS[0]
    assert "@" not in kept.letters[1].key


def test_without_an_event_the_bus_is_left_alone() -> None:
    bus = Bus()
    Publishing(bus=bus, dead_letters=Kept()).publish([Told("1", [])])
    assert bus.calls == []
