"""What is found about the campaign as a whole."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.campaigns.model import CampaignState, Sender
from chalicelib.preflight.model import FindingCode, Identity, IncompletePreflightError, PreflightState, Severity
from chalicelib.preflight.occurrences import MAX_DETAIL_CHARACTERS, MAX_KINDS, OTHERS, Occurrences
from chalicelib.sending.model import Quota
from tests.unit.preflight.stage import CAMPAIGN, HTML, NOON, TEXT, VERIFIED, Stage, people

BLOCKING, WARNING = Severity.BLOCKING, Severity.WARNING


def codes(stage: Stage) -> list[tuple[FindingCode, Severity]]:
    return [(one.code, one.severity) for one in stage.findings()]


def test_a_sender_without_an_identity_blocks() -> None:
    stage = Stage()
    stage.change_campaign(sender=Sender("news@mail.elsewhere.example"))
    assert codes(stage) == [(FindingCode.IDENTITY_MISSING, BLOCKING)]
    assert stage.identities.asked == ["mail.elsewhere.example", "elsewhere.example"]


@pytest.mark.parametrize("address", ["news@SHOP.example", "news@mail.shop.example"])
def test_a_domain_stands_for_its_subdomains(address: str) -> None:
    stage = Stage()
    stage.change_campaign(sender=Sender(address))
    assert codes(stage) == []


def test_an_identity_that_is_not_verified_and_not_signed_blocks() -> None:
    stage = Stage()
    stage.identities.items["shop.example"] = Identity("shop.example", False, "PENDING", True)
    assert codes(stage) == [
        (FindingCode.IDENTITY_NOT_VERIFIED, BLOCKING),
        (FindingCode.DKIM_NOT_VERIFIED, BLOCKING),
    ]
    stage.identities.items["shop.example"] = replace(VERIFIED, dkim_signing=False)
    assert "switched off" in stage.only(FindingCode.DKIM_NOT_VERIFIED).message


def test_an_account_that_may_not_send_blocks() -> None:
    stage = Stage()
    stage.quota = Quota(10.0, sending_enabled=False)
    assert codes(stage) == [(FindingCode.SENDING_DISABLED, BLOCKING)]


def test_a_plan_beyond_the_days_quota_is_a_warning_with_its_estimated_end() -> None:
    stage = Stage(people("Anna", "Bob", "Cleo"))
    stage.quota = Quota(10.0, max_24_hours=2)
    assert codes(stage) == [(FindingCode.QUOTA_SPREAD, WARNING)]
    report = stage.service.get(CAMPAIGN).report
    assert report is not None
    assert report["estimate"]["days"] == 2
    assert report["estimate"]["ends_at"].startswith("2026-03-02T12:00:00")


def test_a_plan_that_no_quota_allows_blocks() -> None:
    stage = Stage()
    stage.quota = Quota(10.0, max_24_hours=0)
    assert codes(stage) == [(FindingCode.QUOTA_INSUFFICIENT, BLOCKING)]


def test_the_estimate_begins_when_the_campaign_does() -> None:
    stage = Stage()
    stage.change_campaign(send_at=NOON + timedelta(days=3), state=CampaignState.SCHEDULED)
    report = stage.check().report
    assert report is not None
    assert report["estimate"]["starts_at"] == "2026-03-04T12:00:00.000Z"


def test_a_field_that_no_column_gives_blocks_if_the_template_has_no_stand_in() -> None:
    html = HTML + "{{ city }}{{ team|default('us') }}"
    found = {(one.code, one.severity): one for one in Stage(html=html).findings()}
    missing = found[FindingCode.FIELD_MISSING, BLOCKING]
    assert ("'city'" in missing.message, missing.count) == (True, 2)
    assert "'team'" in found[FindingCode.FIELD_WITHOUT_COLUMN, WARNING].message
    assert (FindingCode.RENDER_FAILED, BLOCKING) in found


def test_links_are_looked_at_and_what_blocks_comes_first() -> None:
    html = HTML + '<a href="http://shop.de">x</a><a href="page.html">y</a>'
    assert codes(Stage(html=html)) == [(FindingCode.LINK_UNUSABLE, BLOCKING), (FindingCode.LINK_INSECURE, WARNING)]


def test_nobody_left_to_send_to_blocks() -> None:
    stage = Stage(people("Anna"))
    stage.suppress("anna@example.org")
    assert codes(stage) == [(FindingCode.NO_RECIPIENTS, BLOCKING)]
    report = stage.service.get(CAMPAIGN).report
    assert report is not None
    assert report["cost"]["total"] == "0.00"


def test_warnings_alone_do_not_keep_it_from_passing() -> None:
    stage = Stage(html="<p>Hi {{ name }}</p>", text=TEXT)
    shown = stage.check()
    assert shown.preflight.passed is True
    assert shown.preflight.blocking == ()


def test_a_part_without_a_result_is_an_error() -> None:
    stage = Stage(people("Anna"), people("Bob"))
    run = stage.start()
    stage.check_part(run, 1)
    with pytest.raises(IncompletePreflightError, match="1 of 2"):
        stage.finish(run)
    assert stage.preflights.items[CAMPAIGN].state is PreflightState.CHECKING


def test_finishing_again_changes_nothing() -> None:
    stage = Stage()
    before = stage.check().preflight
    assert stage.finish(before.run) == before


def test_a_run_that_another_took_the_place_of_records_nothing() -> None:
    stage = Stage()
    old = stage.start()
    stage.check_part(old, 0)
    new = stage.start()
    stage.finish(old)
    stored = stage.preflights.items[CAMPAIGN]
    assert (stored.run, stored.state) == (new, PreflightState.CHECKING)


def test_a_run_overtaken_while_it_finishes_records_nothing() -> None:
    stage = Stage()
    run = stage.start()
    stage.check_part(run, 0)
    stage.preflights.rivals = [replace(stage.preflights.items[CAMPAIGN], run=run + 1)]
    stage.finish(run)
    stored = stage.preflights.items[CAMPAIGN]
    assert (stored.run, stored.state) == (run + 1, PreflightState.CHECKING)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"reply_to": "help@shop.example"}, "was changed"), ({"state": CampaignState.CANCELLED}, "was cancelled")],
)
def test_a_campaign_that_changed_meanwhile_fails_the_run_with_the_reason(
    changes: dict[str, object], reason: str
) -> None:
    stage = Stage()
    run = stage.start()
    stage.check_part(run, 0)
    stage.change_campaign(**changes)
    stage.finish(run)
    stored = stage.preflights.items[CAMPAIGN]
    assert stored.state is PreflightState.FAILED
    assert reason in (stored.reason or "")


def test_kinds_are_bounded_and_details_cut() -> None:
    found = Occurrences()
    for number in range(MAX_KINDS + 50):
        found.add(FindingCode.RENDER_FAILED, f"{number}" + "x" * 1_000, f"{number}@example.org")
    documents = found.documents()
    assert found.count(FindingCode.RENDER_FAILED) == MAX_KINDS + 50
    assert len(documents) == MAX_KINDS + 1
    assert (documents[-1]["detail"], documents[-1]["count"]) == (OTHERS, 50)
    assert max(len(one["detail"]) for one in documents) == MAX_DETAIL_CHARACTERS
    again = Occurrences()
    again.include(documents)
    assert again.count(FindingCode.RENDER_FAILED) == MAX_KINDS + 50
