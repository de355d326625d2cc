"""What several operations refuse for the same cause."""

from typing import Final

from chalicelib.campaigns.model import CampaignNotReadyError
from chalicelib.kernel.errors import ConflictError, DomainError
from chalicelib.kernel.states import InvalidTransitionError
from chalicelib.recipients.model import RecipientFileNotFoundError, RecipientFileNotReadyError
from chalicelib.templates.model import TemplateArchivedError, TemplateNotFoundError, TemplateNotReadyError

Refusals = tuple[type[DomainError], ...]

CONTENT: Final[Refusals] = (
    TemplateNotFoundError,
    TemplateNotReadyError,
    TemplateArchivedError,
    RecipientFileNotFoundError,
    RecipientFileNotReadyError,
    CampaignNotReadyError,
)
"""The template and the recipient file of a campaign are not there, not ready, or do not fit each other."""

STATE: Final[Refusals] = (InvalidTransitionError, ConflictError)
"""The resource is in a state in which this cannot be done."""
