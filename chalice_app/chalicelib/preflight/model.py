"""A pre-flight of a campaign: its state, what it is bound to, what it found."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.campaigns.model import Campaign, CampaignState
from chalicelib.kernel.errors import ConflictError, NotFoundError
from chalicelib.kernel.states import TransitionTable
from chalicelib.recipients.places import output_folder

MAX_ADDRESSES = 10
"""Addresses of one test send."""


class PreflightState(StrEnum):
    """Where a pre-flight is."""

    CHECKING = "checking"
    FINISHED = "finished"
    FAILED = "failed"


_AGAIN = "somebody asked for it again; what the run before found no longer counts"

TRANSITIONS = TransitionTable(
    "pre-flight",
    {
        PreflightState.CHECKING: {
            PreflightState.CHECKING: _AGAIN,
            PreflightState.FINISHED: "every recipient was looked at",
            PreflightState.FAILED: "it broke off, or the campaign changed under it; the reason says which",
        },
        PreflightState.FINISHED: {PreflightState.CHECKING: _AGAIN},
        PreflightState.FAILED: {PreflightState.CHECKING: _AGAIN},
    },
)


class PreflightNotFoundError(NotFoundError):
    """The campaign has had no pre-flight."""

    problem = "preflight-not-found"


class PreflightNeededError(ConflictError):
    """The campaign as it stands now has not been checked to the end."""

    problem = "preflight-needed"


class PreflightBlockedError(ConflictError):
    """The pre-flight found what keeps the campaign from being sent."""

    problem = "preflight-blocked"


class IncompletePreflightError(Exception):
    """A part left no result though all of them were worked through; the workflow fails the pre-flight with this."""


class Severity(StrEnum):
    """What a finding means for the campaign."""

    BLOCKING = "blocking"
    WARNING = "warning"


class FindingCode(StrEnum):
    """Everything that a pre-flight may find."""

    RENDER_FAILED = "render_failed"
    UNCHECKED = "unchecked"
    MAIL_TOO_LARGE = "mail_too_large"
    HTML_CLIPPED = "html_clipped"
    FIELD_MISSING = "field_missing"
    FIELD_EMPTY = "field_empty"
    TIME_ZONE_MISSING = "time_zone_missing"
    TIME_ZONE_UNKNOWN = "time_zone_unknown"
    FIELD_WITHOUT_COLUMN = "field_without_column"
    PLACEHOLDER_LEFT = "placeholder_left"
    UNSUBSCRIBE_LINK_MISSING = "unsubscribe_link_missing"
    LINK_UNUSABLE = "link_unusable"
    IMAGE_UNUSABLE = "image_unusable"
    LINK_PLACEHOLDER = "link_placeholder"
    LINK_INSECURE = "link_insecure"
    NO_RECIPIENTS = "no_recipients"
    IDENTITY_MISSING = "identity_missing"
    IDENTITY_NOT_VERIFIED = "identity_not_verified"
    DKIM_NOT_VERIFIED = "dkim_not_verified"
    SENDING_DISABLED = "sending_disabled"
    QUOTA_INSUFFICIENT = "quota_insufficient"
    QUOTA_SPREAD = "quota_spread"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found.

    Attributes:
        count: recipients or places that it is about; 1 where it is about the campaign as a whole.
        examples: some of them: addresses of recipients, or what stands in the template.
    """

    code: FindingCode
    severity: Severity
    message: str
    count: int = 1
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preflight:
    """The last pre-flight of a campaign.

    Attributes:
        run: counts the pre-flights of the campaign; only the last one may record anything.
        basis: fingerprint of what is checked, see `basis_of`.
        campaign_revision: the campaign's revision when it was started.
        parts: parts of the recipient file.
        tolerated_failures: so many recipients may be left out because their message cannot be rendered.
        passed: nothing blocks the campaign; None until it is finished.
        blocking: codes of the blocking findings.
        reason: why it failed.
        revision: counts the changes of this record, for optimistic locking.
    """

    campaign_id: str
    run: int
    state: PreflightState
    basis: str
    campaign_revision: int
    template_id: str
    template_version: int
    file_id: str
    parts: int
    started_at: datetime
    tolerated_failures: int = 0
    finished_at: datetime | None = None
    passed: bool | None = None
    blocking: tuple[str, ...] = ()
    reason: str | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Identity:
    """A sender identity of SES.

    Attributes:
        name: the domain.
        verified: SES sends from it.
        dkim_status: SES's ``SUCCESS``, ``PENDING``, ``FAILED``, ``TEMPORARY_FAILURE`` or ``NOT_STARTED``.
        dkim_signing: mails are signed.
    """

    name: str
    verified: bool
    dkim_status: str
    dkim_signing: bool


@dataclass(frozen=True, slots=True)
class Account:
    """What the recipients of a campaign, or of a part, add up to.

    Attributes:
        recipients: all of them.
        sendable: those whose message can be rendered and who are not suppressed.
        suppressed: those who get nothing, by reason.
        largest_html_bytes: size of the largest HTML part.
        largest_mail_bytes: estimate of the largest mail as it is transmitted.
        time_zones: the sendable ones by the IANA zone that they name, those without one under the empty name; empty
            where the file has no column of zones.
    """

    recipients: int = 0
    sendable: int = 0
    suppressed: Mapping[str, int] = field(default_factory=dict)
    largest_html_bytes: int = 0
    largest_mail_bytes: int = 0
    time_zones: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: "Account") -> "Account":
        """Add two accounts."""
        return Account(
            self.recipients + other.recipients,
            self.sendable + other.sendable,
            _added(self.suppressed, other.suppressed),
            max(self.largest_html_bytes, other.largest_html_bytes),
            max(self.largest_mail_bytes, other.largest_mail_bytes),
            _added(self.time_zones, other.time_zones),
        )


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in sorted({**one, **other})}


def basis_of(campaign: Campaign) -> str:
    """Return the fingerprint of everything of a campaign that decides what its mails look like and who gets them."""
    content = (
        campaign.template_id,
        campaign.template_version,
        campaign.file_id,
        asdict(campaign.sender),
        campaign.reply_to,
        campaign.topic,
        campaign.rate_limit,
    )
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def is_outdated(preflight: Preflight, campaign: Campaign) -> bool:
    """Tell whether the campaign changed since the pre-flight was started.

    Any change of a draft counts. Once it is scheduled, its revision moves on with its state, so only what was checked
    does.
    """
    changed = campaign.state is CampaignState.DRAFT and campaign.revision != preflight.campaign_revision
    return changed or basis_of(campaign) != preflight.basis


def run_folder(preflight: Preflight) -> str:
    """Prefix of what a run found; it goes with the recipient file, whose addresses it may hold."""
    return f"{output_folder(preflight.file_id)}preflight/{preflight.campaign_id}/{preflight.run:05d}/"


def part_folder(preflight: Preflight) -> str:
    """Prefix of the results of a run's parts."""
    return f"{run_folder(preflight)}parts/"


def part_result_key(preflight: Preflight, part: int) -> str:
    """Key of the result of one part."""
    return f"{part_folder(preflight)}{part:05d}.json"


def report_key(preflight: Preflight) -> str:
    """Key of what a run found in all."""
    return f"{run_folder(preflight)}report.json"
