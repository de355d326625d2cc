"""What concerns everybody: configuration, dashboard, activity, settings, the description of this API."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal

from typing_extensions import TypedDict

from message_centre.wrapper_api.centre import bootstrap
from message_centre.wrapper_api.centre.activity.model import Activity
from message_centre.wrapper_api.centre.entrypoints.api import JSON, Answer, Api, PageDocument, Time, answer, page_of
from message_centre.wrapper_api.centre.entrypoints.plan_documents import (
    PersonRefDocument,
    PlanDocument,
    person_document,
    plan_document,
)
from message_centre.wrapper_api.centre.entrypoints.problems import document_of
from message_centre.wrapper_api.centre.entrypoints.schemas import ActivityQuery, EditCentreSettings
from message_centre.wrapper_api.centre.kernel.clock import rfc3339
from message_centre.wrapper_api.centre.kernel.errors import CentreError, StaleRevisionError
from message_centre.wrapper_api.centre.kernel.pages import decode_cursor
from message_centre.wrapper_api.centre.people.model import Role

centre = Api(__name__)

VERSION: Final = "1.0.0"
DESCRIPTION_FILE: Final = Path(__file__).parents[2] / "openapi.json"


class ConfigDocument(TypedDict):
    """What the page needs to know before anybody signs in."""

    product: Literal["Message Centre"]
    version: str
    issuer_name: str
    upload_origins: list[str]
    default_time_zone: str


class PartProblem(TypedDict):
    """A part of the dashboard that could not be read, and why."""

    part: str
    type: str
    title: str
    detail: str


class CampaignWithNumbers(TypedDict):
    """A campaign of the platform and its statistics; null: they could not be read."""

    campaign: dict[str, Any]
    statistics: dict[str, Any] | None


class DashboardDocument(TypedDict):
    """What is going on; documents of the platform as it answers them. A part that cannot be read is null or empty."""

    account: dict[str, Any] | None
    overview: dict[str, Any] | None
    running: list[CampaignWithNumbers]
    scheduled: list[dict[str, Any]]
    recent: list[CampaignWithNumbers]
    senders: list[dict[str, Any]] | None
    awaiting_approval: list[PlanDocument]
    editing: list[PlanDocument]
    problems: list[PartProblem]


class ActivityDocument(TypedDict):
    """One thing that somebody did; detail says why it was refused, null: it was done.

    target_name is what the target was called then; null where the answer did not say.
    """

    activity_id: str
    at: Time
    person: PersonRefDocument
    action: str
    target: str
    target_name: str | None
    plan_id: str | None
    detail: str | None
    request_id: str


class PlatformKeyDocument(TypedDict):
    """The API key of the platform by which the Message Centre works, without its secret."""

    key_id: str


class CentreSettingsDocument(TypedDict):
    """What an administrator set for everybody; approval_from_recipients null: nothing takes an approval."""

    approval_from_recipients: int | None
    default_from_address: str | None
    default_from_name: str | None
    default_time_zone: str


@centre.operation("GET", "/config", role=None)
def get_config() -> Answer[ConfigDocument]:
    """Show what the page needs to know before anybody signs in."""
    told = bootstrap.settings()
    return answer(
        {
            "product": "Message Centre",
            "version": VERSION,
            "issuer_name": told.issuer_name,
            "upload_origins": list(told.upload_origins),
            "default_time_zone": _zone(),
        }
    )


@centre.operation("GET", "/openapi.json", role=None)
def get_description() -> Answer[dict[str, Any]]:
    """Answer the description of this API as OpenAPI 3.1."""
    return Answer(body=DESCRIPTION_FILE.read_text(encoding="utf-8"), headers={"Content-Type": JSON})


@centre.operation("GET", "/dashboard", role=Role.VIEWER)
def get_dashboard() -> Answer[DashboardDocument]:
    """Show what is going on; parts that cannot be read are named in `problems`, and the rest is shown all the same."""
    found = bootstrap.dashboard().read()
    approval_from = bootstrap.centre_settings().get()[0].approval_from_recipients
    return answer(
        {
            "account": found.account,
            "overview": found.overview,
            "running": [{"campaign": campaign, "statistics": numbers} for campaign, numbers in found.running],
            "scheduled": found.scheduled,
            "recent": [{"campaign": campaign, "statistics": numbers} for campaign, numbers in found.recent],
            "senders": found.senders,
            "awaiting_approval": [plan_document(plan, approval_from) for plan in found.awaiting_approval],
            "editing": [plan_document(plan, approval_from) for plan in found.editing],
            "problems": [_part_problem(part, error) for part, error in found.problems],
        }
    )


def _part_problem(part: str, error: CentreError) -> PartProblem:
    problem = document_of(error)
    return {"part": part, "type": problem["type"], "title": problem["title"], "detail": problem["detail"]}


@centre.operation("GET", "/activity", role=Role.VIEWER)
def list_activity(query: ActivityQuery) -> Answer[PageDocument[ActivityDocument]]:
    """List what people did, newest first: of a person, of a plan, or everything of the last 400 days."""
    page = bootstrap.activity_log().page(
        person_id=query.person, plan_id=query.plan_id, limit=query.limit, position=decode_cursor(query.cursor)
    )
    return page_of(page, _activity)


def _activity(activity: Activity) -> ActivityDocument:
    return {
        "activity_id": activity.activity_id,
        "at": rfc3339(activity.at),
        "person": person_document(activity.person),
        "action": activity.action,
        "target": activity.target,
        "target_name": activity.target_name,
        "plan_id": activity.plan_id,
        "detail": activity.detail,
        "request_id": activity.request_id,
    }


@centre.operation("GET", "/platform-key", role=Role.ADMIN)
def get_platform_key() -> Answer[PlatformKeyDocument]:
    """Show by which API key of the platform the Message Centre itself works; it cannot be changed from here."""
    return answer({"key_id": bootstrap.platform().own_key_id()})


@centre.operation("GET", "/settings", role=Role.VIEWER)
def get_settings() -> Answer[CentreSettingsDocument]:
    """Show what an administrator set for everybody."""
    return _settings()


@centre.operation("PATCH", "/settings", role=Role.ADMIN)
def change_settings(document: EditCentreSettings, revision: int | None) -> Answer[CentreSettingsDocument]:
    """Change what is set for everybody; what is left out stays. Heeds If-Match."""
    store = bootstrap.centre_settings()
    settings, stored = store.get()
    if revision is not None and revision != stored:
        raise StaleRevisionError(f"The settings are at revision {stored}, not {revision}.")
    store.put(replace(settings, **document.model_dump(exclude_unset=True)), stored)
    return _settings()


def _settings() -> Answer[CentreSettingsDocument]:
    settings, revision = bootstrap.centre_settings().get()
    return answer(
        {
            "approval_from_recipients": settings.approval_from_recipients,
            "default_from_address": settings.default_from_address,
            "default_from_name": settings.default_from_name,
            "default_time_zone": _zone(),
        },
        revision=revision,
    )


def _zone() -> str:
    return bootstrap.centre_settings().get()[0].default_time_zone or bootstrap.settings().default_time_zone
