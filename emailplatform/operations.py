"""A method for each operation of the API.

Written by `make openapi` from the description of the API; do not change it by hand.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, cast

from emailplatform import models


class Operations(ABC):
    """Every operation; `emailplatform.client.Client` makes the calls."""

    @abstractmethod
    def _call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str | None] | None = None,
        body: Any = None,
    ) -> Any:
        """Make a call."""

    @abstractmethod
    def _pages(self, path: str, query: Mapping[str, Any]) -> Iterator[Any]:
        """Walk the items of a list."""

    @staticmethod
    @abstractmethod
    def _segment(value: str) -> str:
        """Write a path segment."""

    def get_account(self) -> models.AccountDocument:
        """Show what SES allows the account, what it used, and its reputation.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as MissingScopeError, TemporarilyUnavailableError, TooManyRequestsError,
                UnauthorizedError.
        """
        return cast("models.AccountDocument", self._call("GET", "/v1/account"))

    def list_api_keys(self, *, limit: int | None = None, cursor: str | None = None) -> models.ApiKeyDocumentPage:
        """List all keys, newest first; expired and revoked ones stay in it.

        Needs the scope `keys` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.ApiKeyDocumentPage", self._call("GET", "/v1/api-keys", query={"limit": limit, "cursor": cursor})
        )

    def iter_api_keys(self, *, limit: int | None = None) -> Iterator[models.ApiKeyDocument]:
        """Walk all pages of `list_api_keys`; `limit` bounds one page.

        Needs the scope `keys` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast("Iterator[models.ApiKeyDocument]", self._pages("/v1/api-keys", {"limit": limit}))

    def create_api_key(
        self, body: models.CreateApiKey, *, idempotency_key: str | None = None
    ) -> models.IssuedApiKeyDocument:
        """Make an API key; its token is shown this once.

        Needs the scope `keys` or `admin`.

        Raises:
            ApiError: as IdempotencyKeyRequiredError, IdempotencyKeyReusedError, InvalidInputError,
                MalformedBodyError, MissingScopeError, RequestInProgressError, ScopesExceededError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.IssuedApiKeyDocument",
            self._call("POST", "/v1/api-keys", headers={"Idempotency-Key": idempotency_key}, body=body),
        )

    def get_api_key(self, key_id: str, /) -> models.ApiKeyDocument:
        """Show a key.

        Needs the scope `keys` or `admin`.

        Raises:
            ApiError: as ApiKeyNotFoundError, InvalidInputError, MissingScopeError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast("models.ApiKeyDocument", self._call("GET", f"/v1/api-keys/{self._segment(key_id)}"))

    def change_api_key(
        self, key_id: str, /, body: models.ChangeApiKey | None = None, *, if_match: str | None = None
    ) -> models.ApiKeyDocument:
        """Change a key's name, scopes or expiry.

        Needs the scope `keys` or `admin`.

        Raises:
            ApiError: as ApiKeyNotFoundError, ApiKeyRevokedError, InvalidInputError, MalformedBodyError,
                MissingScopeError, ScopesExceededError, StaleRevisionError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.ApiKeyDocument",
            self._call(
                "PATCH", f"/v1/api-keys/{self._segment(key_id)}", headers={"If-Match": if_match}, body=body or {}
            ),
        )

    def revoke_api_key(
        self, key_id: str, /, body: models.NoDetails | None = None, *, if_match: str | None = None
    ) -> models.ApiKeyDocument:
        """End a key for good.

        Needs the scope `keys` or `admin`.

        Raises:
            ApiError: as ApiKeyNotFoundError, InvalidInputError, MalformedBodyError, MissingScopeError,
                ScopesExceededError, StaleRevisionError, TemporarilyUnavailableError, TooManyRequestsError,
                UnauthorizedError.
        """
        return cast(
            "models.ApiKeyDocument",
            self._call(
                "POST", f"/v1/api-keys/{self._segment(key_id)}/revoke", headers={"If-Match": if_match}, body=body or {}
            ),
        )

    def rotate_api_key(
        self, key_id: str, /, body: models.RotateApiKey | None = None, *, if_match: str | None = None
    ) -> models.IssuedApiKeyDocument:
        """Give a key a new secret; its token is shown this once, and the old one stays good for a while.

        Needs the scope `keys` or `admin`.

        Raises:
            ApiError: as ApiKeyNotFoundError, ApiKeyRevokedError, InvalidInputError, MalformedBodyError,
                MissingScopeError, ScopesExceededError, StaleRevisionError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.IssuedApiKeyDocument",
            self._call(
                "POST", f"/v1/api-keys/{self._segment(key_id)}/rotate", headers={"If-Match": if_match}, body=body or {}
            ),
        )

    def list_audit_entries(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        actor: str | None = None,
        action: str | None = None,
        resource: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> models.AuditDocumentPage:
        """List what was done, newest first; a page may hold fewer entries than asked for though next is not null.

        Needs the scope `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.AuditDocumentPage",
            self._call(
                "GET",
                "/v1/audit",
                query={
                    "limit": limit,
                    "cursor": cursor,
                    "actor": actor,
                    "action": action,
                    "resource": resource,
                    "since": since,
                    "until": until,
                },
            ),
        )

    def iter_audit_entries(
        self,
        *,
        limit: int | None = None,
        actor: str | None = None,
        action: str | None = None,
        resource: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> Iterator[models.AuditDocument]:
        """Walk all pages of `list_audit_entries`; `limit` bounds one page.

        Needs the scope `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "Iterator[models.AuditDocument]",
            self._pages(
                "/v1/audit",
                {
                    "limit": limit,
                    "actor": actor,
                    "action": action,
                    "resource": resource,
                    "since": since,
                    "until": until,
                },
            ),
        )

    def list_campaigns(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: Sequence[models.CampaignState] | None = None,
        template_id: str | None = None,
        file_id: str | None = None,
        topic: str | None = None,
        name: str | None = None,
        archived: Literal["false", "true", "all"] | None = None,
        created_from: str | None = None,
        created_to: str | None = None,
        send_from: str | None = None,
        send_to: str | None = None,
        sort: Literal["-created_at", "created_at", "-send_at", "send_at"] | None = None,
    ) -> models.CampaignDocumentPage:
        """List campaigns, by default the newest first and those that are not archived.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.CampaignDocumentPage",
            self._call(
                "GET",
                "/v1/campaigns",
                query={
                    "limit": limit,
                    "cursor": cursor,
                    "state": state,
                    "template_id": template_id,
                    "file_id": file_id,
                    "topic": topic,
                    "name": name,
                    "archived": archived,
                    "created_from": created_from,
                    "created_to": created_to,
                    "send_from": send_from,
                    "send_to": send_to,
                    "sort": sort,
                },
            ),
        )

    def iter_campaigns(
        self,
        *,
        limit: int | None = None,
        state: Sequence[models.CampaignState] | None = None,
        template_id: str | None = None,
        file_id: str | None = None,
        topic: str | None = None,
        name: str | None = None,
        archived: Literal["false", "true", "all"] | None = None,
        created_from: str | None = None,
        created_to: str | None = None,
        send_from: str | None = None,
        send_to: str | None = None,
        sort: Literal["-created_at", "created_at", "-send_at", "send_at"] | None = None,
    ) -> Iterator[models.CampaignDocument]:
        """Walk all pages of `list_campaigns`; `limit` bounds one page.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "Iterator[models.CampaignDocument]",
            self._pages(
                "/v1/campaigns",
                {
                    "limit": limit,
                    "state": state,
                    "template_id": template_id,
                    "file_id": file_id,
                    "topic": topic,
                    "name": name,
                    "archived": archived,
                    "created_from": created_from,
                    "created_to": created_to,
                    "send_from": send_from,
                    "send_to": send_to,
                    "sort": sort,
                },
            ),
        )

    def create_campaign(
        self, body: models.CreateCampaign, *, idempotency_key: str | None = None
    ) -> models.CampaignDocument:
        """Make a draft.

        Needs the scope `write` or `admin`.

        Raises:
            ApiError: as CampaignNotReadyError, IdempotencyKeyRequiredError, IdempotencyKeyReusedError,
                InvalidInputError, MalformedBodyError, MissingScopeError, RecipientFileNotFoundError,
                RecipientFileNotReadyError, RequestInProgressError, TemplateArchivedError,
                TemplateNotFoundError, TemplateNotReadyError, TemporarilyUnavailableError, TooManyRequestsError,
                UnauthorizedError.
        """
        return cast(
            "models.CampaignDocument",
            self._call("POST", "/v1/campaigns", headers={"Idempotency-Key": idempotency_key}, body=body),
        )

    def delete_campaign(self, campaign_id: str, /, *, if_match: str | None = None) -> None:
        """Remove a draft.

        Needs the scope `write` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, ConflictError, InvalidInputError, InvalidStateError,
                MissingScopeError, StaleRevisionError, TemporarilyUnavailableError, TooManyRequestsError,
                UnauthorizedError.
        """
        self._call("DELETE", f"/v1/campaigns/{self._segment(campaign_id)}", headers={"If-Match": if_match})

    def get_campaign(self, campaign_id: str, /) -> models.CampaignDocument:
        """Show a campaign.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, InvalidInputError, MissingScopeError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast("models.CampaignDocument", self._call("GET", f"/v1/campaigns/{self._segment(campaign_id)}"))

    def edit_campaign(
        self, campaign_id: str, /, body: models.EditCampaign | None = None, *, if_match: str | None = None
    ) -> models.CampaignDocument:
        """Change a draft; what is left out stays.

        Needs the scope `write` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, CampaignNotReadyError, ConflictError, InvalidInputError,
                InvalidStateError, MalformedBodyError, MissingScopeError, RecipientFileNotFoundError,
                RecipientFileNotReadyError, StaleRevisionError, TemplateArchivedError, TemplateNotFoundError,
                TemplateNotReadyError, TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.CampaignDocument",
            self._call(
                "PATCH", f"/v1/campaigns/{self._segment(campaign_id)}", headers={"If-Match": if_match}, body=body or {}
            ),
        )

    def archive_campaign(
        self, campaign_id: str, /, body: models.NoDetails | None = None, *, if_match: str | None = None
    ) -> models.CampaignDocument:
        """Keep a campaign that is over out of sight.

        Needs the scope `write` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, ConflictError, InvalidInputError, InvalidStateError,
                MalformedBodyError, MissingScopeError, StaleRevisionError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.CampaignDocument",
            self._call(
                "POST",
                f"/v1/campaigns/{self._segment(campaign_id)}/archive",
                headers={"If-Match": if_match},
                body=body or {},
            ),
        )

    def cancel_campaign(
        self, campaign_id: str, /, body: models.StopCampaign | None = None, *, if_match: str | None = None
    ) -> models.CampaignDocument:
        """Stop a campaign for good; whatever was not sent becomes skipped.

        Needs the scope `send` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, ConflictError, InvalidInputError, InvalidStateError,
                MalformedBodyError, MissingScopeError, StaleRevisionError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.CampaignDocument",
            self._call(
                "POST",
                f"/v1/campaigns/{self._segment(campaign_id)}/cancel",
                headers={"If-Match": if_match},
                body=body or {},
            ),
        )

    def duplicate_campaign(
        self, campaign_id: str, /, body: models.DuplicateCampaign | None = None, *, idempotency_key: str | None = None
    ) -> models.CampaignDocument:
        """Make a draft like a campaign.

        Needs the scope `write` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, CampaignNotReadyError, IdempotencyKeyRequiredError,
                IdempotencyKeyReusedError, InvalidInputError, MalformedBodyError, MissingScopeError,
                RecipientFileNotFoundError, RecipientFileNotReadyError, RequestInProgressError,
                TemplateArchivedError, TemplateNotFoundError, TemplateNotReadyError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.CampaignDocument",
            self._call(
                "POST",
                f"/v1/campaigns/{self._segment(campaign_id)}/duplicate",
                headers={"Idempotency-Key": idempotency_key},
                body=body or {},
            ),
        )

    def list_events_since(
        self, campaign_id: str, /, *, after: str | None = None, limit: int | None = None, kinds: str | None = None
    ) -> models.EventsDocument:
        """Answer a campaign's events since a point, in the order in which they were kept.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, InvalidInputError, MissingScopeError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.EventsDocument",
            self._call(
                "GET",
                f"/v1/campaigns/{self._segment(campaign_id)}/events",
                query={"after": after, "limit": limit, "kinds": kinds},
            ),
        )

    def order_export(
        self, campaign_id: str, /, body: models.OrderExport | None = None, *, idempotency_key: str | None = None
    ) -> models.ExportDocument:
        """Have a campaign's messages written into a file.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, IdempotencyKeyRequiredError, IdempotencyKeyReusedError,
                InvalidInputError, MalformedBodyError, MissingScopeError, RequestInProgressError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.ExportDocument",
            self._call(
                "POST",
                f"/v1/campaigns/{self._segment(campaign_id)}/exports",
                headers={"Idempotency-Key": idempotency_key},
                body=body or {},
            ),
        )

    def get_export(self, campaign_id: str, export_id: str, /) -> models.ExportDocument:
        """Show an export, once it is ready with a short-lived address of its file.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, ExportNotFoundError, InvalidInputError, MissingScopeError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.ExportDocument",
            self._call("GET", f"/v1/campaigns/{self._segment(campaign_id)}/exports/{self._segment(export_id)}"),
        )

    def list_campaign_messages(
        self,
        campaign_id: str,
        /,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        status: models.MessageStatus | None = None,
        reason: str | None = None,
        address: str | None = None,
        address_prefix: str | None = None,
    ) -> models.CampaignMessageDocumentPage:
        """List messages in the order of the recipient file; a page may be short though next says that more follow.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, InvalidInputError, MissingScopeError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.CampaignMessageDocumentPage",
            self._call(
                "GET",
                f"/v1/campaigns/{self._segment(campaign_id)}/messages",
                query={
                    "limit": limit,
                    "cursor": cursor,
                    "status": status,
                    "reason": reason,
                    "address": address,
                    "address_prefix": address_prefix,
                },
            ),
        )

    def iter_campaign_messages(
        self,
        campaign_id: str,
        /,
        *,
        limit: int | None = None,
        status: models.MessageStatus | None = None,
        reason: str | None = None,
        address: str | None = None,
        address_prefix: str | None = None,
    ) -> Iterator[models.CampaignMessageDocument]:
        """Walk all pages of `list_campaign_messages`; `limit` bounds one page.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, InvalidInputError, MissingScopeError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "Iterator[models.CampaignMessageDocument]",
            self._pages(
                f"/v1/campaigns/{self._segment(campaign_id)}/messages",
                {
                    "limit": limit,
                    "status": status,
                    "reason": reason,
                    "address": address,
                    "address_prefix": address_prefix,
                },
            ),
        )

    def pause_campaign(
        self, campaign_id: str, /, body: models.StopCampaign | None = None, *, if_match: str | None = None
    ) -> models.CampaignDocument:
        """Stop sending until somebody resumes the campaign.

        Needs the scope `send` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, ConflictError, InvalidInputError, InvalidStateError,
                MalformedBodyError, MissingScopeError, StaleRevisionError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.CampaignDocument",
            self._call(
                "POST",
                f"/v1/campaigns/{self._segment(campaign_id)}/pause",
                headers={"If-Match": if_match},
                body=body or {},
            ),
        )

    def get_preflight(self, campaign_id: str, /) -> models.PreflightDocument:
        """Show how far the last check of a campaign is, or what it found.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, InvalidInputError, MissingScopeError, PreflightNotFoundError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.PreflightDocument", self._call("GET", f"/v1/campaigns/{self._segment(campaign_id)}/preflight")
        )

    def start_preflight(
        self, campaign_id: str, /, body: models.StartPreflight | None = None, *, idempotency_key: str | None = None
    ) -> models.PreflightDocument:
        """Check a campaign for every recipient; a check that is under way is given up for this one.

        Needs the scope `write` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, CampaignNotReadyError, ConflictError,
                IdempotencyKeyRequiredError, IdempotencyKeyReusedError, InvalidInputError, InvalidStateError,
                MalformedBodyError, MissingScopeError, RecipientFileNotFoundError, RecipientFileNotReadyError,
                RequestInProgressError, TemplateArchivedError, TemplateNotFoundError, TemplateNotReadyError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.PreflightDocument",
            self._call(
                "POST",
                f"/v1/campaigns/{self._segment(campaign_id)}/preflight",
                headers={"Idempotency-Key": idempotency_key},
                body=body or {},
            ),
        )

    def get_planned_waves(
        self, campaign_id: str, /, *, at: str, time_zone: str | None = None
    ) -> models.PlannedWavesDocument:
        """Show when each recipient counted by the last check would get the mail at a local time.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, CampaignNotReadyError, InvalidInputError, MissingScopeError,
                PreflightNeededError, PreflightNotFoundError, TemporarilyUnavailableError, TooManyRequestsError,
                UnauthorizedError.
        """
        return cast(
            "models.PlannedWavesDocument",
            self._call(
                "GET",
                f"/v1/campaigns/{self._segment(campaign_id)}/preflight/waves",
                query={"at": at, "time_zone": time_zone},
            ),
        )

    def resend_unknown_messages(
        self, campaign_id: str, /, body: models.ResendUnknown, *, if_match: str | None = None
    ) -> models.CampaignDocument:
        """Send again what a finished campaign holds as unknown, though SES may have taken it.

        Needs the scope `send` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, CampaignNotSettledError, ConflictError, InvalidInputError,
                InvalidStateError, MalformedBodyError, MissingScopeError, NothingHeldError, StaleRevisionError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.CampaignDocument",
            self._call(
                "POST",
                f"/v1/campaigns/{self._segment(campaign_id)}/resend-unknown",
                headers={"If-Match": if_match},
                body=body,
            ),
        )

    def resume_campaign(
        self, campaign_id: str, /, body: models.SendNow | None = None, *, if_match: str | None = None
    ) -> models.CampaignDocument:
        """Send the rest of a paused or halted campaign.

        Needs the scope `send` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, ConflictError, InvalidInputError, InvalidStateError,
                MalformedBodyError, MissingScopeError, StaleRevisionError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.CampaignDocument",
            self._call(
                "POST",
                f"/v1/campaigns/{self._segment(campaign_id)}/resume",
                headers={"If-Match": if_match},
                body=body or {},
            ),
        )

    def schedule_campaign(
        self, campaign_id: str, /, body: models.ScheduleCampaign, *, if_match: str | None = None
    ) -> models.CampaignDocument:
        """Make the messages now and send at a time to come; until it starts, change the time.

        Needs the scope `send` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, CampaignNotReadyError, ConflictError, InvalidInputError,
                InvalidStateError, MalformedBodyError, MissingScopeError, PreflightBlockedError,
                PreflightNeededError, RecipientFileNotFoundError, RecipientFileNotReadyError,
                ScheduleInPastError, StaleRevisionError, TemplateArchivedError, TemplateNotFoundError,
                TemplateNotReadyError, TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError,
                WavesFixedError.
        """
        return cast(
            "models.CampaignDocument",
            self._call(
                "POST",
                f"/v1/campaigns/{self._segment(campaign_id)}/schedule",
                headers={"If-Match": if_match},
                body=body,
            ),
        )

    def send_campaign(
        self, campaign_id: str, /, body: models.SendNow | None = None, *, if_match: str | None = None
    ) -> models.CampaignDocument:
        """Make the messages and send as soon as they exist.

        Needs the scope `send` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, CampaignNotReadyError, ConflictError, InvalidInputError,
                InvalidStateError, MalformedBodyError, MissingScopeError, PreflightBlockedError,
                PreflightNeededError, RecipientFileNotFoundError, RecipientFileNotReadyError,
                StaleRevisionError, TemplateArchivedError, TemplateNotFoundError, TemplateNotReadyError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.CampaignDocument",
            self._call(
                "POST",
                f"/v1/campaigns/{self._segment(campaign_id)}/send",
                headers={"If-Match": if_match},
                body=body or {},
            ),
        )

    def get_campaign_statistics(self, campaign_id: str, /) -> models.CampaignStatistics:
        """Answer the totals of a campaign and the rates that follow from them.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, InvalidInputError, MissingScopeError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.CampaignStatistics", self._call("GET", f"/v1/campaigns/{self._segment(campaign_id)}/statistics")
        )

    def get_campaign_bounces(self, campaign_id: str, /, *, limit: int | None = None) -> models.CampaignBounces:
        """Answer what the bounces of a campaign say, the most frequent first.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, InvalidInputError, MissingScopeError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.CampaignBounces",
            self._call("GET", f"/v1/campaigns/{self._segment(campaign_id)}/statistics/bounces", query={"limit": limit}),
        )

    def get_campaign_domains(self, campaign_id: str, /, *, limit: int | None = None) -> models.CampaignDomains:
        """Answer what became of the messages to each recipient domain, the largest first.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, InvalidInputError, MissingScopeError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.CampaignDomains",
            self._call("GET", f"/v1/campaigns/{self._segment(campaign_id)}/statistics/domains", query={"limit": limit}),
        )

    def get_campaign_links(self, campaign_id: str, /, *, limit: int | None = None) -> models.CampaignLinks:
        """Answer the links of a campaign, most clicked first.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, InvalidInputError, MissingScopeError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.CampaignLinks",
            self._call("GET", f"/v1/campaigns/{self._segment(campaign_id)}/statistics/links", query={"limit": limit}),
        )

    def get_campaign_providers(self, campaign_id: str, /) -> models.CampaignProviders:
        """Answer what became of the messages to each mailbox provider, the largest first.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, InvalidInputError, MissingScopeError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.CampaignProviders",
            self._call("GET", f"/v1/campaigns/{self._segment(campaign_id)}/statistics/providers"),
        )

    def get_campaign_timeline(
        self,
        campaign_id: str,
        /,
        *,
        interval: models.Interval | None = None,
        zone: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        kinds: Sequence[models.EventKind] | None = None,
    ) -> models.CampaignTimeline:
        """Answer a campaign's events by kind in intervals of the wall clock.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, InvalidInputError, MissingScopeError,
                TemporarilyUnavailableError, TooManyPointsError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.CampaignTimeline",
            self._call(
                "GET",
                f"/v1/campaigns/{self._segment(campaign_id)}/statistics/timeline",
                query={"interval": interval, "zone": zone, "from": from_, "to": to, "kinds": kinds},
            ),
        )

    def send_test_mails(
        self, campaign_id: str, /, body: models.SendTest, *, idempotency_key: str | None = None
    ) -> models.ProofsDocument:
        """Send a campaign's mail to a few addresses; each call sends, but for a repeated one with its key.

        Needs the scope `send` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, CampaignNotReadyError, ConflictError,
                IdempotencyKeyRequiredError, IdempotencyKeyReusedError, InvalidInputError, InvalidStateError,
                MalformedBodyError, MissingScopeError, RecipientFileNotFoundError, RecipientFileNotReadyError,
                RequestInProgressError, TemplateArchivedError, TemplateNotFoundError, TemplateNotReadyError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.ProofsDocument",
            self._call(
                "POST",
                f"/v1/campaigns/{self._segment(campaign_id)}/test-sends",
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    def unarchive_campaign(
        self, campaign_id: str, /, body: models.NoDetails | None = None, *, if_match: str | None = None
    ) -> models.CampaignDocument:
        """Take a campaign out of the archive.

        Needs the scope `write` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, ConflictError, InvalidInputError, InvalidStateError,
                MalformedBodyError, MissingScopeError, StaleRevisionError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.CampaignDocument",
            self._call(
                "POST",
                f"/v1/campaigns/{self._segment(campaign_id)}/unarchive",
                headers={"If-Match": if_match},
                body=body or {},
            ),
        )

    def get_health(self) -> models.HealthDocument:
        """Answer that the API is there.

        Needs no key.

        Raises:
            ApiError: as TemporarilyUnavailableError.
        """
        return cast("models.HealthDocument", self._call("GET", "/v1/health"))

    def send_message(self, body: models.SendMessage, *, idempotency_key: str | None = None) -> models.SentMessage:
        """Send one mail to one person; the same request again answers the same and sends nothing.

        Needs the scope `send` or `admin`.

        Raises:
            ApiError: as IdempotencyKeyRequiredError, IdempotencyKeyReusedError, InvalidInputError,
                MalformedBodyError, MissingScopeError, RequestInProgressError, SendingStoppedError,
                TemplateNotFoundError, TemplateNotReadyError, TemporarilyUnavailableError, TooManyRequestsError,
                UnauthorizedError.
        """
        return cast(
            "models.SentMessage",
            self._call("POST", "/v1/messages", headers={"Idempotency-Key": idempotency_key}, body=body),
        )

    def get_message(self, message_id: str, /) -> models.CampaignMessageHistory | models.TransactionalHistory:
        """Show a message of a campaign or a transactional one, what is known of it and everything that happened to it.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MessageNotFoundError, MissingScopeError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.CampaignMessageHistory | models.TransactionalHistory",
            self._call("GET", f"/v1/messages/{self._segment(message_id)}"),
        )

    def get_description(self) -> dict[str, Any]:
        """Answer the description of this API as OpenAPI 3.1.

        Needs no key.

        Raises:
            ApiError: as TemporarilyUnavailableError.
        """
        return cast("dict[str, Any]", self._call("GET", "/v1/openapi.json"))

    def list_recipient_files(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        status: models.RecipientFileStatus | None = None,
        name: str | None = None,
        sort: Literal["-created_at", "created_at"] | None = None,
    ) -> models.RecipientFileDocumentPage:
        """List recipient files, by default the newest first.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.RecipientFileDocumentPage",
            self._call(
                "GET",
                "/v1/recipient-files",
                query={"limit": limit, "cursor": cursor, "status": status, "name": name, "sort": sort},
            ),
        )

    def iter_recipient_files(
        self,
        *,
        limit: int | None = None,
        status: models.RecipientFileStatus | None = None,
        name: str | None = None,
        sort: Literal["-created_at", "created_at"] | None = None,
    ) -> Iterator[models.RecipientFileDocument]:
        """Walk all pages of `list_recipient_files`; `limit` bounds one page.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "Iterator[models.RecipientFileDocument]",
            self._pages("/v1/recipient-files", {"limit": limit, "status": status, "name": name, "sort": sort}),
        )

    def create_recipient_file(
        self, body: models.CreateRecipientFile, *, idempotency_key: str | None = None
    ) -> models.NewRecipientFileDocument:
        """Make a recipient file; the answer says where to upload it.

        Needs the scope `write` or `admin`.

        Raises:
            ApiError: as IdempotencyKeyRequiredError, IdempotencyKeyReusedError, InvalidInputError,
                MalformedBodyError, MissingScopeError, RequestInProgressError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.NewRecipientFileDocument",
            self._call("POST", "/v1/recipient-files", headers={"Idempotency-Key": idempotency_key}, body=body),
        )

    def delete_recipient_file(self, file_id: str, /, *, if_match: str | None = None) -> models.RecipientFileDocument:
        """Begin to remove a recipient file with all that was uploaded and written for it.

        Needs the scope `write` or `admin`.

        Raises:
            ApiError: as ConflictError, InvalidInputError, InvalidStateError, MissingScopeError,
                RecipientFileNotFoundError, StaleRevisionError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.RecipientFileDocument",
            self._call("DELETE", f"/v1/recipient-files/{self._segment(file_id)}", headers={"If-Match": if_match}),
        )

    def get_recipient_file(self, file_id: str, /) -> models.RecipientFileDocument:
        """Show a recipient file, how far its import is, and the account of its rows.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, RecipientFileNotFoundError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast("models.RecipientFileDocument", self._call("GET", f"/v1/recipient-files/{self._segment(file_id)}"))

    def cancel_recipient_file(
        self, file_id: str, /, body: models.NoDetails | None = None, *, if_match: str | None = None
    ) -> models.RecipientFileDocument:
        """Give a file up before its upload or while it is imported.

        Needs the scope `write` or `admin`.

        Raises:
            ApiError: as ConflictError, InvalidInputError, InvalidStateError, MalformedBodyError,
                MissingScopeError, RecipientFileNotFoundError, RecipientFileNotReadyError, StaleRevisionError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.RecipientFileDocument",
            self._call(
                "POST",
                f"/v1/recipient-files/{self._segment(file_id)}/cancel",
                headers={"If-Match": if_match},
                body=body or {},
            ),
        )

    def get_recipient_file_flags(self, file_id: str, /) -> models.LinkDocument:
        """Answer a short-lived address of the report of accepted rows that are worth a look (CSV).

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, RecipientFileNotFoundError,
                RecipientFileNotReadyError, TemporarilyUnavailableError, TooManyRequestsError,
                UnauthorizedError.
        """
        return cast("models.LinkDocument", self._call("GET", f"/v1/recipient-files/{self._segment(file_id)}/flags"))

    def get_recipient_file_profile(self, file_id: str, /) -> dict[str, Any]:
        """Answer what the file's columns and domains look like.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, RecipientFileNotFoundError,
                RecipientFileNotReadyError, TemporarilyUnavailableError, TooManyRequestsError,
                UnauthorizedError.
        """
        return cast("dict[str, Any]", self._call("GET", f"/v1/recipient-files/{self._segment(file_id)}/profile"))

    def find_recipients(
        self, file_id: str, /, *, limit: int | None = None, cursor: str | None = None, address: str
    ) -> models.FoundRecipientDocumentPage:
        """Find recipients of a file by a part of their address; a page may be short or empty though more follow.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, RecipientFileNotFoundError,
                RecipientFileNotReadyError, TemporarilyUnavailableError, TooManyRequestsError,
                UnauthorizedError.
        """
        return cast(
            "models.FoundRecipientDocumentPage",
            self._call(
                "GET",
                f"/v1/recipient-files/{self._segment(file_id)}/recipients",
                query={"limit": limit, "cursor": cursor, "address": address},
            ),
        )

    def iter_find_recipients(
        self, file_id: str, /, *, limit: int | None = None, address: str
    ) -> Iterator[models.FoundRecipientDocument]:
        """Walk all pages of `find_recipients`; `limit` bounds one page.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, RecipientFileNotFoundError,
                RecipientFileNotReadyError, TemporarilyUnavailableError, TooManyRequestsError,
                UnauthorizedError.
        """
        return cast(
            "Iterator[models.FoundRecipientDocument]",
            self._pages(
                f"/v1/recipient-files/{self._segment(file_id)}/recipients", {"limit": limit, "address": address}
            ),
        )

    def get_recipient_file_report(self, file_id: str, /) -> models.LinkDocument:
        """Answer a short-lived address of the report of rows that were not accepted (CSV).

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, RecipientFileNotFoundError,
                RecipientFileNotReadyError, TemporarilyUnavailableError, TooManyRequestsError,
                UnauthorizedError.
        """
        return cast("models.LinkDocument", self._call("GET", f"/v1/recipient-files/{self._segment(file_id)}/report"))

    def retry_recipient_file(
        self, file_id: str, /, body: models.RetryRecipientFile | None = None, *, if_match: str | None = None
    ) -> models.RecipientFileDocument:
        """Import the same upload again.

        Needs the scope `write` or `admin`.

        Raises:
            ApiError: as ConflictError, InvalidInputError, InvalidStateError, MalformedBodyError,
                MissingScopeError, RecipientFileNotFoundError, RecipientFileNotReadyError, StaleRevisionError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.RecipientFileDocument",
            self._call(
                "POST",
                f"/v1/recipient-files/{self._segment(file_id)}/retry",
                headers={"If-Match": if_match},
                body=body or {},
            ),
        )

    def get_recipient_file_upload(self, file_id: str, /) -> models.UploadDocument | models.PartsDocument:
        """Answer a fresh form, or fresh links of the parts that have not arrived.

        Needs the scope `write` or `admin`.

        Raises:
            ApiError: as ConflictError, InvalidInputError, InvalidStateError, MissingScopeError,
                RecipientFileNotFoundError, RecipientFileNotReadyError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.UploadDocument | models.PartsDocument",
            self._call("GET", f"/v1/recipient-files/{self._segment(file_id)}/upload"),
        )

    def complete_recipient_file_upload(
        self, file_id: str, /, body: models.NoDetails | None = None, *, if_match: str | None = None
    ) -> models.RecipientFileDocument:
        """Make the upload of its parts; its import begins by itself.

        Needs the scope `write` or `admin`.

        Raises:
            ApiError: as ConflictError, InvalidInputError, InvalidStateError, MalformedBodyError,
                MissingScopeError, RecipientFileNotFoundError, RecipientFileNotReadyError, StaleRevisionError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError, UploadIncompleteError.
        """
        return cast(
            "models.RecipientFileDocument",
            self._call(
                "POST",
                f"/v1/recipient-files/{self._segment(file_id)}/upload/complete",
                headers={"If-Match": if_match},
                body=body or {},
            ),
        )

    def list_messages_of_recipient(
        self, address: str, /, *, limit: int | None = None, cursor: str | None = None
    ) -> models.ReceivedMessagePage:
        """List the messages that an address got, over all campaigns and transactional ones, newest first.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.ReceivedMessagePage",
            self._call(
                "GET", f"/v1/recipients/{self._segment(address)}/messages", query={"limit": limit, "cursor": cursor}
            ),
        )

    def iter_messages_of_recipient(
        self, address: str, /, *, limit: int | None = None
    ) -> Iterator[models.ReceivedMessage]:
        """Walk all pages of `list_messages_of_recipient`; `limit` bounds one page.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "Iterator[models.ReceivedMessage]",
            self._pages(f"/v1/recipients/{self._segment(address)}/messages", {"limit": limit}),
        )

    def list_senders(self) -> models.SendersDocument:
        """List the domains that mail may be from.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as MissingScopeError, TemporarilyUnavailableError, TooManyRequestsError,
                UnauthorizedError.
        """
        return cast("models.SendersDocument", self._call("GET", "/v1/senders"))

    def create_sender(
        self, body: models.CreateSender, *, idempotency_key: str | None = None
    ) -> models.CheckedSenderDocument:
        """Let SES send from a domain that the deployment allows; the answer names the DNS records to add.

        Needs the scope `admin`.

        Raises:
            ApiError: as IdempotencyKeyRequiredError, IdempotencyKeyReusedError, InvalidInputError,
                MalformedBodyError, MissingScopeError, RequestInProgressError, SenderFixedError,
                SenderNotFoundError, TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.CheckedSenderDocument",
            self._call("POST", "/v1/senders", headers={"Idempotency-Key": idempotency_key}, body=body),
        )

    def delete_sender(self, domain: str, /) -> None:
        """Have SES send from a domain no more; campaigns from it are refused by SES from then on.

        Needs the scope `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, SenderFixedError, SenderNotFoundError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        self._call("DELETE", f"/v1/senders/{self._segment(domain)}")

    def get_sender(self, domain: str, /) -> models.CheckedSenderDocument:
        """Show a sender: what SES knows of it, and the DNS records that it needs as they are now.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, SenderNotFoundError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast("models.CheckedSenderDocument", self._call("GET", f"/v1/senders/{self._segment(domain)}"))

    def refresh_sender(self, domain: str, /, body: models.NoDetails | None = None) -> models.CheckedSenderDocument:
        """Have SES look for the DKIM records anew, after it gave up; its answer may name other records.

        Needs the scope `admin`.

        Raises:
            ApiError: as InvalidInputError, MalformedBodyError, MissingScopeError, SenderFixedError,
                SenderNotFoundError, TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.CheckedSenderDocument",
            self._call("POST", f"/v1/senders/{self._segment(domain)}/refresh", body=body or {}),
        )

    def compare_campaigns(self, *, ids: Sequence[str]) -> models.Comparison:
        """Answer the totals and rates of several campaigns in the order asked for.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as CampaignNotFoundError, InvalidInputError, MissingScopeError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast("models.Comparison", self._call("GET", "/v1/statistics/campaigns", query={"ids": ids}))

    def get_overview(
        self,
        *,
        interval: models.Interval | None = None,
        zone: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        kinds: Sequence[models.EventKind] | None = None,
        limit: int | None = None,
    ) -> models.OverviewDocument:
        """Answer what the whole account sent in a period and what became of it.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, TemporarilyUnavailableError, TooManyPointsError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.OverviewDocument",
            self._call(
                "GET",
                "/v1/statistics/overview",
                query={"interval": interval, "zone": zone, "from": from_, "to": to, "kinds": kinds, "limit": limit},
            ),
        )

    def copy_suppressions(
        self, body: models.CopyFromSes | None = None, *, idempotency_key: str | None = None
    ) -> models.SuppressionJobDocument:
        """Copy the account's list in SES into the list of suppressions.

        Needs the scope `write` or `admin`.

        Raises:
            ApiError: as IdempotencyKeyRequiredError, IdempotencyKeyReusedError, InvalidInputError,
                MalformedBodyError, MissingScopeError, RequestInProgressError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.SuppressionJobDocument",
            self._call(
                "POST", "/v1/suppression-jobs/copy", headers={"Idempotency-Key": idempotency_key}, body=body or {}
            ),
        )

    def export_suppressions(
        self, body: models.ExportSuppressions | None = None, *, idempotency_key: str | None = None
    ) -> models.SuppressionJobDocument:
        """Have the list written into a CSV file.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as IdempotencyKeyRequiredError, IdempotencyKeyReusedError, InvalidInputError,
                MalformedBodyError, MissingScopeError, RequestInProgressError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.SuppressionJobDocument",
            self._call(
                "POST", "/v1/suppression-jobs/export", headers={"Idempotency-Key": idempotency_key}, body=body or {}
            ),
        )

    def import_suppressions(
        self, body: models.ImportSuppressions | None = None, *, idempotency_key: str | None = None
    ) -> models.SuppressionJobDocument:
        """Take in a CSV file of suppressions; the answer says where it goes.

        Needs the scope `write` or `admin`.

        Raises:
            ApiError: as IdempotencyKeyRequiredError, IdempotencyKeyReusedError, InvalidInputError,
                MalformedBodyError, MissingScopeError, RequestInProgressError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.SuppressionJobDocument",
            self._call(
                "POST", "/v1/suppression-jobs/import", headers={"Idempotency-Key": idempotency_key}, body=body or {}
            ),
        )

    def get_suppression_job(self, job_id: str, /) -> models.SuppressionJobDocument:
        """Show a job; once it is done, with a short-lived address of what it wrote.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, SuppressionJobNotFoundError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast("models.SuppressionJobDocument", self._call("GET", f"/v1/suppression-jobs/{self._segment(job_id)}"))

    def list_suppressions(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        scope: str | None = None,
        reason: models.SuppressionReason | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> models.SuppressionDocumentPage:
        """List suppressions; a page may hold fewer than asked for though next is not null.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.SuppressionDocumentPage",
            self._call(
                "GET",
                "/v1/suppressions",
                query={
                    "limit": limit,
                    "cursor": cursor,
                    "scope": scope,
                    "reason": reason,
                    "since": since,
                    "until": until,
                },
            ),
        )

    def iter_suppressions(
        self,
        *,
        limit: int | None = None,
        scope: str | None = None,
        reason: models.SuppressionReason | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> Iterator[models.SuppressionDocument]:
        """Walk all pages of `list_suppressions`; `limit` bounds one page.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "Iterator[models.SuppressionDocument]",
            self._pages(
                "/v1/suppressions", {"limit": limit, "scope": scope, "reason": reason, "since": since, "until": until}
            ),
        )

    def put_suppressions(self, body: models.PutSuppressions) -> None:
        """Suppress many addresses at a time, or none where one of them cannot be.

        Needs the scope `write` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MalformedBodyError, MissingScopeError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        self._call("POST", "/v1/suppressions", body=body)

    def delete_suppression(
        self,
        address: str,
        /,
        *,
        scope: str | None = None,
        reason: models.SuppressionReason | Literal["all"],
        in_ses: bool | None = None,
    ) -> None:
        """Lift the suppression of an address in one scope, for one reason or for all.

        Needs the scope `write` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, SuppressionNotFoundError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        self._call(
            "DELETE",
            f"/v1/suppressions/{self._segment(address)}",
            query={"scope": scope, "reason": reason, "in_ses": in_ses},
        )

    def get_suppression(self, address: str, /) -> models.SuppressionsDocument:
        """Show an address's suppressions, each reason of each scope.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, SuppressionNotFoundError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast("models.SuppressionsDocument", self._call("GET", f"/v1/suppressions/{self._segment(address)}"))

    def put_suppression(self, address: str, /, body: models.PutSuppression | None = None) -> models.SuppressionDocument:
        """Suppress an address by hand; other reasons that it has in that scope are kept beside this one.

        Needs the scope `write` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MalformedBodyError, MissingScopeError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.SuppressionDocument",
            self._call("PUT", f"/v1/suppressions/{self._segment(address)}", body=body or {}),
        )

    def list_templates(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        name: str | None = None,
        archived: Literal["false", "true", "all"] | None = None,
        sort: Literal["-created_at", "created_at"] | None = None,
    ) -> models.TemplateDocumentPage:
        """List templates, each with its current version.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.TemplateDocumentPage",
            self._call(
                "GET",
                "/v1/templates",
                query={"limit": limit, "cursor": cursor, "name": name, "archived": archived, "sort": sort},
            ),
        )

    def iter_templates(
        self,
        *,
        limit: int | None = None,
        name: str | None = None,
        archived: Literal["false", "true", "all"] | None = None,
        sort: Literal["-created_at", "created_at"] | None = None,
    ) -> Iterator[models.TemplateDocument]:
        """Walk all pages of `list_templates`; `limit` bounds one page.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "Iterator[models.TemplateDocument]",
            self._pages("/v1/templates", {"limit": limit, "name": name, "archived": archived, "sort": sort}),
        )

    def create_template(
        self, body: models.CreateTemplate, *, idempotency_key: str | None = None
    ) -> models.NewTemplateDocument:
        """Make a template; the answer says where to upload its HTML.

        Needs the scope `write` or `admin`.

        Raises:
            ApiError: as IdempotencyKeyRequiredError, IdempotencyKeyReusedError, InvalidInputError,
                MalformedBodyError, MissingScopeError, RequestInProgressError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.NewTemplateDocument",
            self._call("POST", "/v1/templates", headers={"Idempotency-Key": idempotency_key}, body=body),
        )

    def get_template(self, template_id: str, /) -> models.TemplateDocument:
        """Show a template with its current version.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, TemplateNotFoundError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast("models.TemplateDocument", self._call("GET", f"/v1/templates/{self._segment(template_id)}"))

    def rename_template(
        self, template_id: str, /, body: models.RenameTemplate, *, if_match: str | None = None
    ) -> models.TemplateDocument:
        """Call a template otherwise.

        Needs the scope `write` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MalformedBodyError, MissingScopeError, StaleRevisionError,
                TemplateNotFoundError, TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.TemplateDocument",
            self._call(
                "PATCH", f"/v1/templates/{self._segment(template_id)}", headers={"If-Match": if_match}, body=body
            ),
        )

    def archive_template(
        self, template_id: str, /, body: models.NoDetails | None = None, *, if_match: str | None = None
    ) -> models.TemplateDocument:
        """Keep a template out of sight; what uses it goes on.

        Needs the scope `write` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MalformedBodyError, MissingScopeError, StaleRevisionError,
                TemplateNotFoundError, TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.TemplateDocument",
            self._call(
                "POST",
                f"/v1/templates/{self._segment(template_id)}/archive",
                headers={"If-Match": if_match},
                body=body or {},
            ),
        )

    def duplicate_template(
        self, template_id: str, /, body: models.DuplicateTemplate | None = None, *, idempotency_key: str | None = None
    ) -> models.TemplateDocument:
        """Make a template of a version of another one.

        Needs the scope `write` or `admin`.

        Raises:
            ApiError: as IdempotencyKeyRequiredError, IdempotencyKeyReusedError, InvalidInputError,
                MalformedBodyError, MissingScopeError, RequestInProgressError, TemplateNotFoundError,
                TemplateNotReadyError, TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.TemplateDocument",
            self._call(
                "POST",
                f"/v1/templates/{self._segment(template_id)}/duplicate",
                headers={"Idempotency-Key": idempotency_key},
                body=body or {},
            ),
        )

    def preview_template(
        self, template_id: str, /, body: models.PreviewTemplate | None = None
    ) -> models.RenderedDocument:
        """Render the current version with given fields, those of a recipient, or stand-ins.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MalformedBodyError, MissingScopeError, RecipientFileNotFoundError,
                RecipientFileNotReadyError, TemplateNotFoundError, TemplateNotReadyError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.RenderedDocument",
            self._call("POST", f"/v1/templates/{self._segment(template_id)}/preview", body=body or {}),
        )

    def send_template_test_mails(
        self, template_id: str, /, body: models.TryTemplate, *, idempotency_key: str | None = None
    ) -> models.ProofsDocument:
        """Send the current version to a few addresses; each call sends, but for a repeated one with its key.

        Needs the scope `send` or `admin`.

        Raises:
            ApiError: as IdempotencyKeyRequiredError, IdempotencyKeyReusedError, InvalidInputError,
                MalformedBodyError, MissingScopeError, RecipientFileNotFoundError, RecipientFileNotReadyError,
                RequestInProgressError, TemplateNotFoundError, TemplateNotReadyError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.ProofsDocument",
            self._call(
                "POST",
                f"/v1/templates/{self._segment(template_id)}/test-sends",
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    def unarchive_template(
        self, template_id: str, /, body: models.NoDetails | None = None, *, if_match: str | None = None
    ) -> models.TemplateDocument:
        """Take a template out of the archive.

        Needs the scope `write` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MalformedBodyError, MissingScopeError, StaleRevisionError,
                TemplateNotFoundError, TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.TemplateDocument",
            self._call(
                "POST",
                f"/v1/templates/{self._segment(template_id)}/unarchive",
                headers={"If-Match": if_match},
                body=body or {},
            ),
        )

    def list_template_versions(
        self, template_id: str, /, *, limit: int | None = None, cursor: str | None = None
    ) -> models.TemplateVersionDocumentPage:
        """List the versions of a template, the highest number first.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, TemplateNotFoundError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.TemplateVersionDocumentPage",
            self._call(
                "GET", f"/v1/templates/{self._segment(template_id)}/versions", query={"limit": limit, "cursor": cursor}
            ),
        )

    def iter_template_versions(
        self, template_id: str, /, *, limit: int | None = None
    ) -> Iterator[models.TemplateVersionDocument]:
        """Walk all pages of `list_template_versions`; `limit` bounds one page.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, TemplateNotFoundError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "Iterator[models.TemplateVersionDocument]",
            self._pages(f"/v1/templates/{self._segment(template_id)}/versions", {"limit": limit}),
        )

    def create_template_version(
        self,
        template_id: str,
        /,
        body: models.NewVersionSources,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.NewTemplateVersionDocument:
        """Make another version of a template; it becomes current when it is ready.

        Needs the scope `write` or `admin`.

        Raises:
            ApiError: as ConflictError, IdempotencyKeyRequiredError, IdempotencyKeyReusedError,
                InvalidInputError, MalformedBodyError, MissingScopeError, RequestInProgressError,
                StaleRevisionError, TemplateArchivedError, TemplateNotFoundError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.NewTemplateVersionDocument",
            self._call(
                "POST",
                f"/v1/templates/{self._segment(template_id)}/versions",
                headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    def get_template_version(self, template_id: str, version: str, /) -> models.TemplateVersionDocument:
        """Show a version of a template.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, TemplateNotFoundError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.TemplateVersionDocument",
            self._call("GET", f"/v1/templates/{self._segment(template_id)}/versions/{self._segment(version)}"),
        )

    def preview_template_version(
        self, template_id: str, version: str, /, body: models.PreviewTemplate | None = None
    ) -> models.RenderedDocument:
        """Render a version with given fields, those of a recipient, or stand-ins.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MalformedBodyError, MissingScopeError, RecipientFileNotFoundError,
                RecipientFileNotReadyError, TemplateNotFoundError, TemplateNotReadyError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.RenderedDocument",
            self._call(
                "POST",
                f"/v1/templates/{self._segment(template_id)}/versions/{self._segment(version)}/preview",
                body=body or {},
            ),
        )

    def get_template_source(self, template_id: str, version: str, /) -> models.TemplateSourceDocument:
        """Answer what a version was made from: a short-lived address of its HTML as it was uploaded, and its own text.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, TemplateNotFoundError, TemplateNotReadyError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.TemplateSourceDocument",
            self._call("GET", f"/v1/templates/{self._segment(template_id)}/versions/{self._segment(version)}/source"),
        )

    def send_template_version_test_mails(
        self, template_id: str, version: str, /, body: models.TryTemplate, *, idempotency_key: str | None = None
    ) -> models.ProofsDocument:
        """Send a version to a few addresses; each call sends, but for a repeated one with its key.

        Needs the scope `send` or `admin`.

        Raises:
            ApiError: as IdempotencyKeyRequiredError, IdempotencyKeyReusedError, InvalidInputError,
                MalformedBodyError, MissingScopeError, RecipientFileNotFoundError, RecipientFileNotReadyError,
                RequestInProgressError, TemplateNotFoundError, TemplateNotReadyError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.ProofsDocument",
            self._call(
                "POST",
                f"/v1/templates/{self._segment(template_id)}/versions/{self._segment(version)}/test-sends",
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
        )

    def get_template_upload(self, template_id: str, version: str, /) -> models.UploadDocument:
        """Answer a fresh form for a version that waits for its HTML.

        Needs the scope `write` or `admin`.

        Raises:
            ApiError: as ConflictError, InvalidInputError, MissingScopeError, TemplateNotFoundError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.UploadDocument",
            self._call("GET", f"/v1/templates/{self._segment(template_id)}/versions/{self._segment(version)}/upload"),
        )

    def list_webhooks(self, *, limit: int | None = None, cursor: str | None = None) -> models.WebhookDocumentPage:
        """List the endpoints, newest first.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast(
            "models.WebhookDocumentPage", self._call("GET", "/v1/webhooks", query={"limit": limit, "cursor": cursor})
        )

    def iter_webhooks(self, *, limit: int | None = None) -> Iterator[models.WebhookDocument]:
        """Walk all pages of `list_webhooks`; `limit` bounds one page.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError.
        """
        return cast("Iterator[models.WebhookDocument]", self._pages("/v1/webhooks", {"limit": limit}))

    def create_webhook(
        self, body: models.CreateWebhook, *, idempotency_key: str | None = None
    ) -> models.WebhookWithSecret:
        """Register an endpoint that events are delivered to; the answer shows its secret, this once.

        Needs the scope `admin`.

        Raises:
            ApiError: as IdempotencyKeyRequiredError, IdempotencyKeyReusedError, InvalidInputError,
                MalformedBodyError, MissingScopeError, RequestInProgressError, TemporarilyUnavailableError,
                TooManyRequestsError, TooManyWebhooksError, UnauthorizedError.
        """
        return cast(
            "models.WebhookWithSecret",
            self._call("POST", "/v1/webhooks", headers={"Idempotency-Key": idempotency_key}, body=body),
        )

    def delete_webhook(self, webhook_id: str, /, *, if_match: str | None = None) -> None:
        """Remove an endpoint; what waits for it is not delivered any more.

        Needs the scope `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, StaleRevisionError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError, WebhookNotFoundError.
        """
        self._call("DELETE", f"/v1/webhooks/{self._segment(webhook_id)}", headers={"If-Match": if_match})

    def get_webhook(self, webhook_id: str, /) -> models.WebhookDocument:
        """Show an endpoint and how it has been answering.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError, WebhookNotFoundError.
        """
        return cast("models.WebhookDocument", self._call("GET", f"/v1/webhooks/{self._segment(webhook_id)}"))

    def change_webhook(
        self, webhook_id: str, /, body: models.ChangeWebhook | None = None, *, if_match: str | None = None
    ) -> models.WebhookDocument:
        """Change an endpoint's name, address or choice of events.

        Needs the scope `admin`.

        Raises:
            ApiError: as InvalidInputError, MalformedBodyError, MissingScopeError, StaleRevisionError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError, WebhookNotFoundError.
        """
        return cast(
            "models.WebhookDocument",
            self._call(
                "PATCH", f"/v1/webhooks/{self._segment(webhook_id)}", headers={"If-Match": if_match}, body=body or {}
            ),
        )

    def list_webhook_deliveries(
        self,
        webhook_id: str,
        /,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: models.DeliveryState | None = None,
    ) -> models.DeliveryDocumentPage:
        """List what was and is to be delivered to an endpoint, the latest event first.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError, WebhookNotFoundError.
        """
        return cast(
            "models.DeliveryDocumentPage",
            self._call(
                "GET",
                f"/v1/webhooks/{self._segment(webhook_id)}/deliveries",
                query={"limit": limit, "cursor": cursor, "state": state},
            ),
        )

    def iter_webhook_deliveries(
        self, webhook_id: str, /, *, limit: int | None = None, state: models.DeliveryState | None = None
    ) -> Iterator[models.DeliveryDocument]:
        """Walk all pages of `list_webhook_deliveries`; `limit` bounds one page.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as InvalidInputError, MissingScopeError, TemporarilyUnavailableError,
                TooManyRequestsError, UnauthorizedError, WebhookNotFoundError.
        """
        return cast(
            "Iterator[models.DeliveryDocument]",
            self._pages(f"/v1/webhooks/{self._segment(webhook_id)}/deliveries", {"limit": limit, "state": state}),
        )

    def get_webhook_delivery(self, webhook_id: str, delivery_id: str, /) -> models.WholeDelivery:
        """Show a delivery: what is sent, and each attempt with the beginning of its answer.

        Needs the scope `read` or `admin`.

        Raises:
            ApiError: as DeliveryNotFoundError, InvalidInputError, MissingScopeError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError, WebhookNotFoundError.
        """
        return cast(
            "models.WholeDelivery",
            self._call("GET", f"/v1/webhooks/{self._segment(webhook_id)}/deliveries/{self._segment(delivery_id)}"),
        )

    def redeliver_webhook_delivery(
        self,
        webhook_id: str,
        delivery_id: str,
        /,
        body: models.NoDetails | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> models.WholeDelivery:
        """Have an event delivered at once, again if it was delivered, under the same webhook-id.

        Needs the scope `admin`.

        Raises:
            ApiError: as DeliveryNotFoundError, IdempotencyKeyRequiredError, IdempotencyKeyReusedError,
                InvalidInputError, InvalidStateError, MalformedBodyError, MissingScopeError,
                RequestInProgressError, TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError,
                WebhookNotFoundError.
        """
        return cast(
            "models.WholeDelivery",
            self._call(
                "POST",
                f"/v1/webhooks/{self._segment(webhook_id)}/deliveries/{self._segment(delivery_id)}/redeliver",
                headers={"Idempotency-Key": idempotency_key},
                body=body or {},
            ),
        )

    def disable_webhook(
        self, webhook_id: str, /, body: models.NoDetails | None = None, *, if_match: str | None = None
    ) -> models.WebhookDocument:
        """Deliver nothing to an endpoint until it is enabled.

        Needs the scope `admin`.

        Raises:
            ApiError: as InvalidInputError, InvalidStateError, MalformedBodyError, MissingScopeError,
                StaleRevisionError, TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError,
                WebhookNotFoundError.
        """
        return cast(
            "models.WebhookDocument",
            self._call(
                "POST",
                f"/v1/webhooks/{self._segment(webhook_id)}/disable",
                headers={"If-Match": if_match},
                body=body or {},
            ),
        )

    def enable_webhook(
        self, webhook_id: str, /, body: models.NoDetails | None = None, *, if_match: str | None = None
    ) -> models.WebhookDocument:
        """Deliver to an endpoint again, first what still waits for it.

        Needs the scope `admin`.

        Raises:
            ApiError: as InvalidInputError, InvalidStateError, MalformedBodyError, MissingScopeError,
                StaleRevisionError, TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError,
                WebhookNotFoundError.
        """
        return cast(
            "models.WebhookDocument",
            self._call(
                "POST",
                f"/v1/webhooks/{self._segment(webhook_id)}/enable",
                headers={"If-Match": if_match},
                body=body or {},
            ),
        )

    def rotate_webhook_secret(
        self,
        webhook_id: str,
        /,
        body: models.NoDetails | None = None,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.WebhookWithSecret:
        """Give an endpoint another secret; requests are signed by both for a day.

        Needs the scope `admin`.

        Raises:
            ApiError: as IdempotencyKeyRequiredError, IdempotencyKeyReusedError, InvalidInputError,
                MalformedBodyError, MissingScopeError, RequestInProgressError, StaleRevisionError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError, WebhookNotFoundError.
        """
        return cast(
            "models.WebhookWithSecret",
            self._call(
                "POST",
                f"/v1/webhooks/{self._segment(webhook_id)}/rotate-secret",
                headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
                body=body or {},
            ),
        )

    def test_webhook(
        self, webhook_id: str, /, body: models.NoDetails | None = None, *, idempotency_key: str | None = None
    ) -> models.WholeDelivery:
        """Deliver an event that was made for trying; the delivery shows what came of it.

        Needs the scope `admin`.

        Raises:
            ApiError: as IdempotencyKeyRequiredError, IdempotencyKeyReusedError, InvalidInputError,
                InvalidStateError, MalformedBodyError, MissingScopeError, RequestInProgressError,
                TemporarilyUnavailableError, TooManyRequestsError, UnauthorizedError, WebhookNotFoundError.
        """
        return cast(
            "models.WholeDelivery",
            self._call(
                "POST",
                f"/v1/webhooks/{self._segment(webhook_id)}/test",
                headers={"Idempotency-Key": idempotency_key},
                body=body or {},
            ),
        )
