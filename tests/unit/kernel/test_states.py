"""Every state machine of the platform: reasons, reachability, and what an edge that is missing does."""

from enum import StrEnum
from typing import Any

import pytest

from chalicelib.campaigns.model import TRANSITIONS as CAMPAIGNS
from chalicelib.campaigns.model import CampaignState
from chalicelib.exports.model import TRANSITIONS as EXPORTS
from chalicelib.exports.model import ExportState
from chalicelib.kernel.errors import ConflictError
from chalicelib.kernel.states import InvalidTransitionError, TransitionTable
from chalicelib.recipients.model import TRANSITIONS as FILES
from chalicelib.recipients.model import RecipientFileStatus
from chalicelib.templates.model import TRANSITIONS as TEMPLATES
from chalicelib.templates.model import TemplateStatus

MACHINES = pytest.mark.parametrize(
    ("table", "states", "first"),
    [
        (CAMPAIGNS, CampaignState, CampaignState.DRAFT),
        (FILES, RecipientFileStatus, RecipientFileStatus.AWAITING_UPLOAD),
        (TEMPLATES, TemplateStatus, TemplateStatus.AWAITING_UPLOAD),
        (EXPORTS, ExportState, ExportState.WRITING),
    ],
    ids=["campaign", "recipient file", "template version", "export"],
)


@MACHINES
def test_every_state_has_its_row(table: TransitionTable[Any], states: type[StrEnum], first: StrEnum) -> None:
    del first
    assert set(table.edges) == set(states)


@MACHINES
def test_every_edge_has_a_reason(table: TransitionTable[Any], states: type[StrEnum], first: StrEnum) -> None:
    del states, first
    assert all(reason.strip() for targets in table.edges.values() for reason in targets.values())


@MACHINES
def test_every_state_can_be_reached(table: TransitionTable[Any], states: type[StrEnum], first: StrEnum) -> None:
    reached, fresh = {first}, {first}
    while fresh:
        fresh = {target for source in fresh for target in table.edges[source]} - reached
        reached |= fresh
    assert reached == set(states)


@MACHINES
def test_an_edge_is_passed_and_everything_else_refused(
    table: TransitionTable[Any], states: type[StrEnum], first: StrEnum
) -> None:
    del first
    for source in states:
        for target in states:
            if target in table.edges[source]:
                assert table.allows(source, target)
                assert table.check(source, target) is target
            else:
                assert not table.allows(source, target)
                with pytest.raises(InvalidTransitionError):
                    table.check(source, target)


def test_a_refusal_says_what_would_be_possible() -> None:
    with pytest.raises(ConflictError) as refusal:
        CAMPAIGNS.check(CampaignState.PAUSED, CampaignState.DRAFT)
    assert refusal.value.detail == (
        "A campaign that is paused cannot become draft; from paused it can become sending, cancelled."
    )
    with pytest.raises(InvalidTransitionError, match="from failed it can become nothing"):
        CAMPAIGNS.check(CampaignState.FAILED, CampaignState.SENDING)
