"""The probe."""

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.bootstrap.base import clock
from chalicelib.bootstrap.callers import access

if TYPE_CHECKING:
    from chalicelib.probing.service import Probe


@cache
def probe() -> "Probe":
    """Return what sends mail to the simulator and follows it."""
    from chalicelib.probing.service import Probe

    return Probe(access=access(), clock=clock())
