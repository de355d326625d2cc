"""A pre-flight and a campaign as somebody watches them."""

import re
from typing import Any, Final

from emailplatform import models, tasks
from emailplatform.commands.session import Session

NOT_PASSED: Final = 3
"""Exit code when a pre-flight found what blocks the campaign."""

NOT_FINISHED: Final = 6
"""Exit code when a campaign ended otherwise, or is stopped."""

_SETTLED = ("accepted", "delivered", "bounced", "complained", "rejected", "skipped", "failed", "unknown")


def checked(session: Session, campaign_id: str, *, tolerate: int = 0) -> models.PreflightDocument:
    """Run a pre-flight, and answer what it found."""
    found = examined(session, campaign_id, tolerate=tolerate)
    report: dict[str, Any] = found["report"] or {}
    session.output.document(found, [("passed", found["passed"]), *_summary(report)])
    return found


def examined(session: Session, campaign_id: str, *, tolerate: int = 0) -> models.PreflightDocument:
    """Run a pre-flight with a bar."""
    with session.output.progress("checking every mail", 1) as bar:

        def tell(seen: models.PreflightDocument) -> None:
            bar.show(seen["progress"]["parts_done"], seen["progress"]["parts"])

        return tasks.check_campaign(
            session.client, campaign_id, tolerated_failures=tolerate, tell=tell, every_seconds=session.poll_seconds
        )


def _summary(report: dict[str, Any]) -> list[tuple[str, object]]:
    estimate = report.get("estimate") or {}
    rows: list[tuple[str, object]] = [
        ("recipients", report.get("recipients")),
        ("would get it", report.get("sendable")),
        ("suppressed", report.get("suppressed", {}).get("total")),
        ("ends at", estimate.get("ends_at")),
        ("US dollars", report.get("cost", {}).get("total")),
    ]
    for finding in report.get("findings", ()):
        examples = f" ({', '.join(map(str, finding['examples'][:3]))})" if finding.get("examples") else ""
        rows.append((f"{finding['severity']}: {finding['code']}", f"{finding['message']}{examples}"))
    return rows


def watched(session: Session, campaign_id: str) -> models.CampaignDocument:
    """Follow a campaign until it stands where it does not go on by itself; return it as it is then."""
    last = ""
    with session.output.progress("waiting", None) as bar:
        for campaign in tasks.follow_campaign(session.client, campaign_id, every_seconds=session.poll_seconds):
            state = campaign["state"]
            if state != last:
                session.output.tell(f"{campaign['name']}: {state}{_why(campaign)}")
                last = state
            if session.output.live and campaign["planned"]:
                by_status = session.client.get_campaign_statistics(campaign_id)["totals"].get("by_status", {})
                bar.show(sum(by_status.get(status, 0) for status in _SETTLED), campaign["planned"], state)
            if state in tasks.RESTING:
                return campaign
    raise AssertionError("following ends at a state of rest")


def _why(campaign: models.CampaignDocument) -> str:
    if campaign["reason"]:
        return f" ({campaign['reason']})"
    return f" for {campaign['send_at']}" if campaign["state"] == "scheduled" and campaign["send_at"] else ""


def with_seconds(at: str) -> str:
    """Complete a time that was given without seconds, as people write it."""
    return re.sub(r"^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(?=$|[Z+-])", r"\1T\2:00", at)
