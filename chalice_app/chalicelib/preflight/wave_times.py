"""When the waves of a campaign come that is sent by its recipients' local times."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.campaigns.model import ClockChange
from chalicelib.campaigns.schedule import clock_change
from chalicelib.campaigns.waves import Moments


@dataclass(frozen=True, slots=True)
class ZoneInWave:
    """The recipients of one zone.

    Attributes:
        name: IANA name; empty for those without one, whom the schedule's own zone stands for.
        clock_change: what a clock change in the zone does to the time asked for.
    """

    name: str
    recipients: int
    clock_change: ClockChange | None


@dataclass(frozen=True, slots=True)
class PlannedWave:
    """Zones to which the time asked for comes at the same moment.

    Attributes:
        at: that moment (UTC).
        zones: by name.
    """

    at: datetime
    zones: tuple[ZoneInWave, ...]

    @property
    def recipients(self) -> int:
        """How many get their mail then."""
        return sum(zone.recipients for zone in self.zones)


def planned_waves(local: datetime, zone: str, recipients: Mapping[str, int]) -> tuple[PlannedWave, ...]:
    """Return the waves of a local time, the earliest first.

    Args:
        local: wall-clock time at which each recipient is to get the mail.
        zone: where those are taken to be who name no zone.
        recipients: their number by zone, as `Account.time_zones` has them.
    """
    moments = Moments(local, zone)
    by_moment: dict[datetime, list[ZoneInWave]] = {}
    for name, count in sorted(recipients.items()):
        change = clock_change(local, name or zone)
        by_moment.setdefault(moments.of(name), []).append(ZoneInWave(name, count, change))
    return tuple(PlannedWave(at, tuple(by_moment[at])) for at in sorted(by_moment))
