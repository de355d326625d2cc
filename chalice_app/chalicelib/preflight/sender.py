"""What SES says of the sender and of the account."""

from chalicelib.preflight.forecast import Forecast
from chalicelib.preflight.model import Finding, FindingCode, Identity, Severity
from chalicelib.preflight.ports import Identities
from chalicelib.sending.model import Quota

_SUCCESS = "SUCCESS"


def identity_findings(address: str, identities: Identities) -> list[Finding]:
    """Return what keeps SES from sending in the name of an address.

    The identity is that of the address's domain or the nearest one above it: a verified domain stands for its
    subdomains ("Creating and verifying identities in Amazon SES").
    """
    domain = address.rpartition("@")[2].lower()
    identity = _identity_of(domain, identities)
    if identity is None:
        return [
            _blocking(
                FindingCode.IDENTITY_MISSING,
                f"Neither {domain} nor a domain above it is an identity that this deployment may send from.",
            )
        ]
    found = []
    if not identity.verified:
        found.append(
            _blocking(
                FindingCode.IDENTITY_NOT_VERIFIED,
                f"SES has not verified {identity.name}: publish its DKIM records and wait until SES has seen them.",
            )
        )
    if identity.dkim_status != _SUCCESS or not identity.dkim_signing:
        status = identity.dkim_status if identity.dkim_signing else "switched off"
        found.append(
            _blocking(
                FindingCode.DKIM_NOT_VERIFIED,
                f"DKIM of {identity.name} is {status}; large providers refuse bulk mail that is not signed.",
            )
        )
    return found


def quota_findings(planned: int, quota: Quota, ahead: Forecast | None) -> list[Finding]:
    """Return what the account's limits mean for so many mails.

    Args:
        planned: mails.
        quota: what SES allows now.
        ahead: when they would be sent; None: never.
    """
    if not quota.sending_enabled:
        return [_blocking(FindingCode.SENDING_DISABLED, "SES has paused sending for this account.")]
    if not planned:
        return []
    if ahead is None:
        return [
            _blocking(
                FindingCode.QUOTA_INSUFFICIENT,
                f"SES's quota and the limits of this deployment do not allow {planned:,} mails within a year.",
            )
        ]
    if ahead.days > 1:
        return [
            Finding(
                FindingCode.QUOTA_SPREAD,
                Severity.WARNING,
                f"The limits of 24 hours spread {planned:,} mails over {ahead.days} days.",
            )
        ]
    return []


def _identity_of(domain: str, identities: Identities) -> Identity | None:
    labels = domain.split(".")
    for first in range(max(len(labels) - 1, 1)):
        identity = identities.find(".".join(labels[first:]))
        if identity:
            return identity
    return None


def _blocking(code: FindingCode, message: str) -> Finding:
    return Finding(code, Severity.BLOCKING, message)
