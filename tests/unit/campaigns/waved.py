"""The stage of campaigns in waves."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.campaigns.model import Canary
from chalicelib.campaigns.planning import division_of
from chalicelib.campaigns.reputation import ReputationGuard, ReputationLimits
from chalicelib.messages.creation import MessageCreation
from chalicelib.messages.model import GROUP_SIZE, Facts, Message
from chalicelib.recipients.model import Recipient
from tests.fakes.messages import FakeMessages
from tests.unit.campaigns.stage import NOON, Stage, findings

DAY = timedelta(days=1)


def people(zones: list[str]) -> list[Recipient]:
    return [Recipient(f"u{place}@example.org", {"timezone": zone}) for place, zone in enumerate(zones)]


class Waved(Stage):
    """Campaigns in waves over a file of two parts, 1,000 and 500 recipients."""

    def __init__(self) -> None:
        super().__init__()
        self.files.file = replace(self.files.file, findings=findings({"E-Mail": "email", "N": "name", "Z": "timezone"}))
        zones = ["Europe/Berlin", "UTC", "Etc/UTC"]
        self.people = [people([zones[place % 3] for place in range(size)]) for size in (1_000, 500)]
        self.messages = FakeMessages()

    def make_messages(self, campaign_id: str) -> None:
        division = division_of(self.stored(campaign_id))
        assert division is not None
        creation = MessageCreation(
            messages=self.messages, parts=self, tallies=self.campaigns, slices=self.slices, clock=self.clock
        )
        for part in (0, 1, 1):
            creation.create_part(campaign_id, "rcf_1", part, division)

    def read(self, file_id: str, part: int) -> Iterator[Recipient]:
        """Serve the `RecipientParts` port."""
        del file_id
        return iter(self.people[part])

    def local(self, at: datetime = NOON + DAY) -> str:
        campaign_id = self.draft()
        self.service.schedule(campaign_id, at.replace(tzinfo=None), "UTC", revision=None, recipient_local=True)
        return campaign_id

    def canary(self) -> str:
        """Return a campaign that is sent now, a canary of 150 first."""
        campaign_id = self.draft()
        self.campaigns.items[campaign_id] = replace(self.stored(campaign_id), canary=Canary(share=0.1))
        self.service.send_now(campaign_id, revision=None)
        self.make_messages(campaign_id)
        self.planning.finish(campaign_id)
        return campaign_id

    def guard(self) -> ReputationGuard:
        return ReputationGuard(
            campaigns=self.campaigns, messages=self.messages, limits=ReputationLimits(), clock=self.clock
        )

    def bounce(self, campaign_id: str, wanted: int) -> None:
        """Let so many of the canary bounce and the others be delivered."""
        left = wanted
        for key, message in self.messages.items.items():
            if message.seq < 3 * GROUP_SIZE and self._in_canary(message):
                facts = Facts(accepted_at=self.clock.now(), delivered_at=self.clock.now())
                if left:
                    facts = replace(facts, delivered_at=None, bounced_at=self.clock.now(), bounce_type="Permanent")
                    left -= 1
                self.messages.items[key] = replace(message, facts=facts)
        assert campaign_id
        assert left == 0

    def _in_canary(self, message: Message) -> bool:
        document = next(doc for key, doc in self.slices.items.items() if key.endswith(f"{message.part:05d}.json"))
        return message.seq < int(document["slices"][0][3])
