"""Which campaigns a list holds, in what order, in pages of any size: the fake and DynamoDB."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.campaigns.model import Campaign, CampaignFilter, CampaignState, Sender
from chalicelib.campaigns.ports import CampaignRepository
from chalicelib.kernel.errors import InvalidInputError
from chalicelib.kernel.ids import new_id
from chalicelib.messages.model import Tally
from chalicelib.store import listing
from chalicelib.store.campaigns import DynamoCampaigns
from tests.contract import dynamo
from tests.fakes.campaigns import FakeCampaigns

NOON = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
BLANK = Campaign("", "", CampaignState.DRAFT, "", 1, "", Sender("shop@example.com"), NOON)


@pytest.fixture
def campaigns(kind: str) -> CampaignRepository:
    return FakeCampaigns() if kind == "fake" else DynamoCampaigns()


DAY = timedelta(days=1)


def varied() -> list[Campaign]:
    """Campaigns of several days, states, templates and times; every third has no time to be sent at."""
    states = [CampaignState.DRAFT, CampaignState.SCHEDULED, CampaignState.FINISHED, CampaignState.SENDING]
    return [
        replace(
            BLANK,
            campaign_id=new_id("cmp", NOON + number * DAY),
            name=f"{'Grüße' if number % 2 else 'News'} {number}",
            state=states[number % 4],
            template_id=f"tpl_{number % 2}",
            file_id=f"rcf_{number % 3}",
            topic="offers" if number % 2 else None,
            send_at=NOON + (20 - number) * DAY if number % 3 else None,
            archived_at=NOON if number in {2, 6} else None,
        )
        for number in range(10)
    ]


WISHES_OF_CAMPAIGNS = [
    (CampaignFilter(), [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]),
    (CampaignFilter(descending=False, archived=False), [0, 1, 3, 4, 5, 7, 8, 9]),
    (CampaignFilter(archived=True), [6, 2]),
    (CampaignFilter(states=frozenset({CampaignState.FINISHED})), [6, 2]),
    (CampaignFilter(states=frozenset({CampaignState.FINISHED, CampaignState.DRAFT})), [8, 6, 4, 2, 0]),
    (CampaignFilter(states=frozenset({CampaignState.DRAFT}), created_from=NOON + 2 * DAY), [8, 4]),
    (CampaignFilter(template_id="tpl_1", file_id="rcf_0"), [9, 3]),
    (CampaignFilter(topic="offers", name="GRÜSSE"), [9, 7, 5, 3, 1]),
    (CampaignFilter(created_from=NOON + 2 * DAY, created_to=NOON + 5 * DAY), [4, 3, 2]),
    (CampaignFilter(created_from=NOON + 5 * DAY, created_to=NOON + 2 * DAY), []),
    (CampaignFilter(by_send_time=True), [1, 2, 4, 5, 7, 8]),
    (CampaignFilter(by_send_time=True, descending=False, archived=False), [8, 7, 5, 4, 1]),
    (CampaignFilter(by_send_time=True, send_to=NOON + 15 * DAY, created_to=NOON + 8 * DAY), [5, 7]),
    (CampaignFilter(by_send_time=True, states=frozenset({CampaignState.SENDING})), [7]),
    (CampaignFilter(send_from=NOON + 15 * DAY, send_to=NOON + 18 * DAY), [5, 4, 2]),
]


@pytest.mark.parametrize("limit", [1, 2, 20])
@pytest.mark.parametrize(("wanted", "numbers"), WISHES_OF_CAMPAIGNS)
def test_campaigns_are_listed_as_wanted_without_gap_or_repetition(
    campaigns: CampaignRepository, limit: int, wanted: CampaignFilter, numbers: list[int]
) -> None:
    for one in varied():
        campaigns.add(one)
        campaigns.put_tally(one.campaign_id, 0, Tally())
    seen: list[int] = []
    cursor: str | None = None
    while True:
        page = campaigns.list(wanted, limit=limit, cursor=cursor)
        assert len(page.items) <= limit
        seen += [int(one.name.split()[1]) for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
        for other in (replace(wanted, name="x"), replace(wanted, descending=not wanted.descending)):
            with pytest.raises(InvalidInputError):
                campaigns.list(other, limit=limit, cursor=cursor)
    assert seen == numbers


def test_one_request_reads_a_bounded_number_of_items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", dynamo.REGION)
    monkeypatch.setattr(listing, "MOST_EXAMINED", 6)
    monkeypatch.setattr(listing, "_AT_ONCE", 3)
    with dynamo.tables():
        store = DynamoCampaigns()
        for one in varied():
            store.add(one)
        wanted = CampaignFilter(name="News 0")
        page = store.list(wanted, limit=5, cursor=None)
        assert page.items == []
        assert page.next_cursor
        rest = store.list(wanted, limit=5, cursor=page.next_cursor)
        assert ([one.name for one in rest.items], rest.next_cursor) == (["News 0"], None)
