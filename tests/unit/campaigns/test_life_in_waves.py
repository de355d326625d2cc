"""The life of a campaign in waves at random: nobody is mailed before the own time, or before the canary is judged."""

from dataclasses import replace

from hypothesis.stateful import invariant

from chalicelib.campaigns.model import Campaign, CampaignState, Canary
from chalicelib.campaigns.waves import Moments
from chalicelib.messages.slices import part_slices_key, read_slices
from chalicelib.sending.model import Answer, RenderedMail
from tests.unit.campaigns.test_life import IN_A_PART, PARTS, ZONES, CampaignLife
from tests.unit.sending.stage import CAMPAIGN, NOON

LOCAL = NOON.replace(tzinfo=None)


class LifeByLocalTime(CampaignLife):
    """Three waves: one is due an hour before noon UTC, one at noon, one an hour later."""

    def asked(self, campaign: Campaign) -> Campaign:
        moments = Moments(LOCAL, "UTC")
        self.due = {
            f"p{part}u{seq}@example.org": moments.of(ZONES[seq % len(ZONES)])
            for part in range(PARTS)
            for seq in range(IN_A_PART)
        }
        return replace(campaign, local_time=LOCAL, send_at=NOON)

    def answer(self, mail: RenderedMail) -> Answer:
        assert self.stage.clock.now() >= self.due[mail.recipient], "mailed before its time"
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
