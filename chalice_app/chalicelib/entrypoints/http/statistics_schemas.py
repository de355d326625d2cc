"""Query parameters of the statistics, with the limits of every value."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from chalicelib.analytics.service import TimelineQuery
from chalicelib.analytics.timeline import Interval
from chalicelib.entrypoints.http.schemas import DayOrTime, Identifier, Request, ZoneName, listed
from chalicelib.tracking.model import EventKind

MAX_COMPARED = 20
"""Campaigns that one request compares."""


Kinds = Annotated[list[EventKind], Field(min_length=1), BeforeValidator(listed)]
Identifiers = Annotated[list[Identifier], Field(min_length=1, max_length=MAX_COMPARED), BeforeValidator(listed)]
Top = Annotated[int, Field(ge=1, le=200)]


class NoParameters(Request):
    """The path says everything."""


class TopQuery(Request):
    """How many entries of a list sorted by size are wanted."""

    limit: Top = 20


class TimelineParameters(Request):
    """Which time line is wanted; a time without an offset is one of the zone."""

    interval: Interval | None = None
    zone: ZoneName = "UTC"
    start: DayOrTime | None = Field(None, alias="from")
    end: DayOrTime | None = Field(None, alias="to")
    kinds: Kinds | None = None

    @property
    def timeline(self) -> TimelineQuery:
        """What the service is asked."""
        return TimelineQuery(self.interval, self.zone, self.start, self.end, self.kinds)


class OverviewParameters(TimelineParameters):
    """Which period is wanted, and how many of its campaigns."""

    limit: Top = 20


class CompareQuery(Request):
    """Which campaigns are compared."""

    ids: Identifiers
