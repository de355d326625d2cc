"""Request documents of the API, with the limits of every value."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from chalicelib.analytics.model import Interval
from chalicelib.messages.model import MessageStatus
from chalicelib.suppressions.model import SuppressionScope
from chalicelib.templates.model import MAX_TEXT_CHARACTERS

DEFAULT_LIMIT = 50
MAX_LIMIT = 200


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must hold no line breaks or other control characters")
    return text


Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_printable)
]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,4}_[0-9a-z]{26}$")]
Address = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, max_length=254, pattern=r"^[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+$"
    ),
    AfterValidator(_printable),
]


class Request(BaseModel):
    """A request document; a name that it does not know is refused, since it is most likely a typing error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ListQuery(Request):
    """Query parameters of every list."""

    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    cursor: str | None = Field(None, max_length=2_000)


class MessageListQuery(ListQuery):
    """Query parameters of a campaign's messages."""

    status: MessageStatus | None = None


class StatisticsQuery(Request):
    """Query parameters of a campaign's statistics."""

    interval: Interval = Interval.HOUR
    links: int = Field(20, ge=1, le=100)


class CreateTemplate(Request):
    """A new template; its HTML is uploaded afterwards."""

    name: Name
    subject: Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
    text: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT_CHARACTERS)] | None = None


class PreviewTemplate(Request):
    """Fields to render a template with."""

    fields: dict[
        Annotated[str, StringConstraints(max_length=100)], Annotated[str, StringConstraints(max_length=10_000)]
    ] = Field(default_factory=dict, max_length=200)


class CreateRecipientFile(Request):
    """A new recipient file; its CSV is uploaded afterwards."""

    name: Name


class SenderDocument(Request):
    """Who the mail is from."""

    address: Address
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100), AfterValidator(_printable)] = ""


class CreateCampaign(Request):
    """A new draft."""

    name: Name
    template_id: Identifier
    template_version: int | None = Field(None, ge=1)
    file_id: Identifier
    sender: SenderDocument
    reply_to: Address | None = None


class ScheduleCampaign(Request):
    """When to send: wall-clock time in an IANA zone, or a time with its own offset."""

    at: datetime
    time_zone: Annotated[str, StringConstraints(min_length=1, max_length=64)] = "UTC"


class PutSuppression(Request):
    """What to keep away from an address."""

    scope: SuppressionScope = SuppressionScope.ALL


class SuppressionQuery(Request):
    """Query parameters of a suppression's removal."""

    scope: SuppressionScope = SuppressionScope.ALL


class SendNow(Request):
    """An empty document: the campaign itself says everything."""
