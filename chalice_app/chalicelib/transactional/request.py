"""What a caller asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Pairs = tuple[tuple[str, str], ...]
"""Names with their values, in order."""


@dataclass(frozen=True, slots=True)
class TemplateUse:
    """A template version, the current one when none is named, and the values that it reads."""

    template_id: str
    version: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InlineContent:
    """A mail as it is sent; HTML, text or both."""

    subject: str
    html: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRequest:
    """What a caller wants sent.

    Attributes:
        headers: additional headers; they replace the template's own of the same name.
        tags: SES message tags besides the platform's own.
    """

    to: str
    sender_address: str
    content: TemplateUse | InlineContent
    sender_name: str = ""
    reply_to: str | None = None
    headers: Pairs = ()
    tags: Pairs = ()
