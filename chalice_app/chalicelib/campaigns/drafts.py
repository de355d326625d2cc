"""Campaigns before they are scheduled: made, edited, copied, removed; and the archive of those that are over."""

from collections.abc import Callable
from dataclasses import replace

from chalicelib.campaigns.changes import apply, at_revision, existing
from chalicelib.campaigns.model import ID_PREFIX, OVER, Campaign, CampaignState, Draft, draft_of
from chalicelib.campaigns.ports import CampaignRepository, RecipientFiles, Templates
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import StaleRevisionError
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.states import InvalidTransitionError


class CampaignDrafts:
    """Drafts and the archive. ``revision`` is what If-Match says; None: any."""

    def __init__(
        self, *, campaigns: CampaignRepository, templates: Templates, files: RecipientFiles, clock: Clock
    ) -> None:
        self._campaigns = campaigns
        self._templates = templates
        self._files = files
        self._clock = clock

    def create(self, draft: Draft, *, campaign_id: str | None = None) -> Campaign:
        """Make a draft; the template's version is fixed here.

        Args:
            draft: what it consists of.
            campaign_id: its id; one that is there was made by an earlier try of the same request.

        Raises:
            TemplateNotFoundError: there is no such template or version.
            TemplateArchivedError: the template is archived.
            RecipientFileNotFoundError: there is no such file.
        """
        template = self._templates.choose(draft.template_id, draft.template_version)
        self._files.get(draft.file_id)
        now = self._clock.now()
        campaign = Campaign(
            campaign_id=campaign_id or new_id(ID_PREFIX, now),
            name=draft.name,
            state=CampaignState.DRAFT,
            template_id=template.template_id,
            template_version=template.version,
            file_id=draft.file_id,
            sender=draft.sender,
            reply_to=draft.reply_to,
            topic=draft.topic,
            rate_limit=draft.rate_limit,
            canary=draft.canary,
            created_at=now,
        )
        try:
            return self._campaigns.add(campaign)
        except StaleRevisionError:
            return existing(self._campaigns, campaign.campaign_id)

    def edit(self, campaign_id: str, change: Callable[[Draft], Draft], *, revision: int | None = None) -> Campaign:
        """Change a draft.

        Args:
            campaign_id: the draft.
            change: returns the draft changed; it is asked again when somebody else was faster.
            revision: see above.

        Raises:
            InvalidTransitionError: it is no draft any more.
            TemplateNotFoundError: there is no such template or version.
            TemplateArchivedError: a template was chosen that is archived.
            RecipientFileNotFoundError: there is no such file.
        """

        def step(now: Campaign) -> Campaign:
            _check_draft(now, "edited")
            before = draft_of(now)
            wanted = change(before)
            version = wanted.template_version
            if (wanted.template_id, version) != (now.template_id, now.template_version):
                version = self._templates.choose(wanted.template_id, version).version
            if wanted.file_id != now.file_id:
                self._files.get(wanted.file_id)
            if replace(wanted, template_version=version) == before:
                return now
            return replace(
                now,
                name=wanted.name,
                template_id=wanted.template_id,
                template_version=now.template_version if version is None else version,
                file_id=wanted.file_id,
                sender=wanted.sender,
                reply_to=wanted.reply_to,
                topic=wanted.topic,
                rate_limit=wanted.rate_limit,
                canary=wanted.canary,
            )

        return apply(self._campaigns, campaign_id, step, revision=revision)

    def duplicate(self, campaign_id: str, *, name: str | None, copy_id: str | None = None) -> Campaign:
        """Make a draft like a campaign, in whatever state that is.

        Args:
            campaign_id: the campaign.
            name: what the copy is called; None: as the original.
            copy_id: the id of the copy; one that is there was made by an earlier try of the same request.

        Raises:
            CampaignNotFoundError: there is no such campaign.
            TemplateArchivedError: its template is archived.
            RecipientFileNotFoundError: its recipient file was removed.
        """
        draft = draft_of(existing(self._campaigns, campaign_id))
        return self.create(draft if name is None else replace(draft, name=name), campaign_id=copy_id)

    def delete(self, campaign_id: str, *, revision: int | None = None) -> None:
        """Remove a draft.

        Raises:
            CampaignNotFoundError: there is no such campaign (any more).
            InvalidTransitionError: it is no draft any more.
        """
        campaign = at_revision(existing(self._campaigns, campaign_id), revision)
        _check_draft(campaign, "deleted")
        self._campaigns.remove(campaign)

    def archive(self, campaign_id: str, *, revision: int | None = None) -> Campaign:
        """Keep a campaign that is over out of sight. Repeating it is harmless.

        Raises:
            InvalidTransitionError: something of it is left to be done.
        """

        def step(now: Campaign) -> Campaign:
            if now.state not in OVER:
                states = ", ".join(sorted(OVER))
                raise InvalidTransitionError(f"A campaign that is {now.state} cannot be archived; it can be {states}.")
            return now if now.archived_at else replace(now, archived_at=self._clock.now())

        return apply(self._campaigns, campaign_id, step, revision=revision)

    def unarchive(self, campaign_id: str, *, revision: int | None = None) -> Campaign:
        """Take a campaign out of the archive. Repeating it is harmless."""
        return apply(
            self._campaigns,
            campaign_id,
            lambda now: replace(now, archived_at=None) if now.archived_at else now,
            revision=revision,
        )


def _check_draft(campaign: Campaign, what: str) -> None:
    if campaign.state is not CampaignState.DRAFT:
        raise InvalidTransitionError(f"A campaign that is {campaign.state} cannot be {what}; only a draft can.")
