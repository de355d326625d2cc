"""Waves: what of a campaign is sent one after the other, by the recipients' local time or a canary first.

A canary says early what would become of the whole: a few recipients are mailed, their bounces and complaints are waited
for, and only then the others follow. They are drawn by a hash, for the first rows of a file are seldom like the rest.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from chalicelib.campaigns.model import Canary
from chalicelib.campaigns.schedule import instant
from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.kernel.errors import InvalidInputError
from chalicelib.messages.slices import Division
from chalicelib.recipients.model import Recipient

ZONE_FIELD = "timezone"
"""Column of the recipient file that names a recipient's IANA zone."""

_CANARY, _REST = "canary", "rest"  # in text order
_DRAWS = 1 << 64


@lru_cache(maxsize=1024)
def is_zone(name: str) -> bool:
    """Tell whether a recipient's ``timezone`` names an IANA zone."""
    try:
        instant(datetime(2000, 1, 1), name)  # noqa: DTZ001 - a wall-clock time
    except InvalidInputError:
        return False
    return True


class Moments:
    """When a wall-clock time comes in the zones that recipients name."""

    def __init__(self, local: datetime, zone: str) -> None:
        self._local = local
        self._own = instant(local, zone)
        self._known: dict[str, datetime] = {"": self._own}

    def of(self, name: str) -> datetime:
        """Return the instant (UTC) in a zone; in one that does not exist, that of the schedule's own."""
        name = name.strip()
        if name not in self._known:
            try:
                self._known[name] = instant(self._local, name)
            except InvalidInputError:
                self._known[name] = self._own
        return self._known[name]


def by_local_time(local: datetime, zone: str) -> Division:
    """Divide recipients by the instant at which a wall-clock time comes to them."""
    when = Moments(local, zone)

    def divide(part: int, recipients: Sequence[Recipient]) -> dict[str, list[Recipient]]:
        del part
        divided: dict[str, list[Recipient]] = {}
        for recipient in recipients:
            divided.setdefault(rfc3339(when.of(recipient.fields.get(ZONE_FIELD, ""))), []).append(recipient)
        return divided

    return divide


def canary_first(campaign_id: str, canary: Canary, planned: int) -> Division:
    """Draw a canary by hash, each part's share of it from that part; the others follow."""
    size = canary.size(planned)

    def divide(part: int, recipients: Sequence[Recipient]) -> dict[str, list[Recipient]]:
        whole, fraction = divmod(len(recipients) * size, planned)
        # A part of a recipient is drawn as well, so that small parts have their share in a small canary.
        drawn = whole + (_draw(f"{campaign_id}-{part:05d}") * planned < fraction * _DRAWS)
        order = sorted(range(len(recipients)), key=lambda place: _draw(f"{campaign_id}-{part:05d}-{place:05d}"))
        chosen = set(order[:drawn])
        return {
            _CANARY: [one for place, one in enumerate(recipients) if place in chosen],
            _REST: [one for place, one in enumerate(recipients) if place not in chosen],
        }

    return divide


def most_in_part(canary: Canary, planned: int, recipients: int) -> int:
    """Return how many of a part's recipients `canary_first` draws at most."""
    return recipients * canary.size(planned) // planned + 1 if planned else 0


def due(key: str) -> datetime | None:
    """Return when a slice of this key is due."""
    return None if key in {_CANARY, _REST} else from_rfc3339(key)


def _draw(text: str) -> int:
    """Return a number below `_DRAWS` that the text decides and nothing foresees."""
    return int.from_bytes(sha256(text.encode()).digest()[:8])
