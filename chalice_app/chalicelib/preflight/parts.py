"""Renders every recipient of one part as sending would, and counts what is worth knowing."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime

from chalicelib.campaigns.waves import ZONE_FIELD, is_zone
from chalicelib.kernel.clock import Clock
from chalicelib.messages.model import Message
from chalicelib.preflight.fields import fields_to_fill
from chalicelib.preflight.model import Account, FindingCode, part_result_key
from chalicelib.preflight.occurrences import Occurrences
from chalicelib.preflight.ports import (
    Campaigns,
    Orders,
    Pace,
    PreflightRepository,
    PreflightResults,
    RecipientFiles,
    RecipientParts,
    SuppressionList,
    Templates,
)
from chalicelib.preflight.records import PreflightRecords, stop_reason
from chalicelib.recipients.model import Recipient, RecipientFileNotReadyError, RecipientFileStatus
from chalicelib.sending.model import RenderedMail, SendOrder
from chalicelib.sending.open_group import Render, RenderFailedError
from chalicelib.suppressions.model import Suppression, campaign_scopes
from chalicelib.templates.checks import GMAIL_CLIP_BYTES

MAX_MAIL_BYTES = 40 * 1024 * 1024
"""Largest message that SES takes by the API v2, encoded ("Service quotas in Amazon SES", "Message quotas")."""

_MARGIN_SECONDS = 30.0
"""What is left of the invocation for the result; recipients that time does not suffice for remain unchecked."""

_HEADER_BYTES = 3_000
"""Generous size of the headers that SES writes itself, DKIM signatures among them."""

_LEFT_OVER = ("{{", "{%", "*|")
_LEFT_OVER_IN_TEXT = (*_LEFT_OVER, "}}", "%}", "|*")  # in HTML, style sheets end in `}}`


class PartCheck:
    """The work of ``check_preflight_part``.

    Args:
        renderer: compiles an order once and returns what makes each of its mails.
        unsubscribe_link: the address that it puts into every mail.
    """

    def __init__(
        self,
        *,
        preflights: PreflightRepository,
        results: PreflightResults,
        campaigns: Campaigns,
        templates: Templates,
        files: RecipientFiles,
        parts: RecipientParts,
        suppressions: SuppressionList,
        orders: Orders,
        renderer: Callable[[SendOrder], Render],
        unsubscribe_link: str,
        pace: Pace,
        clock: Clock,
    ) -> None:
        self._records = PreflightRecords(preflights)
        self._results = results
        self._campaigns = campaigns
        self._templates = templates
        self._files = files
        self._parts = parts
        self._suppressions = suppressions
        self._orders = orders
        self._renderer = renderer
        self._unsubscribe_link = unsubscribe_link
        self._pace = pace
        self._clock = clock

    def check_part(self, campaign_id: str, run: int, part: int) -> int:
        """Check one part and store its result in place of an earlier one; return how many recipients it has.

        Nothing is done for a run that another has taken the place of, nor once the campaign has changed.

        Raises:
            RecipientFileNotReadyError: the recipient file was removed meanwhile.
        """
        preflight = self._records.running(campaign_id, run)
        campaign = self._campaigns.get(campaign_id)
        if preflight is None or stop_reason(preflight, campaign):
            return 0
        stored = self._files.get(campaign.file_id)
        if stored is None or stored.status is not RecipientFileStatus.READY:
            raise RecipientFileNotReadyError("The recipient file was removed while the campaign was checked.")
        order = self._orders.order(campaign_id)
        to_fill = fields_to_fill(self._templates.get(campaign.template_id, campaign.template_version), order)
        render = self._renderer(order)
        recipients = list(self._parts.read(campaign.file_id, part))
        blocked = self._suppressions.blocked([one.address for one in recipients], campaign_scopes(campaign.topic))
        zoned = ZONE_FIELD in stored.columns.values()
        check = _Check(to_fill, self._unsubscribe_link, blocked, zoned=zoned)
        now = self._clock.now()
        for seq, recipient in enumerate(recipients):
            if self._pace.remaining_seconds() < _MARGIN_SECONDS:
                check.leave(recipients[seq:])
                break
            check.look_at(recipient, _message(campaign_id, part, seq, recipient, now), render)
        self._results.write(
            part_result_key(preflight, part),
            {"account": asdict(check.account), "occurrences": check.occurrences.documents()},
        )
        return len(recipients)


class _Check:
    """What is found in one part."""

    def __init__(
        self, to_fill: tuple[str, ...], unsubscribe_link: str, blocked: Mapping[str, Suppression], *, zoned: bool
    ) -> None:
        self.occurrences = Occurrences()
        self._to_fill = to_fill
        self._unsubscribe_link = unsubscribe_link
        self._blocked = blocked
        self._zoned = zoned
        self._zones: Counter[str] = Counter()
        self._recipients = 0
        self._sendable = 0
        self._suppressed: Counter[str] = Counter()
        self._largest_html = 0
        self._largest_mail = 0

    @property
    def account(self) -> Account:
        """What the recipients looked at so far add up to."""
        suppressed = dict(sorted(self._suppressed.items()))
        zones = dict(sorted(self._zones.items()))
        return Account(self._recipients, self._sendable, suppressed, self._largest_html, self._largest_mail, zones)

    def look_at(self, recipient: Recipient, message: Message, render: Render) -> None:
        """Render one recipient; a suppressed one too, for suppressions may be lifted before it is sent."""
        address = recipient.address
        self._count(address)
        try:
            mail = render(message)
        except RenderFailedError as error:
            self.occurrences.add(FindingCode.RENDER_FAILED, str(error), address)
            return
        self._sendable += address not in self._blocked
        if self._zoned and address not in self._blocked:
            self._zone(recipient)
        self._fields(recipient)
        self._sizes(mail, address)
        self._contents(mail, address)

    def leave(self, recipients: list[Recipient]) -> None:
        """Take note of recipients that there was no time for."""
        for recipient in recipients:
            self._count(recipient.address)
            self.occurrences.add(FindingCode.UNCHECKED, "", recipient.address)

    def _count(self, address: str) -> None:
        self._recipients += 1
        suppression = self._blocked.get(address)
        if suppression:
            self._suppressed[suppression.reason.value] += 1

    def _fields(self, recipient: Recipient) -> None:
        for name in self._to_fill:
            if not recipient.fields.get(name, "").strip():
                self.occurrences.add(FindingCode.FIELD_EMPTY, name, recipient.address)

    def _zone(self, recipient: Recipient) -> None:
        name = recipient.fields.get(ZONE_FIELD, "").strip()
        if name and not is_zone(name):
            self.occurrences.add(FindingCode.TIME_ZONE_UNKNOWN, "", recipient.address)
            name = ""
        elif not name:
            self.occurrences.add(FindingCode.TIME_ZONE_MISSING, "", recipient.address)
        self._zones[name] += 1

    def _sizes(self, mail: RenderedMail, address: str) -> None:
        html, text = len(mail.html.encode()), len(mail.text.encode())
        headers = sum(len(name) + len(value) for name, value in mail.headers) + len(mail.subject.encode()) * 2
        whole = _encoded(html) + _encoded(text) + headers + _HEADER_BYTES
        if html > GMAIL_CLIP_BYTES:
            self.occurrences.add(FindingCode.HTML_CLIPPED, "", address)
        if whole > MAX_MAIL_BYTES:
            self.occurrences.add(FindingCode.MAIL_TOO_LARGE, "", address)
        self._largest_html = max(self._largest_html, html)
        self._largest_mail = max(self._largest_mail, whole)

    def _contents(self, mail: RenderedMail, address: str) -> None:
        for name, content, signs in (
            ("subject", mail.subject, _LEFT_OVER_IN_TEXT),
            ("HTML", mail.html, _LEFT_OVER),
            ("plain text", mail.text, _LEFT_OVER_IN_TEXT),
        ):
            if any(sign in content for sign in signs):
                self.occurrences.add(FindingCode.PLACEHOLDER_LEFT, name, address)
        for name, content in (("HTML", mail.html), ("plain text", mail.text)):
            if self._unsubscribe_link not in content:
                self.occurrences.add(FindingCode.UNSUBSCRIBE_LINK_MISSING, name, address)


def _message(campaign_id: str, part: int, seq: int, recipient: Recipient, now: datetime) -> Message:
    return Message(campaign_id, part, seq, recipient.address, now, recipient.fields)


def _encoded(size: int) -> int:
    """Return the size in base64 with its line ends, the longer one of the two encodings that mails use."""
    return size * 4 // 3 + size * 4 // 3 // 76 * 2 + 4
