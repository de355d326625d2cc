"""The campaign stage over fakes, as its tests use it."""

from dataclasses import replace
from datetime import UTC, datetime

from chalicelib.campaigns.control import CampaignControl
from chalicelib.campaigns.drafts import CampaignDrafts
from chalicelib.campaigns.execution import CampaignExecution
from chalicelib.campaigns.model import Campaign, CampaignState, Draft, Sender
from chalicelib.campaigns.planning import CampaignPlanning
from chalicelib.campaigns.service import CampaignService
from chalicelib.messages.model import Tally
from chalicelib.recipients.model import (
    Compression,
    Encoding,
    Findings,
    RecipientFile,
    RecipientFileStatus,
    RowAccount,
)
from chalicelib.templates.model import TemplateStatus, TemplateVersion
from tests.fakes.campaigns import (
    FakeCampaigns,
    FakePreflights,
    FakeScheduler,
    FakeSlices,
    FakeWorkflows,
    KnownFiles,
    KnownTemplates,
)
from tests.fakes.tracking import FixedClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PART_LIST = "files/rcf_1/parts.jsonl"
SENDER = Sender("shop@example.com", "Shop")


def version(number: int, status: TemplateStatus = TemplateStatus.READY) -> TemplateVersion:
    key = f"uploads/tpl_1/{number}"
    return TemplateVersion("tpl_1", number, status, "Hi {{ name }}", key, NOON, required=("email", "name"))


def findings(columns: dict[str, str]) -> Findings:
    """What the import of a plain file found."""
    return Findings(Encoding.UTF_8, Compression.NONE, ",", header=True, address_column="E-Mail", columns=columns)


class Stage:
    """One template of two versions, one file of 1500 recipients in two parts."""

    def __init__(self) -> None:
        self.clock = FixedClock(NOON)
        self.campaigns = FakeCampaigns()
        self.slices = FakeSlices()
        self.workflows = FakeWorkflows()
        self.scheduler = FakeScheduler()
        self.preflights = FakePreflights()
        self.templates = KnownTemplates(version(1), version(2))
        self.files = KnownFiles(
            RecipientFile(
                "rcf_1",
                "List",
                RecipientFileStatus.READY,
                "uploads/rcf_1",
                NOON,
                account=RowAccount(rows=1_600, accepted=1_500, duplicates=100),
                findings=findings({"E-Mail": "email", "Name": "name"}),
                parts=2,
            )
        )
        self.service = CampaignService(
            campaigns=self.campaigns,
            templates=self.templates,
            files=self.files,
            preflights=self.preflights,
            workflows=self.workflows,
            scheduler=self.scheduler,
            clock=self.clock,
        )
        self.drafts = CampaignDrafts(
            campaigns=self.campaigns, templates=self.templates, files=self.files, clock=self.clock
        )
        self.planning = CampaignPlanning(
            campaigns=self.campaigns,
            slices=self.slices,
            workflows=self.workflows,
            scheduler=self.scheduler,
            clock=self.clock,
        )
        self.control = CampaignControl(
            campaigns=self.campaigns, workflows=self.workflows, scheduler=self.scheduler, clock=self.clock
        )
        self.execution = CampaignExecution(campaigns=self.campaigns, clock=self.clock)

    def draft(self) -> str:
        return self.drafts.create(Draft("May", "tpl_1", None, "rcf_1", SENDER)).campaign_id

    def preparing(self, at: datetime | None = None) -> str:
        campaign_id = self.draft()
        if at:
            self.service.schedule(campaign_id, at, "UTC", revision=None)
        else:
            self.service.send_now(campaign_id, revision=None)
        return campaign_id

    def scheduled(self, at: datetime | None = None) -> str:
        campaign_id = self.preparing(at)
        self.messages_exist(campaign_id)
        self.planning.finish(campaign_id)
        return campaign_id

    def sending(self) -> str:
        campaign_id = self.scheduled()
        assert self.execution.claim(campaign_id, "run-1").proceed
        return campaign_id

    def cancel(self, campaign_id: str, revision: int | None = None) -> Campaign:
        return self.control.cancel(campaign_id, reason=None, by="ann", revision=revision)

    def pause(self, campaign_id: str, revision: int | None = None) -> Campaign:
        return self.control.pause(campaign_id, reason="typo", by="ann", revision=revision)

    def resume(self, campaign_id: str, revision: int | None = None) -> Campaign:
        return self.control.resume(campaign_id, by="bob", revision=revision)

    def resend(self, campaign_id: str, revision: int | None = None) -> Campaign:
        return self.control.resend_unknown(campaign_id, by="bob", revision=revision)

    def messages_exist(self, campaign_id: str) -> None:
        for part, count in enumerate((1_000, 500)):
            self.campaigns.put_tally(campaign_id, part, Tally(planned=count, pending=count))

    def stored(self, campaign_id: str) -> Campaign:
        return self.campaigns.items[campaign_id]

    def put_in(self, state: CampaignState, execution: str | None = None) -> str:
        """Return a campaign that stands in a state, whatever led to it."""
        campaign_id = self.draft()
        self.campaigns.items[campaign_id] = replace(
            self.stored(campaign_id), state=state, parts=2, planned=1_500, execution=execution
        )
        return campaign_id
