"""Suppressions as an operator sees them."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from chalicelib.kernel.addresses import canonical
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import FieldError, InvalidInputError, NotFoundError
from chalicelib.kernel.pages import Page
from chalicelib.suppressions.model import (
    Suppression,
    SuppressionFilter,
    SuppressionReason,
    SuppressionScope,
    WantedSuppression,
)
from chalicelib.suppressions.ports import SuppressionRepository

MOST_AT_A_TIME: Final = 1_000
"""Suppressions that one request puts: a second's work, and 300 kB."""

_AT_ONCE = 16
"""Writes under way at the same time."""

_LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3: a path is at most 256 octets with its angle brackets


class SuppressionNotFoundError(NotFoundError):
    """The address is not suppressed in that scope, or not for that reason."""

    problem = "suppression-not-found"


class SuppressionService:
    """Puts, shows and lifts suppressions."""

    def __init__(self, *, suppressions: SuppressionRepository, clock: Clock) -> None:
        self._suppressions = suppressions
        self._clock = clock

    def put(self, address: str, scope: SuppressionScope, *, source: str, reason: SuppressionReason) -> Suppression:
        """Suppress an address; other reasons are kept beside this one; an earlier cause stays."""
        return self._suppressions.put(Suppression(_checked(address), scope, reason, source, self._clock.now()))

    def put_all(self, wanted: Sequence[WantedSuppression], *, source: str) -> None:
        """Suppress many addresses, or none where one of them cannot be; what is there already stays.

        A store that fails in between leaves some of them suppressed; the same request again does the rest.

        Raises:
            InvalidInputError: some are no addresses, or began in the future; each fault is named.
        """
        now, faults, ready = self._clock.now(), list[FieldError](), list[Suppression]()
        for index, one in enumerate(wanted):
            if one.since is not None and one.since > now:
                faults.append(FieldError(f"/items/{index}/since", "Give a time that has passed."))
            try:
                address = _checked(one.address)
            except InvalidInputError as error:
                faults += [FieldError(f"/items/{index}{fault.pointer}", fault.detail) for fault in error.errors]
                continue
            ready.append(Suppression(address, one.scope, one.reason, source, one.since or now))
        if faults:
            raise InvalidInputError("Nothing was suppressed; see errors.", errors=tuple(faults))
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="suppress") as pool:
            for _ in pool.map(self._suppressions.put, ready):
                pass

    def get(self, address: str) -> list[Suppression]:
        """Return the address's suppressions.

        Raises:
            SuppressionNotFoundError: it has none.
        """
        found = self._suppressions.get(_checked(address))
        if not found:
            raise SuppressionNotFoundError("This address is not suppressed.")
        return found

    def list(self, wanted: SuppressionFilter, *, limit: int, cursor: str | None) -> Page[Suppression]:
        """Return a page of all suppressions; it may hold fewer than asked for though more follow."""
        return self._suppressions.list(wanted, limit=limit, cursor=cursor)

    def delete(self, address: str, scope: SuppressionScope, reason: SuppressionReason | None) -> None:
        """Lift the suppression of an address in a scope for one reason, or for every reason with None.

        Raises:
            SuppressionNotFoundError: it is not there.
        """
        if not self._suppressions.delete(_checked(address), scope, reason):
            of_reason = f" for the reason `{reason}`" if reason else ""
            raise SuppressionNotFoundError(f"This address is not suppressed in the scope `{scope}`{of_reason}.")


def _checked(address: str) -> str:
    """Return the canonical form of what can be an address; any mailbox may be suppressed, even an invalid one."""
    text = canonical(address)
    local, at, domain = text.rpartition("@")
    if not (local and at and domain) or len(text) > _LONGEST_ADDRESS or not text.isprintable() or " " in text:
        raise InvalidInputError(
            "The address must have the form name@domain.",
            errors=(FieldError("/address", "Give an e-mail address, URL-encoded in the path."),),
        )
    return text
