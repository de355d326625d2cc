"""Waves: what of a campaign is sent one after the other, by the recipients' local time or a canary first.

A canary says early what would become of the whole: a few recipients are mailed, their bounces and complaints are waited
for, and only then the others follow. They are drawn by a hash, for the first rows of a file are seldom like the rest.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256

from chalicelib.campaigns.model import Campaign, CampaignNotReadyError, Canary
from chalicelib.campaigns.schedule import instant
from chalicelib.kernel.errors import FieldError, InvalidInputError
from chalicelib.kernel.zones import transitions
from chalicelib.messages.slices import Division
from chalicelib.recipients.model import Recipient

ZONE_FIELD = "timezone"
"""Column of the recipient file that names a recipient's IANA zone."""

_CANARY, _REST = "canary", "rest"  # in text order
_DRAWS = 1 << 64

_WIDEST = timedelta(days=2)
"""More than the time between the first place where a day begins and the last."""

_ENDS_OF_THE_DAY = ("Pacific/Kiritimati", "Etc/GMT+12")
"""Where a day begins first and last."""


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


def kept_time(zone: str, created_at: datetime) -> tuple[object, ...]:
    """Return what is equal for zones whose clocks show the same from the making of a campaign on.

    Nothing but the zone and the campaign's making goes into it, so recipients whose zones it puts together get their
    mail together whatever time is given.
    """
    return transitions(zone, created_at - _WIDEST) if zone else ()


def by_zone(created_at: datetime) -> Division:
    """Divide recipients by the clocks of their zones, those without a zone that exists for themselves."""

    def divide(part: int, recipients: Sequence[Recipient]) -> dict[str, list[Recipient]]:
        del part
        divided: dict[tuple[object, ...], list[Recipient]] = {}
        names: dict[tuple[object, ...], str] = {}
        for recipient in recipients:
            name = recipient.fields.get(ZONE_FIELD, "").strip()
            zone = name if is_zone(name) else ""
            kept = kept_time(zone, created_at)
            divided.setdefault(kept, []).append(recipient)
            names[kept] = min(zone, names.get(kept, zone))
        return {names[kept]: together for kept, together in divided.items()}

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


def timed(campaign: Campaign) -> Campaign:
    """Return the campaign with its waves at the moments and in the order of its local time; the first one starts it."""
    if campaign.local_time is None or not campaign.waves:
        return campaign
    moments = Moments(campaign.local_time, campaign.time_zone)
    due = ((moments.of(wave.zone or ""), wave.number, wave) for wave in campaign.waves)
    waves = tuple(replace(wave, at=at) for at, _, wave in sorted(due, key=lambda one: one[:2]))
    return replace(campaign, waves=waves, send_at=waves[0].at)


def without_zones() -> CampaignNotReadyError:
    """Return what refuses local times where no column says where the recipients are."""
    return CampaignNotReadyError(
        "The recipient file does not say where its recipients are.",
        errors=(FieldError("/recipient_local", f"No column gives {ZONE_FIELD!r}, the recipients' IANA zones."),),
    )


def check_recipient_local(canary: Canary | None, local: datetime) -> None:
    """Refuse what cannot be sent by the recipients' local time.

    Raises:
        InvalidInputError: the campaign has a canary, or the time is none that comes in every zone.
    """
    if canary is not None:
        raise InvalidInputError(
            "A canary is drawn from everybody at the same time; it and local times exclude each other.",
            errors=(FieldError("/recipient_local", "Leave it out, or make the campaign without a canary."),),
        )
    if local.tzinfo is not None:
        raise InvalidInputError(
            "A time with an offset is the same instant everywhere.",
            errors=(FieldError("/at", "Give a local time without an offset, such as 2026-05-01T09:00:00."),),
        )
    for zone in _ENDS_OF_THE_DAY:
        instant(local, zone)


def _draw(text: str) -> int:
    """Return a number below `_DRAWS` that the text decides and nothing foresees."""
    return int.from_bytes(sha256(text.encode()).digest()[:8])
