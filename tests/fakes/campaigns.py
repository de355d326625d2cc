"""The campaign stage's ports, in memory."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.campaigns.model import ALL_CAMPAIGNS, Campaign, CampaignFilter
from chalicelib.kernel.clock import rfc3339
from chalicelib.kernel.errors import ConflictError, StaleRevisionError, TemporarilyUnavailableError
from chalicelib.kernel.ids import made_at
from chalicelib.kernel.pages import Page
from chalicelib.messages.model import Tally
from chalicelib.recipients.model import RecipientFile, RecipientFileNotFoundError
from chalicelib.templates.model import TemplateNotFoundError, TemplateSources, TemplateVersion
from tests.fakes.pages import page_of


def _is_wanted(campaign: Campaign, wanted: CampaignFilter) -> bool:
    made, sent = made_at(campaign.campaign_id), campaign.send_at
    return (
        (not wanted.states or campaign.state in wanted.states)
        and wanted.template_id in {None, campaign.template_id}
        and wanted.file_id in {None, campaign.file_id}
        and wanted.topic in {None, campaign.topic}
        and (wanted.name is None or wanted.name.casefold() in campaign.name.casefold())
        and (wanted.archived is None or wanted.archived is (campaign.archived_at is not None))
        and (wanted.created_from is None or (made is not None and made >= wanted.created_from))
        and (wanted.created_to is None or (made is not None and made < wanted.created_to))
        and (wanted.send_from is None or (sent is not None and sent >= wanted.send_from))
        and (wanted.send_to is None or (sent is not None and sent <= wanted.send_to))
        and (not wanted.by_send_time or sent is not None)
    )


class FakeCampaigns:
    """The `CampaignRepository` port; it serves the accounts of parts too.

    Attributes:
        rivals: changes that somebody else makes just before the next saves, one each.
    """

    def __init__(self) -> None:
        self.items: dict[str, Campaign] = {}
        self.accounts: dict[tuple[str, int], Tally] = {}
        self.rivals: list[Campaign] = []

    def add(self, campaign: Campaign) -> Campaign:
        if campaign.campaign_id in self.items:
            raise StaleRevisionError("There is one already.")
        added = self.items[campaign.campaign_id] = replace(campaign, revision=1)
        return added

    def get(self, campaign_id: str) -> Campaign | None:
        return self.items.get(campaign_id)

    def save(self, campaign: Campaign) -> Campaign:
        if self.rivals:
            rival = self.rivals.pop(0)
            stored_revision = self.items[rival.campaign_id].revision
            self.items[rival.campaign_id] = replace(rival, revision=stored_revision + 1)
        stored = self.items.get(campaign.campaign_id)
        if stored is None or stored.revision != campaign.revision:
            raise StaleRevisionError("Somebody else changed it in between; read it again.")
        self.items[campaign.campaign_id] = replace(campaign, revision=campaign.revision + 1)
        return self.items[campaign.campaign_id]

    def remove(self, campaign: Campaign) -> None:
        stored = self.items.get(campaign.campaign_id)
        if stored is None or stored.revision != campaign.revision:
            raise StaleRevisionError("Somebody else changed it in between; read it again.")
        del self.items[campaign.campaign_id]

    def list(self, wanted: CampaignFilter = ALL_CAMPAIGNS, *, limit: int, cursor: str | None) -> Page[Campaign]:
        return page_of(
            (one for one in self.items.values() if _is_wanted(one, wanted)),
            lambda one: (
                [rfc3339(one.send_at), one.campaign_id] if wanted.by_send_time and one.send_at else [one.campaign_id]
            ),
            wanted=wanted,
            limit=limit,
            cursor=cursor,
            descending=wanted.descending,
        )

    def put_tally(self, campaign_id: str, part: int, tally: Tally) -> None:
        self.accounts[campaign_id, part] = tally

    def tallies(self, campaign_id: str, parts: int) -> dict[int, Tally]:
        return {part: self.accounts[campaign_id, part] for part in range(parts) if (campaign_id, part) in self.accounts}


class FakeWorkflows:
    """The `Workflows` port.

    Attributes:
        created: campaigns whose messages are to be made.
        sent: (campaign, run) of each start of the send pipeline; the same twice starts it once.
        available: False while the service does not answer.
    """

    def __init__(self) -> None:
        self.created: dict[str, str] = {}
        self.sent: dict[tuple[str, str], str] = {}
        self.available = True

    def create_messages(self, campaign_id: str, *, part_list_key: str) -> None:
        self._answer()
        self.created.setdefault(campaign_id, part_list_key)

    def send_campaign(self, campaign_id: str, *, part_list_key: str, run: str) -> None:
        self._answer()
        self.sent.setdefault((campaign_id, run), part_list_key)

    def _answer(self) -> None:
        if not self.available:
            raise TemporarilyUnavailableError("Step Functions did not start the workflow.")


class FakeSlices:
    """The `Slices` and `SliceStore` ports."""

    def __init__(self) -> None:
        self.items: dict[str, dict[str, Any]] = {}
        self.lists: dict[str, list[dict[str, Any]]] = {}

    def write(self, key: str, document: Mapping[str, Any]) -> None:
        self.items[key] = dict(document)

    def read_all(self, keys: Sequence[str]) -> Iterator[dict[str, Any] | None]:
        return (self.items.get(key) for key in keys)

    def write_lines(self, key: str, documents: Sequence[Mapping[str, Any]]) -> None:
        self.lists[key] = [dict(one) for one in documents]


class FakePreflights:
    """Every campaign is checked, unless ``refusal`` says otherwise."""

    def __init__(self) -> None:
        self.refusal: ConflictError | None = None

    def require(self, campaign: Campaign) -> None:
        del campaign
        if self.refusal:
            raise self.refusal


class FakeScheduler:
    """The `Scheduler` port: the campaigns' schedules by id.

    Attributes:
        before_next: what happens just before the next schedule is made, once.
    """

    def __init__(self) -> None:
        self.items: dict[str, datetime] = {}
        self.before_next: Callable[[], None] | None = None

    def schedule(self, campaign_id: str, *, part_list_key: str, at: datetime) -> None:
        del part_list_key
        meanwhile, self.before_next = self.before_next, None
        if meanwhile:
            meanwhile()
        self.items[campaign_id] = at

    def cancel(self, campaign_id: str) -> None:
        self.items.pop(campaign_id, None)


class KnownTemplates:
    """The `Templates` port over the versions of one template; `content` is what an order asks for."""

    def __init__(self, *versions: TemplateVersion) -> None:
        self.versions = {one.version: one for one in versions}

    def get(self, template_id: str, version: int | None = None) -> TemplateVersion:
        found = self.versions.get(max(self.versions) if version is None else version)
        if found is None or found.template_id != template_id:
            raise TemplateNotFoundError("There is no such template.")
        return found

    choose = get

    def content(self, template_id: str, version: int) -> TemplateSources:
        return TemplateSources(self.get(template_id, version).subject, "<p>Hello {{ name }}</p>", "Hello {{ name }}")


class KnownFiles:
    """The `RecipientFiles` port over one file."""

    def __init__(self, recipient_file: RecipientFile) -> None:
        self.file = recipient_file

    def get(self, file_id: str) -> RecipientFile:
        if file_id != self.file.file_id:
            raise RecipientFileNotFoundError("There is no such recipient file.")
        return self.file
