"""What a campaign's life at random is played with: its recipients, executions of its workflow, what workers ask."""

from collections.abc import Iterator

from chalicelib.campaigns.execution import Entry
from chalicelib.campaigns.orders import CampaignOrders
from chalicelib.messages.model import MOST_PLACES, Tally
from chalicelib.recipients.model import Recipient
from chalicelib.sending.model import Directive, SendOrder
from tests.fakes.sending import FakeOrders

PARTS = 2
IN_A_PART = 56
"""Two groups a part, the second of them short."""

EVERYBODY = [f"p{part}u{seq}@example.org" for part in range(PARTS) for seq in range(IN_A_PART)]
ZONES = ["Etc/GMT-1", "Etc/UTC", "Etc/GMT+1", "nowhere"]
LONGEST_STEP = 1_800
"""Seconds that pass at most while an execution waits, so that something may happen meanwhile."""


class Child:
    """A child of the map: one part's worker, called again until the part is done."""

    def __init__(self, part: int, first: int = 0, groups: int = MOST_PLACES) -> None:
        self.part = part
        self.cursor = first
        self.until = first + groups
        self.done = False


class Execution:
    """One execution of ``send_campaign``, advanced by a step at a time."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.claimed = False
        self.done_wave: int | None = None
        self.entry = Entry(proceed=False)
        self.children: list[Child] = []


class Everybody:
    """The `RecipientParts` port: recipients in three zones."""

    def read(self, file_id: str, part: int) -> Iterator[Recipient]:
        del file_id
        for seq in range(IN_A_PART):
            zone = ZONES[seq % len(ZONES)]
            yield Recipient(f"p{part}u{seq}@example.org", {"name": "Zoë", "timezone": zone})


class LiveOrders(FakeOrders):
    """The `Orders` port over the campaign itself."""

    def __init__(self, orders: CampaignOrders) -> None:
        super().__init__()
        self._orders = orders

    def order(self, campaign_id: str) -> SendOrder:
        return self._orders.order(campaign_id)

    def directive(self, campaign_id: str, execution: str) -> Directive:
        return self._orders.directive(campaign_id, execution)

    def put_tally(self, campaign_id: str, part: int, tally: Tally) -> None:
        self._orders.put_tally(campaign_id, part, tally)
