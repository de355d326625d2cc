"""What a pre-flight says of campaigns in waves."""

from datetime import datetime, timedelta
from typing import Any

from chalicelib.campaigns.model import Canary
from chalicelib.kernel.clock import rfc3339
from chalicelib.preflight.model import FindingCode, Severity
from chalicelib.recipients.model import Recipient
from tests.unit.preflight.stage import Stage

ZONES = ["Europe/Berlin", "Europe/Berlin", "Africa/Lagos", "Etc/UTC", "", "  ", "Mars/Olympus_Mons"]


def _zoned(*zones: str) -> Stage:
    people = [Recipient(f"u{n}@example.org", {"name": "Ann", "timezone": zone}) for n, zone in enumerate(zones)]
    columns = {"E-Mail": "email", "Name": "name", "Zone": "timezone"}
    return Stage(people[:1], people[1:], columns=columns)


def _report(stage: Stage) -> dict[str, Any]:
    report = stage.check().report
    assert report is not None
    return report


def test_recipients_without_a_zone_are_counted_and_warned_of() -> None:
    stage = _zoned(*ZONES)
    missing, unknown = stage.only(FindingCode.TIME_ZONE_MISSING), stage.only(FindingCode.TIME_ZONE_UNKNOWN)
    assert (missing.severity, missing.count, missing.examples) == (
        Severity.WARNING,
        2,
        ("u4@example.org", "u5@example.org"),
    )
    assert (unknown.severity, unknown.count, unknown.examples) == (Severity.WARNING, 1, ("u6@example.org",))
    report = _report(stage)
    assert report["time_zones"] == {"": 3, "Africa/Lagos": 1, "Etc/UTC": 1, "Europe/Berlin": 2}
    assert report["waves"] == []


def test_who_is_suppressed_is_in_no_wave() -> None:
    stage = _zoned("Europe/Berlin", "")
    stage.suppress("u1@example.org")
    assert _report(stage)["time_zones"] == {"Europe/Berlin": 1}
    assert stage.findings() == []


def test_a_file_without_zones_is_not_asked_for_them() -> None:
    people = [Recipient("ann@example.org", {"name": "Ann"})]
    assert _report(Stage(people))["time_zones"] == {}


def test_the_waves_of_local_times_are_forecast_in_their_order() -> None:
    stage = _zoned(*ZONES)
    noon = (stage.clock.now() + timedelta(days=30)).replace(tzinfo=None)
    stage.change_campaign(local_time=noon, time_zone="Etc/UTC", send_at=stage.clock.now() + timedelta(days=30))
    report = _report(stage)
    waves = report["waves"]
    assert sum(wave["recipients"] for wave in waves) == report["sendable"] == 7
    starts = [datetime.fromisoformat(wave["at"]) for wave in waves]
    assert starts == sorted(set(starts))
    assert all(wave["at"] < wave["ends_at"] for wave in waves)
    assert report["estimate"]["starts_at"] == waves[0]["at"]
    assert report["estimate"]["ends_at"] == waves[-1]["ends_at"]


def test_a_canary_is_forecast_with_its_wait() -> None:
    people = [Recipient(f"u{n}@example.org", {"name": "Ann"}) for n in range(50)]
    stage = Stage(people)
    stage.change_campaign(canary=Canary(20, wait_minutes=45))
    report = _report(stage)
    canary, rest = report["waves"]
    assert (canary["recipients"], rest["recipients"], canary["at"], rest["at"]) == (20, 30, None, None)
    waited = datetime.fromisoformat(rest["ends_at"]) - datetime.fromisoformat(canary["ends_at"])
    assert timedelta(minutes=45) < waited < timedelta(minutes=47)
    assert report["estimate"]["starts_at"] == rfc3339(stage.clock.now())


def test_a_forecast_that_never_ends_still_lists_the_waves() -> None:
    stage = Stage([Recipient(f"u{n}@example.org", {"name": "Ann"}) for n in range(50)])
    stage.change_campaign(canary=Canary(20), rate_limit=1e-9)
    report = _report(stage)
    assert report["estimate"] is None
    assert [(wave["recipients"], wave["ends_at"]) for wave in report["waves"]] == [(20, None), (30, None)]
