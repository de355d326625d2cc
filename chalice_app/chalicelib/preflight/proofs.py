"""Test sends: the mail of a campaign to a few given addresses, outside of its messages and its account."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from chalicelib.campaigns.model import Campaign
from chalicelib.kernel.addresses import canonical
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import FieldError, InvalidInputError
from chalicelib.messages.model import Message
from chalicelib.preflight.ports import (
    Campaigns,
    Governor,
    Mailer,
    Orders,
    Pace,
    RecipientFiles,
    RecipientParts,
    SuppressionList,
)
from chalicelib.recipients.model import RecipientFileNotFoundError, RecipientFileNotReadyError
from chalicelib.recipients.samples import SampleRecipients
from chalicelib.sending.handover import patience
from chalicelib.sending.model import (
    Accepted,
    Answer,
    Permit,
    PermitRequest,
    PermitsUnavailableError,
    RenderedMail,
    SendOrder,
    Unanswered,
)
from chalicelib.sending.open_group import Render, RenderFailedError
from chalicelib.suppressions.model import campaign_scopes

SUBJECT_PREFIX = "[Test] "

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


class ProofSender:
    """Sends test mails; each call sends, whatever was sent before.

    Args:
        renderer: compiles an order once and returns what makes each of its mails; the unsubscribe link in them must not
            be one of a recipient.
        pool: runs the sends.
    """

    def __init__(
        self,
        *,
        campaigns: Campaigns,
        files: RecipientFiles,
        parts: RecipientParts,
        suppressions: SuppressionList,
        orders: Orders,
        renderer: Callable[[SendOrder], Render],
        governor: Governor,
        mailer: Mailer,
        pace: Pace,
        clock: Clock,
        pool: Executor,
    ) -> None:
        self._campaigns = campaigns
        self._samples = SampleRecipients(files=files, parts=parts)
        self._suppressions = suppressions
        self._orders = orders
        self._renderer = renderer
        self._governor = governor
        self._mailer = mailer
        self._pace = pace
        self._clock = clock
        self._pool = pool

    def send(
        self,
        campaign_id: str,
        addresses: Sequence[str],
        *,
        fields: Mapping[str, str] | None = None,
        row: int = 1,
    ) -> list[Proof]:
        """Send a campaign's mail to some addresses; return what became of each, in their order.

        Args:
            campaign_id: the campaign, in whatever state.
            addresses: 1 to `model.MAX_ADDRESSES`; the same one twice gets one mail.
            fields: what to render with; None: those of a recipient of the file.
            row: which one, from 1 to `samples.MAX_ROW`, rows that were not accepted left out.

        Raises:
            CampaignNotFoundError: there is no such campaign.
            TemplateNotReadyError: its template version cannot be rendered.
            RecipientFileNotReadyError: a row is needed and the file is not ready.
            InvalidInputError: the mail cannot be rendered with these fields, or there is no such row.
        """
        campaign = self._campaigns.get(campaign_id)
        given = self._fields_of(campaign, row) if fields is None else dict(fields)
        render = self._renderer(self._orders.order(campaign_id))
        wanted = list({canonical(address): address for address in addresses}.values())
        mails = [self._mail(campaign, address, given, render) for address in wanted]
        blocked = self._suppressions.blocked(wanted, campaign_scopes(campaign.topic))
        proofs = {
            address: Proof(address, ProofStatus.REFUSED, f"suppressed: {suppression.reason}")
            for address, suppression in blocked.items()
        }
        sent = self._send_all(campaign_id, [mail for mail in mails if mail.recipient not in blocked])
        proofs |= {proof.address: proof for proof in sent}
        return [proofs[address] for address in wanted]

    def _fields_of(self, campaign: Campaign, row: int) -> dict[str, str]:
        """Return the fields of a recipient of the file, its address among them."""
        try:
            return self._samples.fields(campaign.file_id, row)
        except RecipientFileNotFoundError:
            raise RecipientFileNotReadyError("The recipient file is gone; give the fields to render with.") from None

    def _mail(self, campaign: Campaign, address: str, fields: Mapping[str, str], render: Render) -> RenderedMail:
        """Make a mail that nothing can take for one of the campaign's messages."""
        try:
            mail = render(Message(campaign.campaign_id, 0, 0, address, self._clock.now(), fields))
        except RenderFailedError as error:
            raise InvalidInputError(
                f"The mail cannot be rendered: {error}.", errors=(FieldError("/recipient", str(error)),)
            ) from error
        # Without the tags of a message, SES's events of this mail change no message.
        return replace(mail, subject=SUBJECT_PREFIX + mail.subject, tags=(("purpose", "test"),))

    def _send_all(self, campaign_id: str, mails: Sequence[RenderedMail]) -> list[Proof]:
        waiting = list(mails)
        begun = []
        refusal = "No send permit was to be had; try again."
        waited_until = self._clock.now().timestamp() + _PERMIT_SECONDS
        for _ in range(_TRIES):
            if not waiting:
                break
            try:
                permits = self._governor.acquire(_request(campaign_id, waiting))
            except PermitsUnavailableError as error:
                refusal = error.detail
                again = self._clock.now().timestamp() + error.wait_seconds
                if again > waited_until:
                    break
                self._pace.sleep_until(again)
                continue
            begun += [
                self._pool.submit(partial(self._send_one, campaign_id, waiting[one.place], one)) for one in permits
            ]
            taken = {permit.place for permit in permits}
            waiting = [mail for place, mail in enumerate(waiting) if place not in taken]
        answered = [future.result() for future in begun]
        return answered + [Proof(mail.recipient, ProofStatus.REFUSED, refusal) for mail in waiting]

    def _send_one(self, campaign_id: str, mail: RenderedMail, permit: Permit) -> Proof:
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
                [permit] = self._governor.acquire(_request(campaign_id, [mail], patience(late)))
            except PermitsUnavailableError as error:
                return Proof(mail.recipient, ProofStatus.REFUSED, error.detail)


def _request(campaign_id: str, mails: Sequence[RenderedMail], seconds_late: float = 0.0) -> PermitRequest:
    """Ask for permits; the campaign's own limit is one of its messages, which these are not."""
    domains = tuple(mail.recipient.rpartition("@")[2].lower() for mail in mails)
    return PermitRequest(campaign_id, domains, len(mails), patience=seconds_late)


def _proof(mail: RenderedMail, answer: Answer) -> Proof:
    match answer:
        case Accepted(provider_id):
            return Proof(mail.recipient, ProofStatus.ACCEPTED, provider_id=provider_id)
        case Unanswered(reason):
            return Proof(mail.recipient, ProofStatus.UNKNOWN, reason)
        case _:
            return Proof(mail.recipient, ProofStatus.REFUSED, answer.reason)
