"""An exception for each problem type of the API.

Written by `make openapi` from the description of the API; do not change it by hand.
"""

from typing import Final

from emailplatform.errors import ApiError


class ConflictError(ApiError):
    """`conflict` (409: see docs/problems/conflict.md)."""


class InvalidInputError(ApiError):
    """`invalid-input` (422: see docs/problems/invalid-input.md)."""


class NotFoundError(ApiError):
    """`not-found` (404: see docs/problems/not-found.md)."""


class ApiKeyNotFoundError(NotFoundError):
    """`api-key-not-found` (404: see docs/problems/api-key-not-found.md)."""


class ApiKeyRevokedError(ConflictError):
    """`api-key-revoked` (409: see docs/problems/api-key-revoked.md)."""


class BadRequestError(ApiError):
    """`bad-request` (400: see docs/problems/bad-request.md)."""


class CampaignNotFoundError(NotFoundError):
    """`campaign-not-found` (404: see docs/problems/campaign-not-found.md)."""


class CampaignNotReadyError(ConflictError):
    """`campaign-not-ready` (409: see docs/problems/campaign-not-ready.md)."""


class CampaignNotSettledError(ConflictError):
    """`campaign-not-settled` (409: see docs/problems/campaign-not-settled.md)."""


class DeliveryNotFoundError(NotFoundError):
    """`delivery-not-found` (404: see docs/problems/delivery-not-found.md)."""


class ExportNotFoundError(NotFoundError):
    """`export-not-found` (404: see docs/problems/export-not-found.md)."""


class IdempotencyKeyRequiredError(ApiError):
    """`idempotency-key-required` (400: see docs/problems/idempotency-key-required.md)."""


class IdempotencyKeyReusedError(InvalidInputError):
    """`idempotency-key-reused` (422: see docs/problems/idempotency-key-reused.md)."""


class InternalError(ApiError):
    """`internal-error` (500: see docs/problems/internal-error.md)."""


class InvalidStateError(ConflictError):
    """`invalid-state` (409: see docs/problems/invalid-state.md)."""


class MalformedBodyError(ApiError):
    """`malformed-body` (400: see docs/problems/malformed-body.md)."""


class MessageNotFoundError(NotFoundError):
    """`message-not-found` (404: see docs/problems/message-not-found.md)."""


class MethodNotAllowedError(ApiError):
    """`method-not-allowed` (405: see docs/problems/method-not-allowed.md)."""


class MissingScopeError(ApiError):
    """`missing-scope` (403: see docs/problems/missing-scope.md)."""


class NothingHeldError(ConflictError):
    """`nothing-held` (409: see docs/problems/nothing-held.md)."""


class PreflightBlockedError(ConflictError):
    """`preflight-blocked` (409: see docs/problems/preflight-blocked.md)."""


class PreflightNeededError(ConflictError):
    """`preflight-needed` (409: see docs/problems/preflight-needed.md)."""


class PreflightNotFoundError(NotFoundError):
    """`preflight-not-found` (404: see docs/problems/preflight-not-found.md)."""


class RecipientFileNotFoundError(NotFoundError):
    """`recipient-file-not-found` (404: see docs/problems/recipient-file-not-found.md)."""


class RecipientFileNotReadyError(ConflictError):
    """`recipient-file-not-ready` (409: see docs/problems/recipient-file-not-ready.md)."""


class RefusedError(InvalidInputError):
    """`refused` (422: see docs/problems/refused.md)."""


class RequestInProgressError(ConflictError):
    """`request-in-progress` (409: see docs/problems/request-in-progress.md)."""


class RequestTooLargeError(ApiError):
    """`request-too-large` (413: see docs/problems/request-too-large.md)."""


class ScheduleInPastError(InvalidInputError):
    """`schedule-in-past` (422: see docs/problems/schedule-in-past.md)."""


class ScopesExceededError(ApiError):
    """`scopes-exceeded` (403: see docs/problems/scopes-exceeded.md)."""


class SenderFixedError(ConflictError):
    """`sender-fixed` (409: see docs/problems/sender-fixed.md)."""


class SenderNotFoundError(NotFoundError):
    """`sender-not-found` (404: see docs/problems/sender-not-found.md)."""


class SendingStoppedError(ApiError):
    """`sending-stopped` (503: see docs/problems/sending-stopped.md)."""


class StaleRevisionError(ApiError):
    """`stale-revision` (412: see docs/problems/stale-revision.md)."""


class SuppressionJobNotFoundError(NotFoundError):
    """`suppression-job-not-found` (404: see docs/problems/suppression-job-not-found.md)."""


class SuppressionNotFoundError(NotFoundError):
    """`suppression-not-found` (404: see docs/problems/suppression-not-found.md)."""


class TemplateArchivedError(ConflictError):
    """`template-archived` (409: see docs/problems/template-archived.md)."""


class TemplateNotFoundError(NotFoundError):
    """`template-not-found` (404: see docs/problems/template-not-found.md)."""


class TemplateNotReadyError(ConflictError):
    """`template-not-ready` (409: see docs/problems/template-not-ready.md)."""


class TemporarilyUnavailableError(ApiError):
    """`temporarily-unavailable` (503, 504: see docs/problems/temporarily-unavailable.md)."""


class TooManyPointsError(InvalidInputError):
    """`too-many-points` (422: see docs/problems/too-many-points.md)."""


class TooManyRequestsError(ApiError):
    """`too-many-requests` (429: see docs/problems/too-many-requests.md)."""


class TooManyWebhooksError(ConflictError):
    """`too-many-webhooks` (409: see docs/problems/too-many-webhooks.md)."""


class UnauthorizedError(ApiError):
    """`unauthorized` (401: see docs/problems/unauthorized.md)."""


class UnknownTokenError(NotFoundError):
    """`unknown-token` (404: see docs/problems/unknown-token.md)."""


class UnsupportedMediaTypeError(ApiError):
    """`unsupported-media-type` (415: see docs/problems/unsupported-media-type.md)."""


class UploadIncompleteError(ConflictError):
    """`upload-incomplete` (409: see docs/problems/upload-incomplete.md)."""


class WavesFixedError(ConflictError):
    """`waves-fixed` (409: see docs/problems/waves-fixed.md)."""


class WebhookNotFoundError(NotFoundError):
    """`webhook-not-found` (404: see docs/problems/webhook-not-found.md)."""


BY_SLUG: Final[dict[str, type[ApiError]]] = {
    "api-key-not-found": ApiKeyNotFoundError,
    "api-key-revoked": ApiKeyRevokedError,
    "bad-request": BadRequestError,
    "campaign-not-found": CampaignNotFoundError,
    "campaign-not-ready": CampaignNotReadyError,
    "campaign-not-settled": CampaignNotSettledError,
    "conflict": ConflictError,
    "delivery-not-found": DeliveryNotFoundError,
    "export-not-found": ExportNotFoundError,
    "idempotency-key-required": IdempotencyKeyRequiredError,
    "idempotency-key-reused": IdempotencyKeyReusedError,
    "internal-error": InternalError,
    "invalid-input": InvalidInputError,
    "invalid-state": InvalidStateError,
    "malformed-body": MalformedBodyError,
    "message-not-found": MessageNotFoundError,
    "method-not-allowed": MethodNotAllowedError,
    "missing-scope": MissingScopeError,
    "not-found": NotFoundError,
    "nothing-held": NothingHeldError,
    "preflight-blocked": PreflightBlockedError,
    "preflight-needed": PreflightNeededError,
    "preflight-not-found": PreflightNotFoundError,
    "recipient-file-not-found": RecipientFileNotFoundError,
    "recipient-file-not-ready": RecipientFileNotReadyError,
    "refused": RefusedError,
    "request-in-progress": RequestInProgressError,
    "request-too-large": RequestTooLargeError,
    "schedule-in-past": ScheduleInPastError,
    "scopes-exceeded": ScopesExceededError,
    "sender-fixed": SenderFixedError,
    "sender-not-found": SenderNotFoundError,
    "sending-stopped": SendingStoppedError,
    "stale-revision": StaleRevisionError,
    "suppression-job-not-found": SuppressionJobNotFoundError,
    "suppression-not-found": SuppressionNotFoundError,
    "template-archived": TemplateArchivedError,
    "template-not-found": TemplateNotFoundError,
    "template-not-ready": TemplateNotReadyError,
    "temporarily-unavailable": TemporarilyUnavailableError,
    "too-many-points": TooManyPointsError,
    "too-many-requests": TooManyRequestsError,
    "too-many-webhooks": TooManyWebhooksError,
    "unauthorized": UnauthorizedError,
    "unknown-token": UnknownTokenError,
    "unsupported-media-type": UnsupportedMediaTypeError,
    "upload-incomplete": UploadIncompleteError,
    "waves-fixed": WavesFixedError,
    "webhook-not-found": WebhookNotFoundError,
}
"""The class of a problem by the last segment of its `type`."""
