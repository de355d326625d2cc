"""Tells opens and clicks of people from those of machines.

What is concluded about an event follows from the set of events that are known of its message, never from their order:
each event shows some reasons by itself (`own_reasons`), the others are found by comparing the times of all of them
(`reasons_of`). A message therefore keeps a `Reading` of each, in a text of some 40 characters.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_address
from operator import attrgetter
from typing import Final

from chalicelib.tracking.model import EventKind, TrackedEvent

RULES: Final = 2
"""Version of these rules. Raise it with every change; a replay of the archive then applies the new ones to old events.
"""


class MachineReason(StrEnum):
    """Why an open or a click is taken for a machine's."""

    REPORTED_BY_SES = "reported_by_ses"
    PRIVACY_PREFETCH = "privacy_prefetch"
    MACHINE_AGENT = "machine_agent"
    BEFORE_DELIVERY = "before_delivery"
    AT_DELIVERY = "at_delivery"
    LINK_SWEEP = "link_sweep"
    NETWORK_SWEEP = "network_sweep"


PREFETCH_AGENT: Final = "Mozilla/5.0"
"""All that Apple's Mail Privacy Protection says of itself when it loads pixels ahead, whether or not anybody reads."""

_MACHINE_AGENT = re.compile(
    r"bot\b|bot/|crawler|spider|scanner|headless|phantomjs|python|curl/|wget|go-http-client|^java/|libwww|axios/"
    r"|node-fetch|apache-httpclient|barracuda|proofpoint|mimecast|ironport|ciscosecure|trend ?micro|\btmes\b"
    r"|bitdefender|symantec|fireeye|sophos|fortinet|checkpoint|urldefense",
    re.IGNORECASE,
)
"""Programs that fetch pages unattended, and gateways that test links.

Google's image proxy (``GoogleImageProxy``) and Yahoo's are left out on purpose: they load a picture when somebody opens
the mail, so what they load is a person's open, though its address and agent are the proxy's.
"""

CLICK_AFTER_DELIVERY_MS: Final = 5_000
OPEN_AFTER_DELIVERY_MS: Final = 2_000
"""Sooner after the delivery nobody has seen the mail, let alone read it and chosen a link."""

SWEEPS: Final[Sequence[tuple[int, int]]] = ((2, 1_000), (3, 5_000))
"""So many different links of one message within so many milliseconds are followed by no person."""

NETWORK_SWEEPS: Final[Sequence[tuple[int, int]]] = ((3, 10_000),)
"""From so many different networks within so many milliseconds no person reads one message, not even with a phone that
changes from one network to another; the machines of a data centre, which share the work of testing a mail, do.
"""

_PROXY = re.compile(r"GoogleImageProxy|YahooMailProxy", re.IGNORECASE)
_NETWORK_BITS: Final = {4: 24, 6: 48}
"""Addresses that are alike so far are of one network: what a provider hands to one customer, or a part of it."""

_LETTERS: Final[Mapping[MachineReason, str]] = {
    MachineReason.REPORTED_BY_SES: "s",
    MachineReason.PRIVACY_PREFETCH: "p",
    MachineReason.MACHINE_AGENT: "a",
}
_OWN: Final = {letter: reason for reason, letter in _LETTERS.items()}
_MARKS: Final = {EventKind.OPEN: "o", EventKind.CLICK: "c"}
_KINDS: Final = {mark: kind for kind, mark in _MARKS.items()}
_LINK_BYTES: Final = 4
_NETWORK_BYTES: Final = 3
READERS: Final = frozenset(_MARKS)
"""The kinds of events that a reader causes, or a machine in his place."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An open or a click as its message remembers it.

    Attributes:
        at: milliseconds since the epoch.
        fingerprint: the event's.
        link: digest of the link clicked; empty for opens.
        rules: version of the rules that found ``own``.
        own: the reasons that the event shows by itself.
        network: digest of the network it came from; empty where that is not the reader's own, or was not yet kept.
    """

    kind: EventKind
    at: int
    fingerprint: str
    link: str
    rules: int
    own: tuple[MachineReason, ...]
    network: str = ""

    @property
    def text(self) -> str:
        """These values in one text: kind, time, fingerprint, link, rules, own reasons and network.

        The order of texts is, within a kind, that of time.
        """
        own = "".join(_LETTERS[reason] for reason in self.own)
        network = f"@{self.network}" if self.network else ""
        return f"{_MARKS[self.kind]}{self.at:012x}{self.fingerprint}{self.link}:{self.rules}{own}{network}"

    @property
    def moment(self) -> datetime:
        """When it happened."""
        return datetime.fromtimestamp(self.at / 1000, UTC)


_TEXT = re.compile(
    r"(?P<mark>[oc])(?P<at>[0-9a-f]{12})(?P<fingerprint>[0-9a-f]{16})(?P<link>[0-9a-f]*):(?P<rules>\d+)(?P<own>\w*)"
    r"(?:@(?P<network>[0-9a-f]+))?"
)


def reading_of(event: TrackedEvent) -> Reading:
    """Return what a message remembers of an open or a click."""
    link = ""
    if event.link is not None:
        link = hashlib.blake2b(event.link.encode(), digest_size=_LINK_BYTES).hexdigest()
    return Reading(
        kind=event.kind,
        at=_millis(event.at),
        fingerprint=event.fingerprint,
        link=link,
        rules=RULES,
        own=own_reasons(event),
        network=_network_of(event),
    )


def reading_from(text: str) -> Reading:
    """Read what `Reading.text` wrote.

    Raises:
        ValueError: it is no such text.
    """
    match = _TEXT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no reading.")
    return Reading(
        kind=_KINDS[match["mark"]],
        at=int(match["at"], 16),
        fingerprint=match["fingerprint"],
        link=match["link"],
        rules=int(match["rules"]),
        own=tuple(_OWN[letter] for letter in match["own"]),
        network=match["network"] or "",
    )


def own_reasons(event: TrackedEvent) -> tuple[MachineReason, ...]:
    """Return the reasons that an open or a click shows by itself.

    SES says nothing of the HTTP method, so a HEAD request looks like any other. Who names no agent is a machine.
    """
    agent = (event.user_agent or "").strip()
    prefetched = event.kind is EventKind.OPEN and agent == PREFETCH_AGENT
    found = {
        MachineReason.REPORTED_BY_SES: event.bot is True,
        MachineReason.PRIVACY_PREFETCH: prefetched,
        MachineReason.MACHINE_AGENT: not agent or _is_machine(agent),
    }
    return tuple(reason for reason, is_so in found.items() if is_so)


@lru_cache(maxsize=1024)
def _is_machine(agent: str) -> bool:
    """Tell whether an agent names a machine; few agents do most of the reading, so they are remembered."""
    return _MACHINE_AGENT.search(agent) is not None


def reasons_of(readings: Iterable[Reading], delivered_at: datetime | None) -> dict[str, tuple[MachineReason, ...]]:
    """Return why each event is a machine's, by its fingerprint; nothing is said against what a person did.

    Args:
        readings: every open and click that is known of one message.
        delivered_at: when the recipient's server took it, if that is known.
    """
    known = list(readings)
    swept = _swept((one for one in known if one.kind is EventKind.CLICK and one.link), attrgetter("link"), SWEEPS)
    spread = _swept((one for one in known if one.network), attrgetter("network"), NETWORK_SWEEPS)
    delivered = None if delivered_at is None else _millis(delivered_at)
    found = {}
    for reading in known:
        reasons = [*reading.own]
        if delivered is not None:
            least = CLICK_AFTER_DELIVERY_MS if reading.kind is EventKind.CLICK else OPEN_AFTER_DELIVERY_MS
            if reading.at < delivered:
                reasons.append(MachineReason.BEFORE_DELIVERY)
            elif reading.at < delivered + least:
                reasons.append(MachineReason.AT_DELIVERY)
        if reading.fingerprint in swept:
            reasons.append(MachineReason.LINK_SWEEP)
        if reading.fingerprint in spread:
            reasons.append(MachineReason.NETWORK_SWEEP)
        found[reading.fingerprint] = tuple(reasons)
    return found


def _swept(
    readings: Iterable[Reading], value_of: Callable[[Reading], str], sweeps: Sequence[tuple[int, int]]
) -> set[str]:
    """Return the fingerprints of readings that belong to a sweep: so many different values within so short a time."""
    ordered = sorted(readings, key=lambda reading: (reading.at, reading.fingerprint))
    found: set[str] = set()
    for values, window in sweeps:
        within: Counter[str] = Counter()
        first = marked = 0
        for last, reading in enumerate(ordered):
            within[value_of(reading)] += 1
            while reading.at - ordered[first].at > window:
                within[value_of(ordered[first])] -= 1
                within += Counter()  # drops what is no longer within
                first += 1
            if len(within) >= values:
                found.update(one.fingerprint for one in ordered[max(first, marked) : last + 1])
                marked = last + 1
    return found


def _network_of(event: TrackedEvent) -> str:
    """Return a digest of the network that an open or a click came from; a proxy's is not its reader's."""
    if event.ip_address is None or _PROXY.search(event.user_agent or ""):
        return ""
    try:
        address = ip_address(event.ip_address.strip())
    except ValueError:
        return ""
    network = f"{address.version}/{int(address) >> address.max_prefixlen - _NETWORK_BITS[address.version]:x}"
    return hashlib.blake2b(network.encode(), digest_size=_NETWORK_BYTES).hexdigest()


def _millis(moment: datetime) -> int:
    return max(0, round(moment.timestamp() * 1000))
