"""Request documents of the API, with the limits of every value."""

import contextlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Final, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from chalicelib.entrypoints.http.text_rules import ASCII_MAILBOX, FILLED_LINE, LINE, MAILBOX, NOT_BLANK
from chalicelib.messages.model import MessageStatus
from chalicelib.preflight.model import MAX_ADDRESSES
from chalicelib.recipients.model import RecipientFileStatus, UploadType
from chalicelib.recipients.samples import MAX_ROW
from chalicelib.suppressions.model import TOPIC_PATTERN, SuppressionReason, SuppressionScope
from chalicelib.suppressions.service import MOST_AT_A_TIME
from chalicelib.templates.headers import MAX_HEADER_SOURCE_CHARACTERS, MAX_HEADERS
from chalicelib.templates.model import MAX_HTML_BYTES, MAX_TEXT_CHARACTERS

DEFAULT_LIMIT = 50
MAX_LIMIT = 200


_DATED: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def _scope(value: object) -> SuppressionScope:
    if not isinstance(value, str):
        raise ValueError("must be text")  # noqa: TRY004 - pydantic reports ValueError as a fault of the input
    return SuppressionScope(value)


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("must be a time of the years 1 to 9999 in UTC") from None


def _dated(value: object) -> datetime:
    """Read a time of ISO 8601; pydantic by itself takes numbers too, as seconds since 1970."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, str) and _DATED.match(text := value.strip().upper()):
        with contextlib.suppress(ValueError):
            return datetime.fromisoformat(text)
    raise ValueError("must be a time such as 2030-10-01T09:00:00Z")


Moment = Annotated[AwareDatetime, BeforeValidator(_dated), AfterValidator(_in_utc)]
"""A time with its offset."""

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), FILLED_LINE]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,4}_[0-9a-z]{26}$")]
Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254), MAILBOX]
OwnAddress = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254), ASCII_MAILBOX]
"""An address that SES knows by its ASCII form, as an identity or in Reply-To."""

AddressColumn = (
    Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), FILLED_LINE]
    | Annotated[int, Field(ge=1, le=10_000)]
)
"""Header of a column, or its position from 1."""

Fields = dict[Annotated[str, StringConstraints(max_length=100)], Annotated[str, StringConstraints(max_length=10_000)]]
"""Values that a template reads, by name."""

SuppressedScope = Annotated[
    SuppressionScope,
    PlainValidator(_scope),
    WithJsonSchema({"type": "string", "pattern": rf"^(all|campaigns|topic:{TOPIC_PATTERN})$"}),
]


class Request(BaseModel):
    """A request document; a name that it does not know is refused, since it is most likely a typing error."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class ListQuery(Request):
    """Query parameters of every list."""

    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    cursor: str | None = Field(None, max_length=2_000)


class MessageListQuery(ListQuery):
    """Query parameters of a campaign's messages."""

    status: MessageStatus | None = None
    reason: str | None = Field(None, min_length=1, max_length=1_000)
    address: Address | None = None
    address_prefix: str | None = Field(None, min_length=1, max_length=254)


class OrderExport(Request):
    """Which messages of a campaign are exported, and how."""

    status: MessageStatus | None = None
    gzip: bool = False


def listed(value: object) -> object:
    """Read a query parameter whose values stand between commas."""
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


NamePart = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), NOT_BLANK]
"""What a name holds, whatever the case."""

ByCreation = Literal["-created_at", "created_at"]
"""The order of a list; a minus: the latest first."""


Archived = Literal["false", "true", "all"]
ARCHIVED: Final[Mapping[Archived, bool | None]] = {"false": False, "true": True, "all": None}
"""What each value of the query parameter ``archived`` leaves in a list; None: both."""


class RecipientFileListQuery(ListQuery):
    """Query parameters of the list of recipient files."""

    status: RecipientFileStatus | None = None
    name: NamePart | None = None
    sort: ByCreation = "-created_at"


class FindRecipientsQuery(ListQuery):
    """Query parameters of a search in a recipient file."""

    address: str = Field(min_length=1, max_length=254)


class CreateRecipientFile(Request):
    """A new recipient file; it is uploaded afterwards. The stage itself says what is wrong with its size."""

    name: Name
    address_column: AddressColumn | None = None
    content_type: UploadType = UploadType.CSV
    file_bytes: int | None = None
    multipart: bool = False


class RetryRecipientFile(Request):
    """How to import the same upload again."""

    address_column: AddressColumn | None = None


class NoDetails(Request):
    """An empty document: the path says everything."""


class SenderDocument(Request):
    """Who the mail is from."""

    address: OwnAddress
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100), LINE] = ""


class TemplateContent(Request):
    """A template and the values that it reads."""

    template_id: Identifier
    version: int | None = Field(None, ge=1)
    fields: Fields = Field(default_factory=dict, max_length=200)


class InlineMail(Request):
    """A mail as it is sent."""

    subject: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=250), FILLED_LINE]
    html: Annotated[str, StringConstraints(max_length=MAX_HTML_BYTES)] | None = None
    text: Annotated[str, StringConstraints(max_length=MAX_TEXT_CHARACTERS)] | None = None


Tag = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,256}$")]
"""Name or value of an SES message tag."""


class SendMessage(Request):
    """A transactional message: to whom, and what is sent: either ``template`` or ``inline``."""

    to: Address
    sender: SenderDocument = Field(alias="from")
    reply_to: OwnAddress | None = None
    template: TemplateContent | None = None
    inline: InlineMail | None = None
    headers: dict[
        Annotated[str, StringConstraints(max_length=126)],
        Annotated[str, StringConstraints(max_length=MAX_HEADER_SOURCE_CHARACTERS)],
    ] = Field(default_factory=dict, max_length=MAX_HEADERS)
    tags: dict[Tag, Tag] = Field(default_factory=dict, max_length=10)


_DAY: Final = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIME_OF_DAY: Final = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?"
_OFFSET: Final = r"(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?"
_EXAMPLES: Final = ["2030-10-01T09:00", "2030-10-01T09:00:00+02:00"]

WallClockTime = Annotated[
    datetime,
    BeforeValidator(_dated),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": rf"^{_DAY}T{_TIME_OF_DAY}{_OFFSET}$",
            "description": "Without an offset a wall-clock time of the zone that is named beside it; with one "
            "(RFC 3339) that very moment.",
            "examples": _EXAMPLES,
        }
    ),
]

DayOrTime = Annotated[
    datetime,
    BeforeValidator(_dated),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": rf"^{_DAY}(T{_TIME_OF_DAY}{_OFFSET})?$",
            "description": "Without an offset a wall-clock time of the zone that is named beside it, a date alone its "
            "midnight; with an offset (RFC 3339) that very moment.",
            "examples": ["2030-10-01", *_EXAMPLES],
        }
    ),
]


ZoneName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64),
    WithJsonSchema(
        {
            "type": "string",
            "minLength": 1,
            "maxLength": 64,
            "description": "The IANA name of a time zone.",
            "examples": ["Europe/Berlin", "UTC"],
        }
    ),
]


class ScheduleCampaign(Request):
    """When to send: wall-clock time in an IANA zone or in each recipient's own, or a time with its own offset."""

    at: WallClockTime
    time_zone: ZoneName = "UTC"
    recipient_local: bool = False


class LocalTimeQuery(Request):
    """A wall-clock time that is to come in each recipient's own zone, and the zone of those who name none."""

    at: WallClockTime
    time_zone: ZoneName = "UTC"


class StartPreflight(Request):
    """How to check a campaign."""

    tolerated_failures: int = Field(0, ge=0, le=1_000_000_000)


class SampleRecipient(Request):
    """For whom a test mail is rendered: either given ``fields``, or those of an accepted ``row`` of the file."""

    fields: Annotated[Fields, Field(max_length=200)] | None = None
    row: Annotated[int, Field(ge=1, le=MAX_ROW)] | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if self.fields is not None and self.row is not None:
            raise ValueError("give either fields or row, not both")
        return self


class SendTest(Request):
    """Where a test mail goes, and for whom it is rendered; left out: for the first row of the file."""

    addresses: Annotated[list[Address], Field(min_length=1, max_length=MAX_ADDRESSES)]
    recipient: SampleRecipient = SampleRecipient()


class PutSuppression(Request):
    """What to keep away from an address, and whether SES is told to keep its mail away too."""

    scope: SuppressedScope = Field("all", validate_default=True)
    in_ses: bool = False


class SuppressionQuery(Request):
    """Query parameters of a suppression's removal; the reason is named, so that none is lifted by oversight."""

    scope: SuppressedScope = Field("all", validate_default=True)
    reason: SuppressionReason | Literal["all"]
    in_ses: bool = False


_LONGEST_MAILBOX: Final = 320
MAILBOX_PATTERN: Final = r"[^\s@].*@.*[^\s@]"
"""The least that an address has, URL-encoded or not."""

Mailbox = Annotated[
    str,
    StringConstraints(max_length=_LONGEST_MAILBOX),
    WithJsonSchema(
        {
            "type": "string",
            "maxLength": _LONGEST_MAILBOX,
            "pattern": MAILBOX_PATTERN,
            "description": "Any mailbox, `name@domain`, of at most 254 characters, even one that no mail can be "
            "sent to; without blanks, control characters and characters that are not seen.",
        }
    ),
]
"""An address whose form the stage itself checks."""


class PutOneOfMany(Request):
    """An address to suppress; its form is checked by the stage itself, which takes any mailbox."""

    address: Mailbox
    scope: SuppressedScope = Field("all", validate_default=True)
    reason: SuppressionReason = SuppressionReason.MANUAL
    since: Moment | None = None


class PutSuppressions(Request):
    """Addresses to suppress."""

    items: list[PutOneOfMany] = Field(min_length=1, max_length=MOST_AT_A_TIME)


class SuppressionListQuery(ListQuery):
    """Which suppressions are wanted: of a scope, for a reason, that began in a time."""

    scope: SuppressedScope | None = None
    reason: SuppressionReason | None = None
    since: Moment | None = None
    until: Moment | None = None


class SendNow(Request):
    """An empty document: the campaign itself says everything."""


class StopCampaign(Request):
    """Why somebody pauses or cancels a campaign; kept with it."""

    reason: (
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), FILLED_LINE] | None
    ) = None


class ResendUnknown(Request):
    """The words that allow to send again what SES may have taken already."""

    confirm: Literal["may send twice"]
