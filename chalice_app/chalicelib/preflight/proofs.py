"""Test mails and the one way on which they go: to a few given addresses, outside of messages and their account."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from chalicelib.kernel.addresses import canonical
from chalicelib.kernel.clock import Clock
from chalicelib.preflight.ports import Governor, Mailer, Pace, SuppressionList
from chalicelib.sending.handover import patience
from chalicelib.sending.model import (
    Accepted,
    Answer,
    Permit,
    PermitRequest,
    PermitsUnavailableError,
    RenderedMail,
    Unanswered,
)
from chalicelib.suppressions.model import campaign_scopes

_SEND_SECONDS = 5.0
"""No send begins with less left of the request."""

_PERMIT_SECONDS = 2.0
"""No longer is waited for permits in all: a caller waits for the answer."""

_TRIES = 20


class ProofStatus(StrEnum):
    """What became of a test mail."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Proof:
    """One test mail.

    Attributes:
        reason: why it was not accepted.
        provider_id: SES's message id.
    """

    address: str
    status: ProofStatus
    reason: str | None = None
    provider_id: str | None = None


def distinct(addresses: Sequence[str]) -> list[str]:
    """Return the addresses, each mailbox once, as it was written last."""
    return list({canonical(address): address for address in addresses}.values())


class ProofDelivery:
    """Hands test mails to SES; each call sends, whatever was sent before.

    Args:
        pool: runs the sends.
    """

    def __init__(
        self,
        *,
        suppressions: SuppressionList,
        governor: Governor,
        mailer: Mailer,
        pace: Pace,
        clock: Clock,
        pool: Executor,
    ) -> None:
        self._suppressions = suppressions
        self._governor = governor
        self._mailer = mailer
        self._pace = pace
        self._clock = clock
        self._pool = pool

    def send(self, rate_key: str, mails: Sequence[RenderedMail], *, topic: str | None) -> list[Proof]:
        """Send mails, one an address; return what became of each, in their order.

        Args:
            rate_key: what the permits are taken for: the id of the campaign or template.
            mails: what is sent.
            topic: whoever left it, or all campaigns, gets nothing.
        """
        wanted = [mail.recipient for mail in mails]
        blocked = self._suppressions.blocked(wanted, campaign_scopes(topic))
        proofs = {
            address: Proof(address, ProofStatus.REFUSED, f"suppressed: {suppression.reason}")
            for address, suppression in blocked.items()
        }
        sent = self._send_all(rate_key, [mail for mail in mails if mail.recipient not in blocked])
        proofs |= {proof.address: proof for proof in sent}
        return [proofs[address] for address in wanted]

    def _send_all(self, rate_key: str, mails: Sequence[RenderedMail]) -> list[Proof]:
        waiting = list(mails)
        begun = []
        refusal = "No send permit was to be had; try again."
        waited_until = self._clock.now().timestamp() + _PERMIT_SECONDS
        for _ in range(_TRIES):
            if not waiting:
                break
            try:
                permits = self._governor.acquire(_request(rate_key, waiting))
            except PermitsUnavailableError as error:
                refusal = error.detail
                again = self._clock.now().timestamp() + error.wait_seconds
                if again > waited_until:
                    break
                self._pace.sleep_until(again)
                continue
            begun += [self._pool.submit(partial(self._send_one, rate_key, waiting[one.place], one)) for one in permits]
            taken = {permit.place for permit in permits}
            waiting = [mail for place, mail in enumerate(waiting) if place not in taken]
        answered = [future.result() for future in begun]
        return answered + [Proof(mail.recipient, ProofStatus.REFUSED, refusal) for mail in waiting]

    def _send_one(self, rate_key: str, mail: RenderedMail, permit: Permit) -> Proof:
        """Hand one mail over at the moment of its permit; a permit that came too late is replaced."""
        late = 0
        while True:
            self._pace.sleep_until(permit.moment)
            if self._pace.remaining_seconds() < _SEND_SECONDS:
                return Proof(mail.recipient, ProofStatus.REFUSED, "There was no time left to send it; try again.")
            if self._clock.now().timestamp() <= permit.expires:
                return _proof(mail, self._mailer.send(mail))
            late += 1
            try:
                [permit] = self._governor.acquire(_request(rate_key, [mail], patience(late)))
            except PermitsUnavailableError as error:
                return Proof(mail.recipient, ProofStatus.REFUSED, error.detail)


def _request(rate_key: str, mails: Sequence[RenderedMail], seconds_late: float = 0.0) -> PermitRequest:
    """Ask for permits; the campaign's own limit is one of its messages, which these are not."""
    domains = tuple(mail.recipient.rpartition("@")[2].lower() for mail in mails)
    return PermitRequest(rate_key, domains, len(mails), patience=seconds_late)


def _proof(mail: RenderedMail, answer: Answer) -> Proof:
    match answer:
        case Accepted(provider_id):
            return Proof(mail.recipient, ProofStatus.ACCEPTED, provider_id=provider_id)
        case Unanswered(reason):
            return Proof(mail.recipient, ProofStatus.UNKNOWN, reason)
        case _:
            return Proof(mail.recipient, ProofStatus.REFUSED, answer.reason)
