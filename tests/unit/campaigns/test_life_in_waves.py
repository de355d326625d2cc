"""The life of a campaign in waves at random: nobody is mailed before the own time, or before the canary is judged."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from chalicelib.campaigns.model import Campaign, CampaignState, Canary
from chalicelib.campaigns.service import CampaignService
from chalicelib.campaigns.waves import Moments
from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.messages.slices import part_slices_key, read_slices
from chalicelib.sending.model import Answer, RenderedMail
from tests.fakes.campaigns import FakePreflights, FakeScheduler, KnownTemplates
from tests.unit.campaigns.life_stage import ZONES
from tests.unit.campaigns.stage import Stage as TemplatesAndFiles
from tests.unit.campaigns.stage import version
from tests.unit.campaigns.test_life import CampaignLife
from tests.unit.sending.stage import CAMPAIGN, NOON

LOCAL = NOON.replace(tzinfo=None)


class BrokenScheduler(FakeScheduler):
    """It takes no schedule."""

    def schedule(self, campaign_id: str, *, part_list_key: str, at: datetime) -> None:
        raise TemporarilyUnavailableError(f"{campaign_id} {part_list_key} {at}")


class LifeByLocalTime(CampaignLife):
    """Three waves: one is due an hour before noon UTC, one at noon, one an hour later; all are put off at times."""

    def asked(self, campaign: Campaign) -> Campaign:
        self.due = Moments(LOCAL, "UTC")
        return replace(campaign, local_time=LOCAL, send_at=NOON)

    @precondition(lambda self: self.campaign.state is CampaignState.SCHEDULED)
    @rule(
        hours=st.integers(-3, 5),
        zone=st.sampled_from(["UTC", "Etc/GMT-1", "Asia/Kathmandu"]),
        breaks_off=st.booleans(),
    )
    def put_off(self, hours: int, zone: str, *, breaks_off: bool) -> None:
        """Give another local time; the platform may be killed between the change and the new start."""
        local = (self.stage.clock.now() + timedelta(hours=hours)).replace(tzinfo=None)
        if Moments(local, zone).of("") <= self.stage.clock.now():
            return
        service = CampaignService(
            campaigns=self.campaigns,
            templates=KnownTemplates(version(2)),
            files=TemplatesAndFiles().files,
            preflights=FakePreflights(),
            workflows=self.workflows,
            scheduler=BrokenScheduler() if breaks_off else FakeScheduler(),
            clock=self.stage.clock,
        )
        self.workflows.available = not breaks_off
        try:
            service.schedule(CAMPAIGN, local, zone, revision=None, recipient_local=True)
        except TemporarilyUnavailableError:
            assert breaks_off
        self.workflows.available = True
        self.due = Moments(local, zone)

    def answer(self, mail: RenderedMail) -> Answer:
        zone = ZONES[int(mail.recipient.partition("u")[2].partition("@")[0]) % len(ZONES)]
        assert self.stage.clock.now() >= self.due.of(zone), "mailed before its time"
        return super().answer(mail)


class LifeWithCanary(CampaignLife):
    """A canary of twenty, half an hour, the rest."""

    def asked(self, campaign: Campaign) -> Campaign:
        return replace(campaign, canary=Canary(20))

    def answer(self, mail: RenderedMail) -> Answer:
        assert mail.recipient in self.canary() or self.campaign.canary_judged_at, "mailed before the verdict"
        return super().answer(mail)

    def canary(self) -> set[str]:
        return {one.address for one in self.everything() if one.seq < self.drawn(one.part)}

    def drawn(self, part: int) -> int:
        return read_slices(self.slices.items[part_slices_key("rcf", CAMPAIGN, part)])[0].recipients

    @invariant()
    def the_rest_follows_the_verdict(self) -> None:
        if self.slices.items and self.campaign.state is CampaignState.SENDING and not self.campaign.canary_judged_at:
            assert set(self.stage.transport.taken) <= self.canary()


TestLifeByLocalTime = LifeByLocalTime.TestCase
TestLifeWithCanary = LifeWithCanary.TestCase
for _case in (TestLifeByLocalTime, TestLifeWithCanary):
    _case.settings = CampaignLife.TestCase.settings
