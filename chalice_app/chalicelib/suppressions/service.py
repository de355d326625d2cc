"""Suppressions as an operator sees them."""

from chalicelib.kernel.addresses import canonical
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import FieldError, InvalidInputError, NotFoundError
from chalicelib.suppressions.model import Suppression, SuppressionReason, SuppressionScope
from chalicelib.suppressions.ports import SuppressionRepository

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

    def get(self, address: str) -> list[Suppression]:
        """Return the address's suppressions.

        Raises:
            SuppressionNotFoundError: it has none.
        """
        found = self._suppressions.get(_checked(address))
        if not found:
            raise SuppressionNotFoundError("This address is not suppressed.")
        return found

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
