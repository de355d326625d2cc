"""What is found recipient by recipient."""

from dataclasses import replace

import pytest

from chalicelib.preflight.model import FindingCode, Severity, part_result_key
from chalicelib.preflight.occurrences import MAX_EXAMPLES
from chalicelib.recipients.model import Recipient, RecipientFileNotReadyError, RecipientFileStatus
from chalicelib.suppressions.model import SuppressionReason
from tests.unit.preflight.stage import CAMPAIGN, HTML, Stage, people


def test_a_sound_campaign_passes_without_a_finding() -> None:
    stage = Stage(people("Anna", "Bob"), people("Cleo"))
    shown = stage.check()
    assert shown.preflight.passed is True
    assert shown.report is not None
    assert shown.report["findings"] == []
    assert (shown.report["recipients"], shown.report["sendable"]) == (3, 3)
    assert shown.report["largest_html_bytes"] > len("<p>Hi Anna</p>")


def test_every_recipient_is_rendered_and_failures_are_counted_by_reason_with_examples() -> None:
    lost = [Recipient(f"x{number}@example.org", {}) for number in range(30)]
    bad = Recipient("bad@example.org", {"name": "Bad", "url": "javascript:alert(1)"})
    good = Recipient("good@example.org", {"name": "Good", "url": "https://shop.example"})
    html = HTML + '<a href="{{ url|default("https://shop.example") }}">Shop</a>'
    stage = Stage([*people("Anna"), *lost[:10]], [*lost[10:], bad, good], html=html)
    found = [one for one in stage.findings() if one.code is FindingCode.RENDER_FAILED]
    assert [(one.count, one.severity) for one in found] == [(30, Severity.BLOCKING), (1, Severity.BLOCKING)]
    assert "'name'" in found[0].message
    assert found[0].examples == tuple(one.address for one in lost[:MAX_EXAMPLES])
    assert found[1].examples == ("bad@example.org",)
    assert "alert" not in found[1].message
    report = stage.service.get(CAMPAIGN).report
    assert report is not None
    assert (report["recipients"], report["render_failed"], report["sendable"]) == (33, 31, 2)


def test_some_failures_can_be_tolerated() -> None:
    stage = Stage([*people("Anna"), Recipient("x@example.org", {}), Recipient("y@example.org", {})])
    assert stage.only(FindingCode.RENDER_FAILED, tolerated_failures=1).severity is Severity.BLOCKING
    assert stage.only(FindingCode.RENDER_FAILED, tolerated_failures=2).severity is Severity.WARNING
    assert stage.service.get(CAMPAIGN).preflight.passed is True


def test_a_part_checked_again_gives_the_same_result_and_counts_once() -> None:
    stage = Stage([*people("Anna", "Bob"), Recipient("x@example.org", {})])
    run = stage.start(tolerated_failures=1)
    stage.check_part(run, 0)
    first = dict(stage.results.items)
    stage.check_part(run, 0)
    assert stage.results.items == first
    stage.finish(run)
    report = stage.service.get(CAMPAIGN).report
    assert report is not None
    assert (report["recipients"], report["render_failed"]) == (3, 1)


def test_the_suppressed_are_counted_by_reason_and_not_among_those_who_get_it() -> None:
    stage = Stage(people("Anna", "Bob", "Cleo", "Dan"))
    stage.suppress("anna@example.org")
    stage.suppress("BOB@example.org", SuppressionReason.UNSUBSCRIBE)
    report = stage.check().report
    assert report is not None
    assert report["suppressed"] == {"total": 2, "reasons": {"bounce": 1, "unsubscribe": 1}}
    assert (report["sendable"], report["findings"]) == (2, [])


def test_an_unsubscribe_from_another_topic_is_no_suppression() -> None:
    stage = Stage(people("Anna"))
    stage.change_campaign(topic="offers")
    stage.suppress("anna@example.org", SuppressionReason.UNSUBSCRIBE)  # from all campaigns
    assert stage.only(FindingCode.NO_RECIPIENTS).severity is Severity.BLOCKING
    assert stage.suppressions.delete("anna@example.org", next(iter(stage.suppressions.items))[1], None)
    assert stage.findings() == []


def test_an_empty_field_without_a_stand_in_is_a_warning() -> None:
    stage = Stage([*people("Anna"), Recipient("x@example.org", {"name": "  "})])
    found = stage.only(FindingCode.FIELD_EMPTY)
    assert (found.severity, found.count, found.examples) == (Severity.WARNING, 1, ("x@example.org",))
    assert "'name'" in found.message


@pytest.mark.parametrize(
    "subject",
    ["{% if name %}{{ name }}{% endif %}!", "{{ name if name else 'Hello' }}", "{% if x %}{% elif name %}{% endif %}!"],
)
def test_a_field_that_the_template_asks_for_may_be_empty(subject: str) -> None:
    columns = {"E-Mail": "email", "Name": "name", "X": "x"}
    stage = Stage([Recipient("x@example.org", {"name": "", "x": ""})], subject=subject, columns=columns)
    assert stage.findings() == []


@pytest.mark.parametrize(
    ("name", "where"),
    [("{{first}}", "HTML"), ("*|FNAME|*", "HTML"), ("{{first}}", "plain text"), ("last }}", "plain text")],
)
def test_placeholders_of_other_programs_are_found_in_what_is_read(name: str, where: str) -> None:
    stage = Stage([*people("Anna"), Recipient("x@example.org", {"name": name})])
    found = [one for one in stage.findings() if one.code is FindingCode.PLACEHOLDER_LEFT]
    assert next(one for one in found if where in one.message).examples == ("x@example.org",)
    assert all(one.severity is Severity.WARNING for one in found)


def test_a_style_sheet_is_no_placeholder() -> None:
    assert Stage(html="<style>@media print{p{color:red}}</style>" + HTML).findings() == []


def test_a_mail_without_a_visible_unsubscribe_link_is_a_warning_for_each_part() -> None:
    found = [
        one.message
        for one in Stage(html="<p>Hi {{ name }}</p>", text="Hi {{ name }}").findings()
        if one.code is FindingCode.UNSUBSCRIBE_LINK_MISSING
    ]
    assert len(found) == 2
    assert ("HTML" in found[0], "plain text" in found[1]) == (True, True)
    assert "List-Unsubscribe" in found[0]


def test_html_that_gmail_clips_is_a_warning_for_those_whose_mail_is_too_long() -> None:
    stage = Stage([*people("Anna"), Recipient("long@example.org", {"name": "é" * 51_200})])
    found = stage.only(FindingCode.HTML_CLIPPED)
    assert (found.severity, found.count, found.examples) == (Severity.WARNING, 1, ("long@example.org",))
    report = stage.service.get(CAMPAIGN).report
    assert report is not None
    assert report["largest_html_bytes"] > 102_400
    assert report["largest_mail_bytes"] > 2 * 102_400


def test_recipients_that_time_does_not_suffice_for_block() -> None:
    stage = Stage(people("Anna", "Bob"))
    stage.pace.remaining = 10
    found = stage.only(FindingCode.UNCHECKED)
    assert (found.severity, found.count) == (Severity.BLOCKING, 2)


def test_a_run_that_another_took_the_place_of_writes_nothing() -> None:
    stage = Stage()
    old, new = stage.start(), stage.start()
    assert (stage.check_part(old, 0), stage.results.items) == (0, {})
    assert stage.check_part(new, 0) == 2
    assert list(stage.results.items) == [part_result_key(stage.preflights.items[CAMPAIGN], 0)]


def test_nothing_is_checked_for_a_campaign_that_changed_or_was_cancelled() -> None:
    stage = Stage()
    run = stage.start()
    stage.change_campaign(topic="offers")
    assert (stage.check_part(run, 0), stage.results.items) == (0, {})


def test_a_file_that_was_removed_meanwhile_ends_the_run() -> None:
    stage = Stage()
    run = stage.start()
    stage.files.save(replace(stage.files.items["rcf_1"], status=RecipientFileStatus.DELETING))
    with pytest.raises(RecipientFileNotReadyError):
        stage.check_part(run, 0)
