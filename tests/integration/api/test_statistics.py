"""Statistics through the API: of a campaign, of several, of the account."""

import json
import logging
from dataclasses import replace
from typing import Any

import pytest

import app
from chalicelib import bootstrap
from chalicelib.analytics import reconciliation
from chalicelib.kernel.logs import JsonFormatter
from tests.integration.api.journeys import Journeys, apply_events, event_about, index_messages
from tests.integration.api.platform import CONTEXT, Api


@pytest.fixture
def campaign_id(journeys: Journeys) -> str:
    """A campaign of three messages: one clicked, one bounced, one not sent."""
    campaign_id = journeys.campaign_with_messages()
    events = [event_about(name, campaign_id, 0) for name in ("send", "delivery", "click")]
    events.append(event_about("bounce", campaign_id, 1))
    assert apply_events(*events, *events) == []
    index_messages(campaign_id)
    return campaign_id


def _statistics(api: Api, campaign_id: str, rest: str = "") -> dict[str, Any]:
    answer = api.get(f"/v1/campaigns/{campaign_id}/statistics{rest}")
    assert answer.status == 200, answer.body
    document: dict[str, Any] = answer.document
    assert document["campaign_id"] == campaign_id
    return document


def test_a_campaign_without_messages_has_zeros(api: Api, journeys: Journeys) -> None:
    statistics = _statistics(api, journeys.draft())
    assert statistics["totals"]["planned"] == 0
    assert set(statistics["rates"].values()) == {None}


def test_totals_and_rates_follow_from_events_and_messages(api: Api, campaign_id: str) -> None:
    statistics = _statistics(api, campaign_id)
    totals = statistics["totals"]
    assert [totals[name] for name in ("planned", "delivered", "clicks", "bounced", "hard_bounced")] == [3, 1, 1, 1, 1]
    assert totals["by_status"] == {"delivered": 1, "pending": 1, "bounced": 1}
    assert totals["bounces"] == {"Permanent/General": 1}
    assert statistics["rates"]["click_rate"] == 1
    assert statistics["rates"]["bounce_rate"] == 0.5
    assert statistics["definitions"]["bounce_rate"] == "bounced / accepted"
    assert set(statistics["definitions"]) == set(statistics["rates"])


def test_a_time_line_is_of_the_zone_and_the_kinds_asked_for(api: Api, campaign_id: str) -> None:
    line = _statistics(api, campaign_id, "/timeline?interval=day&zone=Asia/Tokyo&kinds=click,bounce")
    assert (line["interval"], line["zone"]) == ("day", "Asia/Tokyo")
    starts = [point["start"] for point in line["points"]]
    assert all(start.endswith("T00:00:00+09:00") for start in starts)
    kinds = {kind for point in line["points"] for kind in point["counts"]}
    assert kinds == {"click", "bounce"}
    assert sum(point["counts"].get("click", 0) for point in line["points"]) == 1


def test_a_time_line_is_of_the_period_asked_for(api: Api, campaign_id: str) -> None:
    line = _statistics(api, campaign_id, "/timeline?interval=5m&from=2026-03-01T00:00:00Z&to=2026-03-01T00:10:00Z")
    assert [point["start"] for point in line["points"]] == ["2026-03-01T00:00:00Z", "2026-03-01T00:05:00Z"]
    assert line["end"] == "2026-03-01T00:10:00Z"


def test_a_date_is_a_midnight_of_the_zone(api: Api, campaign_id: str) -> None:
    line = _statistics(api, campaign_id, "/timeline?interval=day&zone=Asia/Tokyo&from=2026-03-01&to=2026-03-02")
    assert [point["start"] for point in line["points"]] == ["2026-03-01T00:00:00+09:00"]


def test_links_domains_providers_and_bounces_are_lists(api: Api, campaign_id: str) -> None:
    (link,) = _statistics(api, campaign_id, "/links?limit=5")["links"]
    assert (link["clicks"], link["messages"]) == (1, 1)
    (domain,) = _statistics(api, campaign_id, "/domains")["domains"]
    assert (domain["domain"], domain["totals"]["planned"], domain["rates"]["bounce_rate"]) == ("example.org", 3, 0.5)
    (provider,) = _statistics(api, campaign_id, "/providers")["providers"]
    assert (provider["provider"], provider["totals"]["delivered"]) == ("Other", 1)
    (cause,) = _statistics(api, campaign_id, "/bounces")["bounces"]
    assert (cause["bounce_type"], cause["bounce_subtype"], cause["events"]) == ("Permanent", "General", 1)


def test_campaigns_are_compared_in_the_order_asked_for(api: Api, journeys: Journeys, campaign_id: str) -> None:
    draft = journeys.draft(name="Autumn news")
    answer = api.get(f"/v1/statistics/campaigns?ids={draft},{campaign_id},{draft}")
    compared = answer.document["campaigns"]
    assert [(one["campaign_id"], one["totals"]["planned"]) for one in compared] == [(draft, 0), (campaign_id, 3)]
    assert compared[0]["name"] == "Autumn news"


def test_the_overview_counts_what_was_accepted_in_the_period(api: Api, campaign_id: str) -> None:
    line = _statistics(api, campaign_id, "/timeline?interval=day")
    first, last = line["points"][0]["start"], line["end"]
    overview = api.get(f"/v1/statistics/overview?interval=day&from={first}&to={last}").document
    assert overview["campaign"]["totals"]["accepted"] == 2
    assert overview["transactional"]["totals"]["accepted"] == 0
    assert [(one["campaign_id"], one["totals"]["accepted"]) for one in overview["campaigns"]] == [(campaign_id, 2)]
    assert overview["timeline"]["points"] == line["points"]
    assert (overview["from"][:19], overview["to"][:19]) == (first[:19], last[:19])


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ("/timeline?interval=week", "/interval"),
        ("/timeline?zone=Mars/Olympus", "/zone"),
        ("/timeline?kinds=open,opened", "/kinds/1"),
        ("/timeline?kinds=", "/kinds/0"),
        ("/timeline?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z", "/to"),
        ("/timeline?from=yesterday", "/from"),
        ("/links?limit=0", "/limit"),
        ("/domains?limit=201", "/limit"),
        ("/bounces?order=asc", "/order"),
        ("/providers?limit=1", "/limit"),
        ("?interval=day", "/interval"),
    ],
)
def test_a_wrong_parameter_is_named(api: Api, journeys: Journeys, path: str, pointer: str) -> None:
    problem = api.get(f"/v1/campaigns/{journeys.draft()}/statistics{path}").problem(422, "invalid-input")
    assert pointer in [error["pointer"] for error in problem["errors"]]


def test_too_many_points_are_refused(api: Api, journeys: Journeys) -> None:
    period = "from=2026-01-01T00:00:00Z&to=2026-12-31T00:00:00Z"
    path = f"/v1/campaigns/{journeys.draft()}/statistics/timeline?interval=minute&{period}"
    assert "1,500" in api.get(path).problem(422, "too-many-points")["detail"]


@pytest.mark.parametrize("rest", ["", "/timeline", "/links", "/domains", "/providers", "/bounces"])
def test_a_campaign_that_is_not_there_has_no_statistics(api: Api, rest: str) -> None:
    api.get(f"/v1/campaigns/cmp_01k9xq8z0v5w3r7t2y4n6m8p0s/statistics{rest}").problem(404, "campaign-not-found")


@pytest.mark.parametrize("ids", ["", "cmp_1", ",".join(["cmp_01k9xq8z0v5w3r7t2y4n6m8p0s"] * 21)])
def test_what_cannot_be_compared_is_refused(api: Api, ids: str) -> None:
    api.get(f"/v1/statistics/campaigns?ids={ids}").problem(422, "invalid-input")


def test_one_campaign_that_is_not_there_refuses_the_comparison(api: Api, campaign_id: str) -> None:
    path = f"/v1/statistics/campaigns?ids={campaign_id},cmp_01k9xq8z0v5w3r7t2y4n6m8p0s"
    api.get(path).problem(404, "campaign-not-found")


def test_documents_that_differ_from_the_messages_are_mended(
    api: Api, campaign_id: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reconciliation, "CATCH_UP_SECONDS", 0.0)
    before = _statistics(api, campaign_id)["totals"]
    index = bootstrap.analytics_store()
    bounced, delivered, pending = sorted(index.part_documents(campaign_id, 0), key=lambda document: document.status)
    index.remove_messages([bounced])
    index.restore_messages([replace(delivered, opens=7), replace(pending, message_id=f"{campaign_id}-00000-00009")])
    assert _statistics(api, campaign_id)["totals"] != before
    logging.getLogger("chalicelib").addHandler(caplog.handler)
    task = {"campaign_id": campaign_id, "part": 0}
    assert app.reconcile_campaign(task, CONTEXT) == {**task, "done": True}
    logging.getLogger("chalicelib").removeHandler(caplog.handler)
    assert _statistics(api, campaign_id)["totals"] == before
    (line,) = [json.loads(JsonFormatter().format(record)) for record in caplog.records if "compared" in record.message]
    assert (line["StatisticsDrift"], line["FunctionName"], line["level"]) == (3, "of-tests", "WARNING")
    assert line["drift"] == {"missing": 1, "stale": 0, "altered": 1, "stray": 1, "ahead": 0}


def test_campaigns_are_compared_when_asked_for_or_due(campaign_id: str) -> None:
    assert app.find_due_campaigns({"campaign_ids": [campaign_id]}, CONTEXT) == {"campaign_ids": [campaign_id]}
    assert app.find_due_campaigns({}, CONTEXT) == {"campaign_ids": []}
