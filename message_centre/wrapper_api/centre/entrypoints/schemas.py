"""Request documents; every value is checked here, so that what follows can rely on it."""

from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from message_centre.wrapper_api.centre.kernel.ids import PATTERN
from message_centre.wrapper_api.centre.people.model import Role
from message_centre.wrapper_api.centre.plans.model import PlanStatus, TimingKind

_HTML_BYTES = 262_144


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise ValueError("there is no such time zone: give an IANA name such as Europe/Berlin") from None
    return name


def _html(text: str) -> str:
    if len(text.encode()) > _HTML_BYTES:
        raise ValueError("the HTML may have 256 kB")
    return text


def _local_time(text: str) -> str:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        raise ValueError("give a wall-clock time without an offset")
    return moment.isoformat(timespec="seconds")


def _without_default(schema: dict[str, Any]) -> None:
    """Take out a default that only stands for what was left out."""
    del schema["default"]


def _words(value: Any) -> Any:
    return value.split(",") if isinstance(value, str) else value


Identifier = Annotated[str, Field(pattern=rf"^{PATTERN}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_ADDRESS_PART = r"[^\s\x00-\x1f\x7f@<>,;:\"()\[\]\\]+"
Address = Annotated[str, Field(max_length=254, pattern=f"^{_ADDRESS_PART}@{_ADDRESS_PART}$")]
ZoneName = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_zone)]
Remark = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
LocalTime = Annotated[
    str,
    Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$", examples=["2026-12-01T09:00"]),
    AfterValidator(_local_time),
]


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ListQuery(_Document):
    """A page of a list."""

    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = None


class RowsQuery(_Document):
    """How many rows of a report."""

    limit: int = Field(default=200, ge=1, le=500)


class PlanListQuery(ListQuery):
    """Which plans; ``status`` may name several, with commas between."""

    status: Annotated[list[PlanStatus] | None, BeforeValidator(_words)] = None


class ActivityQuery(ListQuery):
    """Whose activity, and of which plan."""

    person: str | None = Field(default=None, max_length=200)
    plan_id: Identifier | None = None


class CreatePlan(_Document):
    """A new plan: by a name, or from a campaign of the platform (under the same name unless another is given)."""

    name: Name | None = None
    from_campaign_id: Identifier | None = None


class EditAudience(_Document):
    """Who gets the mail."""

    file_id: Identifier | None = None


class EditContent(_Document):
    """What the mail says; choosing another template drops version, HTML and text unless they are given too."""

    template_id: Identifier | None = None
    version: Annotated[int, Field(ge=1)] | None = None
    html: Annotated[str, Field(max_length=_HTML_BYTES), AfterValidator(_html)] | None = None
    text: Annotated[str, Field(min_length=1, max_length=100_000)] | None = None


class Canary(_Document):
    """Who is mailed before the others: a number of recipients or a share of all."""

    recipients: Annotated[int, Field(ge=20, le=1_000_000)] | None = None
    share: Annotated[float, Field(gt=0, le=0.5)] | None = None
    wait_minutes: int = Field(default=30, ge=1, le=1_440)


class EditSettings(_Document):
    """How it is sent, by the names of the platform's draft."""

    from_address: Address | None = None
    from_name: Annotated[str, Field(max_length=200)] | None = None
    reply_to: Address | None = None
    subject: Annotated[str, Field(min_length=1, max_length=1_000)] | None = None
    preheader: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    topic: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")] | None = None
    rate_limit: Annotated[float, Field(ge=0.01, le=100_000)] | None = None
    canary: Canary | None = None
    tolerated_failures: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None


class EditTiming(_Document):
    """When it is sent; ``at`` and ``local`` need ``local_time``."""

    kind: TimingKind | None = None
    local_time: LocalTime | None = None
    time_zone: ZoneName | None = None


class EditPlan(_Document):
    """What changes, by JSON merge patch (RFC 7396): what is left out stays, null empties; a canary goes as a whole."""

    name: Name = Field(default="", json_schema_extra=_without_default)
    audience: EditAudience | None = None
    content: EditContent | None = None
    settings: EditSettings | None = None
    timing: EditTiming | None = None


class Sample(_Document):
    """For whom a test mail is rendered: the n-th accepted row of the recipient file, or fields of one's own."""

    row: Annotated[int, Field(ge=1, le=1_000)] | None = None
    fields: dict[str, str] | None = None


class TestSends(_Document):
    """Where test mails go; without a sample they are rendered for the first row of the recipient file."""

    addresses: list[Address] = Field(min_length=1, max_length=10)
    sample: Sample | None = None


class WithComment(_Document):
    """A remark, which may be left out."""

    comment: Remark | None = None


class SendPlan(_Document):
    """How many recipients the person saw that would get the mail."""

    recipients: int = Field(ge=0)


class WriteComment(_Document):
    """A remark about a plan."""

    text: Remark


class NoDetails(_Document):
    """An empty document."""


class EditPreferences(_Document):
    """What changes of a person's preferences; null: as the browser or the Message Centre has it."""

    time_zone: ZoneName | None = None
    language: Literal["en", "de"] | None = None
    theme: Literal["light", "dark"] | None = None


class EditCentreSettings(_Document):
    """What changes of the settings for everybody; null takes a value out."""

    approval_from_recipients: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None
    default_from_address: Address | None = None
    default_from_name: Annotated[str, Field(max_length=200)] | None = None
    default_time_zone: ZoneName | None = None


class InvitePerson(_Document):
    """Who is invited."""

    email: Address
    name: Name
    role: Role


class ChangePerson(_Document):
    """What changes of somebody; what is left out stays."""

    role: Role | None = None
    disabled: bool | None = None


class StartQuery(_Document):
    """Where the browser goes after it signed in: a path of the Message Centre."""

    return_: str | None = Field(default=None, alias="return", max_length=2_000)


class CallbackQuery(BaseModel):
    """What the issuer answers (RFC 6749, 4.1.2); it may add parameters of its own."""

    code: str = ""
    state: str = ""
    error: str | None = None
