"""Request documents of drafts and the list of campaigns, with the limits of every value."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from chalicelib.campaigns.model import LEAST_CANARY, CampaignFilter, CampaignState, Canary, Draft, Sender
from chalicelib.entrypoints.http.schemas import (
    ARCHIVED,
    Archived,
    Identifier,
    ListQuery,
    Moment,
    Name,
    NamePart,
    OwnAddress,
    Request,
    SenderDocument,
    listed,
)
from chalicelib.suppressions.model import TOPIC_PATTERN

Topic = Annotated[str, StringConstraints(pattern=f"^{TOPIC_PATTERN}$")]


class CanaryDocument(Request):
    """Who is mailed before the others: either so many ``recipients``, or a ``share`` of them."""

    recipients: int | None = Field(None, ge=LEAST_CANARY, le=1_000_000)
    share: Annotated[float, Field(gt=0, le=0.5, allow_inf_nan=False)] | None = None
    wait_minutes: int = Field(30, ge=1, le=1_440)

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.recipients is None) == (self.share is None):
            raise ValueError("give either recipients or share")
        return self


class CreateCampaign(Request):
    """A new draft."""

    name: Name
    template_id: Identifier
    template_version: int | None = Field(None, ge=1)
    file_id: Identifier
    sender: SenderDocument
    reply_to: OwnAddress | None = None
    topic: Topic | None = None
    rate_limit: Annotated[float, Field(ge=0.01, le=100_000, allow_inf_nan=False)] | None = None
    canary: CanaryDocument | None = None

    @property
    def draft(self) -> Draft:
        """What the draft consists of."""
        return Draft(
            name=self.name,
            template_id=self.template_id,
            template_version=self.template_version,
            file_id=self.file_id,
            sender=Sender(self.sender.address, self.sender.name),
            reply_to=self.reply_to,
            topic=self.topic,
            rate_limit=self.rate_limit,
            canary=Canary(**self.canary.model_dump()) if self.canary else None,
        )


class SenderChange(Request):
    """What changes of a sender."""

    address: str | None = None
    name: str | None = None


class CanaryChange(Request):
    """What changes of a canary."""

    recipients: int | None = None
    share: float | None = None
    wait_minutes: int | None = None


class EditCampaign(Request):
    """What changes of a draft, by JSON merge patch (RFC 7396): null takes a value out, what is left out stays.

    The draft as it becomes is held to the limits of a new one.
    """

    name: str | None = None
    template_id: str | None = None
    template_version: int | None = None
    file_id: str | None = None
    sender: SenderChange | None = None
    reply_to: str | None = None
    topic: str | None = None
    rate_limit: float | None = None
    canary: CanaryChange | None = None

    def merged(self, draft: Draft) -> dict[str, Any]:
        """Return the document of the draft with these changes."""
        changes = self.model_dump(exclude_unset=True)
        document = _document_of(draft)
        if changes.get("template_id", draft.template_id) != draft.template_id:
            document["template_version"] = None  # the number is one of the other template
        return _merged(document, changes)


def _document_of(draft: Draft) -> dict[str, Any]:
    canary = draft.canary
    return {
        "name": draft.name,
        "template_id": draft.template_id,
        "template_version": draft.template_version,
        "file_id": draft.file_id,
        "sender": {"address": draft.sender.address, "name": draft.sender.name},
        "reply_to": draft.reply_to,
        "topic": draft.topic,
        "rate_limit": draft.rate_limit,
        "canary": canary
        and {"recipients": canary.recipients, "share": canary.share, "wait_minutes": canary.wait_minutes},
    }


def _merged(document: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Apply a merge patch (RFC 7396, 2)."""
    merged = dict(document)
    for name, value in changes.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, dict):
            merged[name] = _merged(merged.get(name) or {}, value)
        else:
            merged[name] = value
    return merged


class DuplicateCampaign(Request):
    """What the copy is called."""

    name: Name | None = None


class CampaignListQuery(ListQuery):
    """Query parameters of the list of campaigns."""

    state: Annotated[list[CampaignState], Field(max_length=len(CampaignState)), BeforeValidator(listed)] = Field(
        default_factory=list
    )
    template_id: Identifier | None = None
    file_id: Identifier | None = None
    topic: Topic | None = None
    name: NamePart | None = None
    archived: Archived = "false"
    created_from: Moment | None = None
    created_to: Moment | None = None
    send_from: Moment | None = None
    send_to: Moment | None = None
    sort: Literal["-created_at", "created_at", "-send_at", "send_at"] = "-created_at"

    @property
    def wanted(self) -> CampaignFilter:
        """Which campaigns are wanted."""
        return CampaignFilter(
            states=frozenset(self.state),
            template_id=self.template_id,
            file_id=self.file_id,
            topic=self.topic,
            name=self.name,
            archived=ARCHIVED[self.archived],
            created_from=self.created_from,
            created_to=self.created_to,
            send_from=self.send_from,
            send_to=self.send_to,
            by_send_time=self.sort.endswith("send_at"),
            descending=self.sort.startswith("-"),
        )
