"""Test mails of a campaign, and of a template that no campaign has yet."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from email.utils import formataddr

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import FieldError, InvalidInputError
from chalicelib.messages.model import Message
from chalicelib.preflight.ports import Campaigns, Orders, RecipientFiles, RecipientParts, Templates
from chalicelib.preflight.proofs import Proof, ProofDelivery, distinct
from chalicelib.recipients.model import RecipientFileNotFoundError, RecipientFileNotReadyError
from chalicelib.recipients.samples import SampleRecipients
from chalicelib.sending.model import RenderedMail, SendOrder
from chalicelib.sending.open_group import Render, RenderFailedError
from chalicelib.templates.fields import completed

SUBJECT_PREFIX = "[Test] "

Renderer = Callable[[SendOrder], Render]
"""Compiles an order once and returns what makes each of its mails; the link in them must be nobody's."""


class CampaignTestMails:
    """Test mails of campaigns, in whatever state."""

    def __init__(
        self,
        *,
        campaigns: Campaigns,
        files: RecipientFiles,
        parts: RecipientParts,
        orders: Orders,
        renderer: Renderer,
        delivery: ProofDelivery,
        clock: Clock,
    ) -> None:
        self._campaigns = campaigns
        self._samples = SampleRecipients(files=files, parts=parts)
        self._orders = orders
        self._renderer = renderer
        self._delivery = delivery
        self._clock = clock

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
            row: which one, from 1, rows that were not accepted left out.

        Raises:
            CampaignNotFoundError: there is no such campaign.
            TemplateNotReadyError: its template version cannot be rendered.
            RecipientFileNotReadyError: a row is needed and the file is not ready.
            InvalidInputError: the mail cannot be rendered with these fields, or there is no such row.
        """
        campaign = self._campaigns.get(campaign_id)
        given = self._fields_of(campaign.file_id, row) if fields is None else fields
        render = self._renderer(self._orders.order(campaign_id))
        mails = _mails(campaign_id, distinct(addresses), given, render, self._clock, "/recipient")
        return self._delivery.send(campaign_id, mails, topic=campaign.topic)

    def _fields_of(self, file_id: str, row: int) -> dict[str, str]:
        """Return the fields of a recipient of the file, its address among them."""
        try:
            return self._samples.fields(file_id, row)
        except RecipientFileNotFoundError:
            raise RecipientFileNotReadyError("The recipient file is gone; give the fields to render with.") from None


@dataclass(frozen=True, slots=True)
class WantedTest:
    """How a template is tried.

    Attributes:
        addresses: 1 to `model.MAX_ADDRESSES`; the same one twice gets one mail.
        fields: values by name; they stand before those of the recipient.
        file_id, row: an accepted row of a recipient file, from 1; None: no recipient.
        stand_ins: whether fields that are missing are shown as their names in brackets.
    """

    addresses: Sequence[str]
    sender_address: str
    sender_name: str = ""
    reply_to: str | None = None
    fields: Mapping[str, str] | None = None
    file_id: str | None = None
    row: int = 1
    stand_ins: bool = False


class TemplateTestMails:
    """Test mails of template versions."""

    def __init__(
        self,
        *,
        templates: Templates,
        samples: SampleRecipients,
        renderer: Renderer,
        delivery: ProofDelivery,
        clock: Clock,
    ) -> None:
        self._templates = templates
        self._samples = samples
        self._renderer = renderer
        self._delivery = delivery
        self._clock = clock

    def send(self, template_id: str, version: int | None, wanted: WantedTest) -> list[Proof]:
        """Send a version to some addresses; return what became of each, in their order.

        Whoever left all campaigns gets nothing; a template has no topic.

        Args:
            template_id: the template, archived or not.
            version: None: the current one.
            wanted: how it is tried.

        Raises:
            TemplateNotFoundError: there is no such version.
            TemplateNotReadyError: it cannot be rendered.
            RecipientFileNotFoundError, RecipientFileNotReadyError: a row was named of a file that has none.
            InvalidInputError: fields are missing, the mail cannot be rendered with them, or there is no such row.
        """
        found = self._templates.get(template_id, version)
        sources = self._templates.content(template_id, found.version)
        of_recipient = self._samples.fields(wanted.file_id, wanted.row) if wanted.file_id else {}
        fields = completed(found, {**of_recipient, **(wanted.fields or {})}, stand_ins=wanted.stand_ins)
        order = SendOrder(
            campaign_id=template_id,
            sender=formataddr((wanted.sender_name, wanted.sender_address)),
            reply_to=wanted.reply_to,
            subject=sources.subject,
            html=sources.html,
            text=sources.text,
            headers=sources.headers,
        )
        render = self._renderer(order)
        mails = _mails(template_id, distinct(wanted.addresses), fields, render, self._clock, "/fields")
        return self._delivery.send(template_id, mails, topic=None)


def _mails(
    of: str, addresses: Iterable[str], fields: Mapping[str, str], render: Render, clock: Clock, pointer: str
) -> list[RenderedMail]:
    """Make a mail an address that nothing can take for a message.

    Args:
        of: the id of what is tried.
        addresses: each mailbox once.
        fields: what to render with.
        render: makes a mail.
        clock: tells when.
        pointer: JSON pointer to what the caller gave to render with.
    """
    try:
        made = [render(Message(of, 0, 0, address, clock.now(), fields)) for address in addresses]
    except RenderFailedError as error:
        raise InvalidInputError(
            f"The mail cannot be rendered: {error}.", errors=(FieldError(pointer, str(error)),)
        ) from error
    # Without the tags of a message, SES's events of this mail change no message.
    return [replace(mail, subject=SUBJECT_PREFIX + mail.subject, tags=(("purpose", "test"),)) for mail in made]
