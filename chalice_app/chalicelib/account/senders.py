"""Makes and removes the identities of the domains that the deployment allows besides its own."""

from collections.abc import Sequence

from chalicelib.account.ports import SenderIdentities
from chalicelib.account.service import SenderNotFoundError
from chalicelib.kernel.errors import ConflictError, FieldError, InvalidInputError


class SenderFixedError(ConflictError):
    """The stack's own sender is a part of the deployment: no caller changes it."""

    problem = "sender-fixed"


class SenderManagement:
    """The domains besides the stack's own.

    Args:
        own: the stack's own domain.
        allowed: the others that mail may be from; functions may send from no further ones.
    """

    def __init__(self, *, identities: SenderIdentities, own: str, allowed: Sequence[str]) -> None:
        self._identities = identities
        self._own = own
        self._allowed = frozenset(allowed)

    def add(self, domain: str, mail_from: str | None) -> None:
        """Make the identity of a domain; one that is there gets this MAIL FROM and stays as it is otherwise.

        Args:
            domain: one of those that the deployment allows.
            mail_from: label below it that bounces go to; None: SES's own domain, so that SPF is not aligned.

        Raises:
            InvalidInputError: the deployment does not allow this domain.
            SenderFixedError: it is the stack's own.
            TemporarilyUnavailableError: SES did not say; the same request again does the rest.
        """
        name = domain.casefold()
        if name != self._own and name not in self._allowed:
            raise InvalidInputError(
                "This deployment may not send from this domain.",
                errors=(FieldError("/domain", "Add it to `extraSenderDomains` of the stack first."),),
            )
        self._not_fixed(name)
        self._identities.create(name)
        self._identities.set_mail_from(name, f"{mail_from}.{name}" if mail_from else None)

    def refresh(self, domain: str) -> None:
        """Have SES look for a domain's DKIM records anew; it gives up after 72 hours.

        Raises:
            SenderNotFoundError: mail cannot be from this domain here.
            SenderFixedError: it is the stack's own.
            TemporarilyUnavailableError: SES did not say.
        """
        self._identities.renew(self._known(domain))

    def remove(self, domain: str) -> None:
        """Remove the identity of a domain; campaigns from it are not sent any more.

        Raises:
            SenderNotFoundError: mail cannot be from this domain here, or SES does not know it.
            SenderFixedError: it is the stack's own.
            TemporarilyUnavailableError: SES did not say.
        """
        if not self._identities.delete(self._known(domain)):
            raise _unknown()

    def _known(self, domain: str) -> str:
        name = domain.casefold()
        self._not_fixed(name)
        if name not in self._allowed:
            raise _unknown()
        return name

    def _not_fixed(self, name: str) -> None:
        if name == self._own:
            raise SenderFixedError("This domain is the stack's own; change it by `senderDomain` of the stack.")


def _unknown() -> SenderNotFoundError:
    return SenderNotFoundError("This deployment has no such sender.")
