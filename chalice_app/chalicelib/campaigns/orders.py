"""What a send worker may know of a campaign."""

from email.utils import formataddr
from typing import Protocol

from chalicelib.campaigns.changes import existing
from chalicelib.campaigns.model import CampaignState, Sender
from chalicelib.campaigns.ports import CampaignRepository
from chalicelib.messages.model import Tally
from chalicelib.sending.model import Directive, SendOrder

DIRECTIVES = {
    CampaignState.SENDING: Directive.SEND,
    CampaignState.CANCELLED: Directive.SKIP,
}
"""What a worker does in each state; in every state not named here it stops."""


class Sources(Protocol):
    """The sources of a template version."""

    @property
    def subject(self) -> str:
        """Jinja2 source of the subject."""
        ...

    @property
    def html(self) -> str:
        """Jinja2 source of the HTML part."""
        ...

    @property
    def text(self) -> str:
        """Jinja2 source of the plain-text part."""
        ...

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Names and Jinja2 sources of additional headers."""
        ...


class TemplateContent(Protocol):
    """The template stage, as far as an order needs it."""

    def content(self, template_id: str, version: int) -> Sources:
        """Return a ready version's sources."""
        ...


class CampaignOrders:
    """Implements `sending.ports.Orders`."""

    def __init__(self, *, campaigns: CampaignRepository, templates: TemplateContent) -> None:
        self._campaigns = campaigns
        self._templates = templates

    def order(self, campaign_id: str) -> SendOrder:
        """Return what the campaign's messages have in common."""
        campaign = existing(self._campaigns, campaign_id)
        sources = self._templates.content(campaign.template_id, campaign.template_version)
        return SendOrder(
            campaign_id=campaign_id,
            sender=from_header(campaign.sender),
            reply_to=campaign.reply_to,
            topic=campaign.topic,
            rate_limit=campaign.rate_limit,
            resend_before=campaign.resend_before,
            subject=sources.subject,
            html=sources.html,
            text=sources.text,
            headers=sources.headers,
        )

    def directive(self, campaign_id: str, execution: str) -> Directive:
        """Return what a worker of this execution does with messages now, read consistently."""
        campaign = self._campaigns.get(campaign_id)
        if campaign is None:
            return Directive.STOP
        directive = DIRECTIVES.get(campaign.state, Directive.STOP)
        # What was paused and resumed goes on in another execution; the workers of the one before come to their end.
        return Directive.STOP if directive is Directive.SEND and campaign.execution != execution else directive

    def put_tally(self, campaign_id: str, part: int, tally: Tally) -> None:
        """Store a part's account, replacing the one before."""
        self._campaigns.put_tally(campaign_id, part, tally)


def from_header(sender: Sender) -> str:
    """Write ``Name <address>``, the name encoded where RFC 2047 asks for it."""
    return formataddr((sender.name, sender.address))
