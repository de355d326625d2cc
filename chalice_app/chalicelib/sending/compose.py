"""Makes the mail of a message: rendered content, unsubscribe headers (RFC 8058), tags that SES's events carry back."""

from collections.abc import Callable, Mapping
from typing import Protocol

from chalicelib.messages.model import Message
from chalicelib.sending.model import RenderedMail, SendOrder
from chalicelib.sending.open_group import Render, RenderFailedError
from chalicelib.sending.ports import UnsubscribeLinks


class RenderedParts(Protocol):
    """Subject, HTML, text and headers of one mail."""

    @property
    def subject(self) -> str:
        """One line without control characters."""
        ...

    @property
    def html(self) -> str:
        """The HTML part."""
        ...

    @property
    def text(self) -> str:
        """The plain-text part."""
        ...

    @property
    def html_pieces(self) -> tuple[str, ...]:
        """The HTML part as the template made it, piece by piece."""
        ...

    @property
    def text_pieces(self) -> tuple[str, ...]:
        """The same of the plain-text part."""
        ...

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The template's own headers: names that SES takes, values of one line of printable ASCII."""
        ...


class Content(Protocol):
    """Compiled sources."""

    def render(self, fields: Mapping[str, str]) -> RenderedParts:
        """Render for one recipient."""
        ...


def composer(
    compile_content: Callable[[str, str, str, tuple[tuple[str, str], ...]], Content],
    render_error: type[Exception],
    links: UnsubscribeLinks,
) -> Callable[[SendOrder], Render]:
    """Return what compiles an order once and then makes each of its mails.

    Args:
        compile_content: compiles subject, HTML, text and headers.
        render_error: what its content raises when a recipient's mail cannot be made.
        links: makes the unsubscribe addresses.
    """

    def prepare(order: SendOrder) -> Render:
        content = compile_content(order.subject, order.html, order.text, order.headers)

        def render(message: Message) -> RenderedMail:
            link = links.link(message.message_id, order.topic)
            # A file may give `email` as its owner writes it (an internationalised domain); the envelope is the address.
            fields = {"email": message.address, **message.fields, "unsubscribe_url": link}
            try:
                parts = content.render(fields)
            except render_error as error:
                raise RenderFailedError(str(error)) from error
            return RenderedMail(
                sender=order.sender,
                recipient=message.address,
                subject=parts.subject,
                html=parts.html,
                text=parts.text,
                reply_to=order.reply_to,
                headers=(
                    *parts.headers,
                    ("List-Unsubscribe", f"<{link}>"),
                    ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
                ),
                tags=(("message_id", message.message_id), ("campaign_id", message.campaign_id)),
                html_pieces=parts.html_pieces,
                text_pieces=parts.text_pieces,
            )

        return render

    return prepare
