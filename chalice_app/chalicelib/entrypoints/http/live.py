"""``/v1/campaigns/{campaign_id}/events``: what happened since a point."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.campaigns.model import CampaignNotFoundError
from chalicelib.entrypoints.http.api import Answer, Api, answer
from chalicelib.entrypoints.http.history import EventDocument, event_document
from chalicelib.entrypoints.http.schemas import Request
from chalicelib.entrypoints.http.text_rules import Matching
from chalicelib.tracking.classified import ClassifiedEvent
from chalicelib.tracking.model import EventKind

live = Api(__name__)

_POLL_SECONDS = 5
_LONGEST_KINDS = 200


_KIND = f"({'|'.join(EventKind)})"
_KINDS = Matching(
    f"^{_KIND}(,{_KIND})*$",
    f"must be kinds of events with commas between; there are {', '.join(EventKind)}",
    "Kinds of events, with commas between.",
)


class EventsQuery(Request):
    """Query parameters of a campaign's events since a point; kinds are separated by commas."""

    after: str | None = Field(None, max_length=2_000)
    limit: int = Field(100, ge=1, le=1_000)
    kinds: Annotated[str, Field(max_length=_LONGEST_KINDS), _KINDS] | None = None


class KeptEvent(EventDocument):
    """An event of a campaign; it keeps its ``event_id`` when it comes again."""

    event_id: str
    message_id: str


class EventsDocument(TypedDict):
    """Events since a point, in the order in which they were kept.

    Attributes:
        cursor: pass it as ``after`` to go on from here.
        retry_after: seconds to wait before that.
    """

    items: list[KeptEvent]
    cursor: str
    retry_after: int


@live.operation("GET", "/v1/campaigns/{campaign_id}/events", scope=Scope.READ, refuses=(CampaignNotFoundError,))
def list_events_since(campaign_id: str, query: EventsQuery) -> Answer[EventsDocument]:
    """Answer a campaign's events since a point, in the order in which they were kept."""
    bootstrap.campaigns().get(campaign_id)
    kinds = None if query.kinds is None else {EventKind(kind) for kind in query.kinds.split(",")}
    changes = bootstrap.analytics_store().changes(campaign_id, after=query.after, kinds=kinds, limit=query.limit)
    return answer(
        {
            "items": [_kept(event) for event in changes.events],
            "cursor": changes.cursor,
            "retry_after": 0 if changes.more else _POLL_SECONDS,
        }
    )


def _kept(classified: ClassifiedEvent) -> KeptEvent:
    event = classified.event
    return {
        "event_id": f"{event.message_id}:{event.fingerprint}",
        "message_id": event.message_id,
        **event_document(classified),
    }
