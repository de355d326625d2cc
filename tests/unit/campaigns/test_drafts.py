"""Drafts: edited, copied, removed; the archive."""

from dataclasses import replace

import pytest

from chalicelib.campaigns.model import CampaignNotFoundError, CampaignState, Canary, Draft, Sender, draft_of
from chalicelib.kernel.errors import StaleRevisionError
from chalicelib.kernel.states import InvalidTransitionError
from chalicelib.recipients.model import RecipientFileNotFoundError
from chalicelib.templates.model import TemplateNotFoundError
from tests.unit.campaigns.stage import Stage


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_every_value_of_a_draft_can_be_edited(stage: Stage) -> None:
    campaign_id = stage.draft()
    wanted = Draft(
        "June",
        "tpl_1",
        1,
        "rcf_1",
        Sender("other@example.com", "Other"),
        reply_to="help@example.com",
        topic="offers",
        rate_limit=2.5,
        canary=Canary(share=0.1),
    )
    edited = stage.drafts.edit(campaign_id, lambda _: wanted)
    assert draft_of(edited) == wanted
    assert (edited.state, edited.revision) == (CampaignState.DRAFT, 2)
    taken_back = replace(wanted, reply_to=None, topic=None, rate_limit=None, canary=None)
    assert draft_of(stage.drafts.edit(campaign_id, lambda _: taken_back)) == taken_back


def test_an_edit_that_changes_nothing_makes_no_revision(stage: Stage) -> None:
    campaign_id = stage.draft()
    assert stage.drafts.edit(campaign_id, lambda draft: draft).revision == 1
    assert stage.drafts.edit(campaign_id, lambda draft: replace(draft, template_version=None)).revision == 1


def test_without_a_version_the_current_one_is_chosen_anew(stage: Stage) -> None:
    campaign_id = stage.draft()
    stage.drafts.edit(campaign_id, lambda draft: replace(draft, template_version=1))
    edited = stage.drafts.edit(campaign_id, lambda draft: replace(draft, template_version=None))
    assert edited.template_version == 2


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"template_id": "tpl_9", "template_version": None}, TemplateNotFoundError),
        ({"template_version": 9}, TemplateNotFoundError),
        ({"file_id": "rcf_9"}, RecipientFileNotFoundError),
    ],
)
def test_what_is_not_there_is_not_chosen(stage: Stage, change: dict[str, object], error: type[Exception]) -> None:
    campaign_id = stage.draft()
    with pytest.raises(error):
        stage.drafts.edit(campaign_id, lambda draft: replace(draft, **change))  # type: ignore[arg-type]  # Draft's names
    assert stage.campaigns.items[campaign_id].revision == 1


def test_somebody_elses_edit_is_seen_or_refused(stage: Stage) -> None:
    campaign_id = stage.draft()
    rival = replace(stage.campaigns.items[campaign_id], topic="offers")
    stage.campaigns.rivals = [rival]
    edited = stage.drafts.edit(campaign_id, lambda draft: replace(draft, name="June"))
    assert (edited.name, edited.topic) == ("June", "offers")
    for changing in (
        lambda: stage.drafts.edit(campaign_id, lambda draft: replace(draft, name="July"), revision=1),
        lambda: stage.drafts.delete(campaign_id, revision=1),
    ):
        with pytest.raises(StaleRevisionError):
            changing()


@pytest.mark.parametrize("state", [state for state in CampaignState if state is not CampaignState.DRAFT])
def test_only_a_draft_is_edited_or_removed(stage: Stage, state: CampaignState) -> None:
    campaign_id = stage.put_in(state, "run-1")
    before = stage.campaigns.items[campaign_id]
    with pytest.raises(InvalidTransitionError, match="only a draft"):
        stage.drafts.edit(campaign_id, lambda draft: replace(draft, name="June"))
    with pytest.raises(InvalidTransitionError, match="only a draft"):
        stage.drafts.delete(campaign_id)
    assert stage.campaigns.items[campaign_id] == before


def test_a_removed_draft_is_gone(stage: Stage) -> None:
    campaign_id = stage.draft()
    stage.drafts.delete(campaign_id)
    with pytest.raises(CampaignNotFoundError):
        stage.service.get(campaign_id)
    with pytest.raises(CampaignNotFoundError):
        stage.drafts.delete(campaign_id)


@pytest.mark.parametrize("state", list(CampaignState))
def test_a_copy_is_a_draft_of_the_same_content(stage: Stage, state: CampaignState) -> None:
    campaign_id = stage.put_in(state, "run-1")
    original = stage.campaigns.items[campaign_id]
    copy = stage.drafts.duplicate(campaign_id, name=None)
    assert draft_of(copy) == draft_of(original)
    assert (copy.state, copy.planned, copy.execution, copy.send_at) == (CampaignState.DRAFT, None, None, None)
    assert stage.drafts.duplicate(campaign_id, name="June").name == "June"


def test_a_copy_of_a_request_that_broke_off_is_found(stage: Stage) -> None:
    campaign_id = stage.draft()
    copy = stage.drafts.duplicate(campaign_id, name=None, copy_id="cmp_copy")
    assert stage.drafts.duplicate(campaign_id, name=None, copy_id="cmp_copy") == copy
    assert len(stage.campaigns.items) == 2


@pytest.mark.parametrize("state", list(CampaignState))
def test_only_what_is_over_is_archived(stage: Stage, state: CampaignState) -> None:
    campaign_id = stage.put_in(state, "run-1")
    if state not in {CampaignState.FINISHED, CampaignState.CANCELLED, CampaignState.FAILED}:
        with pytest.raises(InvalidTransitionError, match="cannot be archived"):
            stage.drafts.archive(campaign_id)
        return
    archived = stage.drafts.archive(campaign_id)
    assert (archived.state, archived.archived_at) == (state, stage.clock.time)
    assert stage.drafts.archive(campaign_id) == archived
    assert stage.drafts.unarchive(campaign_id).archived_at is None
    assert stage.drafts.unarchive(campaign_id).revision == archived.revision + 1
