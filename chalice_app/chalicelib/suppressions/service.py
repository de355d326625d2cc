"""Suppressions as an operator sees them."""

from collections.abc import Iterable, Sequence
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
from chalicelib.suppressions.ports import AccountList, SuppressionRepository

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

    def put(
        self,
        address: str,
        scope: SuppressionScope,
        *,
        source: str,
        reason: SuppressionReason,
        account: AccountList | None = None,
    ) -> Suppression:
        """Suppress an address; other reasons are kept beside this one; an earlier cause stays.

        Args:
            address: whose.
            scope: where.
            source: what caused it.
            reason: why.
            account: the list in SES that it is put on as well; None: on none.

        Raises:
            TemporarilyUnavailableError: SES did not say; the same request again does the rest.
        """
        stored = self._suppressions.put(Suppression(_checked(address), scope, reason, source, self._clock.now()))
        if account:
            account.put(stored.address, reason)
        return stored

    def put_all(self, wanted: Sequence[WantedSuppression], *, source: str) -> None:
        """Suppress many addresses, or none where one of them cannot be; what is there already stays.

        A store that fails in between leaves some of them suppressed; the same request again does the rest.

        Raises:
            InvalidInputError: some are no addresses, or began in the future; each fault is named.
        """
        judged = self._judged(wanted, source)
        faults = [
            FieldError(f"/items/{index}{fault.pointer}", fault.detail)
            for index, (_, found) in enumerate(judged)
            for fault in found
        ]
        if faults:
            raise InvalidInputError("Nothing was suppressed; see errors.", errors=tuple(faults))
        self._put(one for one, _ in judged)

    def put_each(self, wanted: Sequence[WantedSuppression], *, source: str) -> "list[str | None]":
        """Suppress those of many addresses that can be; what is there already stays.

        Returns:
            For each what is wrong with it, None for one that was taken.
        """
        judged = self._judged(wanted, source)
        self._put(one for one, faults in judged if not faults)
        return [" ".join(fault.detail for fault in faults) or None for _, faults in judged]

    def _judged(
        self, wanted: Sequence[WantedSuppression], source: str
    ) -> "list[tuple[Suppression, tuple[FieldError, ...]]]":
        """Return each as it is to be kept, with what is wrong with it."""
        now, judged = self._clock.now(), []
        for one in wanted:
            faults: tuple[FieldError, ...] = ()
            if one.since is not None and one.since > now:
                faults = (FieldError("/since", "Give a time that has passed."),)
            try:
                address = _checked(one.address)
            except InvalidInputError as error:
                address, faults = one.address, (*faults, *error.errors)
            judged.append((Suppression(address, one.scope, one.reason, source, one.since or now), faults))
        return judged

    def _put(self, ready: Iterable[Suppression]) -> None:
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

    def delete(
        self,
        address: str,
        scope: SuppressionScope,
        reason: SuppressionReason | None,
        *,
        account: AccountList | None = None,
    ) -> None:
        """Lift the suppression of an address in a scope for one reason, or for every reason with None.

        Args:
            address: whose.
            scope: where.
            reason: why it was suppressed.
            account: the list in SES that it is taken off as well, first; None: it stays there.

        Raises:
            SuppressionNotFoundError: it is not there, nor on that list.
            TemporarilyUnavailableError: SES did not say.
        """
        known = _checked(address)
        lifted = account is not None and account.delete(known)
        if not self._suppressions.delete(known, scope, reason) and not lifted:
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
