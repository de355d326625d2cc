"""Following a campaign's events through the API."""

import pytest

from tests.integration.api.journeys import Journeys, apply_events, event_about
from tests.integration.api.platform import Api


@pytest.fixture
def campaign_id(journeys: Journeys) -> str:
    return journeys.campaign_with_messages()


def test_events_are_followed_from_cursor_to_cursor(api: Api, campaign_id: str) -> None:
    path = f"/v1/campaigns/{campaign_id}/events"
    start = api.get(path).document
    assert (start["items"], start["retry_after"]) == ([], 5)
    assert apply_events(event_about("click", campaign_id, 0)) == []
    first = api.get(f"{path}?after={start['cursor']}").document
    [click] = first["items"]
    assert (click["kind"], click["message_id"]) == ("click", f"{campaign_id}-00000-00000")
    assert click["event_id"].startswith(click["message_id"])
    assert apply_events(event_about("send", campaign_id, 0), event_about("bounce", campaign_id, 1)) == []
    second = api.get(f"{path}?after={first['cursor']}&kinds=send,bounce&limit=1").document
    assert (len(second["items"]), second["retry_after"]) == (1, 0)
    third = api.get(f"{path}?after={second['cursor']}&kinds=send,bounce").document
    assert {second["items"][0]["kind"], third["items"][0]["kind"]} == {"send", "bounce"}
    empty = api.get(f"{path}?after={third['cursor']}&kinds=send,bounce").document
    assert (empty["items"], empty["cursor"]) == ([], third["cursor"])


@pytest.mark.parametrize("query", ["after=nonsense", "kinds=opened", "limit=0", "limit=1001", "since=now"])
def test_what_cannot_be_taken_is_refused(api: Api, campaign_id: str, query: str) -> None:
    problem = api.get(f"/v1/campaigns/{campaign_id}/events?{query}").problem(422, "invalid-input")
    assert problem["errors"][0]["pointer"] == "/" + query.partition("=")[0]


def test_a_campaign_that_is_not_there_has_no_events(api: Api) -> None:
    path = "/v1/campaigns/cmp_00000000000000000000000000/events"
    api.get(path).problem(404, "campaign-not-found")
