"""Adds up what the parts found and says what it means."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from chalicelib.kernel.clock import rfc3339
from chalicelib.preflight.forecast import Forecast, Stretch, cost
from chalicelib.preflight.model import Account, Finding, FindingCode, Severity
from chalicelib.preflight.occurrences import Occurrences
from chalicelib.recipients.model import RecipientFile
from chalicelib.templates.model import PROVIDED_FIELDS, TemplateVersion

_MEANINGS: Mapping[FindingCode, tuple[Severity, str]] = {
    FindingCode.RENDER_FAILED: (Severity.BLOCKING, "The message cannot be rendered: {}."),
    FindingCode.UNCHECKED: (
        Severity.BLOCKING,
        "Rendering is so slow that time did not suffice for these recipients; make the template simpler.",
    ),
    FindingCode.MAIL_TOO_LARGE: (Severity.BLOCKING, "The mail is larger than the 40 MB that SES takes."),
    FindingCode.HTML_CLIPPED: (
        Severity.WARNING,
        "The HTML has more than 102,400 bytes: Gmail cuts the message off, with the unsubscribe link at its end.",
    ),
    FindingCode.FIELD_EMPTY: (
        Severity.WARNING,
        "The field '{}' is empty, and the template neither asks for it (`if`) nor has a stand-in (`|default`).",
    ),
    FindingCode.TIME_ZONE_MISSING: (
        Severity.WARNING,
        "No time zone is given: mail at local times reaches these recipients by the schedule's own zone.",
    ),
    FindingCode.TIME_ZONE_UNKNOWN: (
        Severity.WARNING,
        "The time zone is no IANA name: mail at local times reaches these recipients by the schedule's own zone.",
    ),
    FindingCode.PLACEHOLDER_LEFT: (Severity.WARNING, "The {} holds signs of a placeholder that nothing filled in."),
    FindingCode.UNSUBSCRIBE_LINK_MISSING: (
        Severity.WARNING,
        "The {} has no link to `unsubscribe_url`; only the header List-Unsubscribe offers it.",
    ),
    FindingCode.LINK_UNUSABLE: (Severity.BLOCKING, "A link begins with none of http:, https:, mailto: and tel:."),
    FindingCode.IMAGE_UNUSABLE: (Severity.WARNING, "A picture's address begins neither with http: nor with https:."),
    FindingCode.LINK_PLACEHOLDER: (Severity.WARNING, "A link looks like a placeholder: it leads nowhere."),
    FindingCode.LINK_INSECURE: (Severity.WARNING, "A link begins with http: instead of https:."),
}
"""Severity and wording of what is counted; the braces stand for its detail."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a pre-flight found in all; the blocking findings first."""

    account: Account
    findings: tuple[Finding, ...]
    failed: int
    ahead: Forecast | None
    waves: tuple[Stretch, ...] = ()

    @property
    def blocking(self) -> tuple[str, ...]:
        """Codes of the blocking findings, each once."""
        return tuple(dict.fromkeys(one.code.value for one in self.findings if one.severity is Severity.BLOCKING))

    def document(self) -> dict[str, Any]:
        """Write it as it is stored and shown."""
        ahead = self.ahead
        return {
            "recipients": self.account.recipients,
            "sendable": self.account.sendable,
            "render_failed": self.failed,
            "suppressed": {"total": sum(self.account.suppressed.values()), "reasons": dict(self.account.suppressed)},
            "largest_html_bytes": self.account.largest_html_bytes,
            "largest_mail_bytes": self.account.largest_mail_bytes,
            "estimate": ahead
            and {
                "starts_at": rfc3339(ahead.starts_at),
                "ends_at": rfc3339(ahead.ends_at),
                "seconds": ahead.seconds,
                "days": ahead.days,
            },
            "waves": [
                {
                    "recipients": one.planned,
                    "at": rfc3339(one.at) if one.at else None,
                    "ends_at": rfc3339(one.ends_at) if one.ends_at else None,
                }
                for one in self.waves
            ],
            "time_zones": dict(self.account.time_zones),
            "cost": cost(self.account.sendable),
            "findings": [asdict(one) for one in self.findings],
        }


def add_up(documents: Sequence[Mapping[str, Any]]) -> tuple[Account, Occurrences]:
    """Add the results of all parts, in their order."""
    account, found = Account(), Occurrences()
    for document in documents:
        account += Account(**document["account"])
        found.include(document["occurrences"])
    return account, found


def counted_findings(found: Occurrences, tolerated_failures: int) -> Iterator[Finding]:
    """Say what was counted; failed renders block unless so many recipients may be left out."""
    tolerated = found.count(FindingCode.RENDER_FAILED) <= tolerated_failures
    for code, detail, count, examples in found:
        severity, wording = _MEANINGS[code]
        if code is FindingCode.RENDER_FAILED and tolerated:
            severity = Severity.WARNING
        yield Finding(code, severity, wording.format(detail), count, tuple(examples))


def field_findings(template: TemplateVersion, recipient_file: RecipientFile, recipients: int) -> Iterator[Finding]:
    """Say which fields no column gives."""
    given = PROVIDED_FIELDS | set(recipient_file.columns.values())
    for name in template.required:
        if name not in given:
            message = f"No column gives the field '{name}', and the template has no stand-in for it (`|default`)."
            yield Finding(FindingCode.FIELD_MISSING, Severity.BLOCKING, message, recipients)
    for name in template.variables:
        if name not in given and name not in template.required:
            message = f"No column gives the field '{name}': everybody gets what stands in for it."
            yield Finding(FindingCode.FIELD_WITHOUT_COLUMN, Severity.WARNING, message, recipients)


def recipient_findings(account: Account) -> Iterator[Finding]:
    """Say whether anybody is left to send to."""
    if not account.sendable:
        suppressed = sum(account.suppressed.values())
        message = f"Nobody would get this mail: of {account.recipients:,} recipients {suppressed:,} are suppressed."
        yield Finding(FindingCode.NO_RECIPIENTS, Severity.BLOCKING, message, account.recipients)


def in_order(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Put the blocking findings first."""
    return tuple(sorted(findings, key=lambda one: one.severity is not Severity.BLOCKING))
