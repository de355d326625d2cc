"""What the platform refuses, and what a marketing person does about it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from message_centre.wrapper_api.centre.kernel.errors import CentreError, FieldError

BASE_URI: Final = "https://emailplatform.dev/problems/"
"""Type URIs of the platform's problems begin with this."""

_GONE: Final = "Go back to the list and look whether it is still there."
_ADMINISTRATOR: Final = "Tell an administrator the number of the request: this is not yours to mend."
_RELOAD: Final = "Load the page anew and try again."

HELP: Final[Mapping[str, str | None]] = {
    "api-key-not-found": _GONE,
    "api-key-revoked": "This key is void for good: make a new one.",
    "bad-request": _RELOAD,
    "campaign-not-found": _GONE,
    "campaign-not-ready": "Wait until the campaign has come so far, then try again.",
    "campaign-not-settled": "Some messages are still being settled: try again in a few minutes.",
    "conflict": "The state has changed meanwhile: look at it anew, then decide.",
    "delivery-not-found": _GONE,
    "export-not-found": "Exports are kept for a week: order a new one.",
    "idempotency-key-required": _RELOAD,
    "idempotency-key-reused": _RELOAD,
    "internal-error": _ADMINISTRATOR,
    "invalid-input": "Correct the marked fields.",
    "invalid-state": "The state has changed meanwhile: look at it anew, then decide.",
    "malformed-body": _RELOAD,
    "message-not-found": _GONE,
    "method-not-allowed": _RELOAD,
    "missing-scope": "The Message Centre's key lacks a right: tell an administrator.",
    "not-found": _GONE,
    "nothing-held": "There is nothing left to send again.",
    "preflight-blocked": "Resolve what the check marks as blocking, then check again.",
    "preflight-needed": "Something changed since the last check: check the campaign again before you send it.",
    "preflight-not-found": "Check the campaign first.",
    "recipient-file-not-found": "Choose another recipient file: this one has been removed.",
    "recipient-file-not-ready": "Wait until the file has been read, or choose another one.",
    "refused": None,
    "request-in-progress": "This is being done already: wait a moment.",
    "request-too-large": "Make it smaller: the mail's HTML may have 256 kB.",
    "schedule-in-past": "Choose a time that is still to come.",
    "scopes-exceeded": "A key cannot have more rights than the Message Centre's own.",
    "sender-fixed": "This domain belongs to the deployment itself: an administrator of AWS changes it there.",
    "sender-not-found": "Choose an address of a domain that is set up for sending.",
    "sending-stopped": "Amazon has stopped sending from this account: an administrator has to look into it.",
    "stale-revision": "Somebody else changed this meanwhile: look at the newest state and make your change again.",
    "suppression-job-not-found": _GONE,
    "suppression-not-found": "The address is not blocked.",
    "template-archived": "Take the template out of the archive, or choose another one.",
    "template-not-found": "Choose another template: this one does not exist.",
    "template-not-ready": "Correct the template where the editor marks it, or choose another version.",
    "temporarily-unavailable": "Wait a moment and try again.",
    "too-many-points": "Choose a shorter time or longer steps.",
    "too-many-requests": "Too much at once: wait a few seconds.",
    "too-many-webhooks": "Remove a webhook that is no longer needed.",
    "unauthorized": "The Message Centre's key is no longer good: tell an administrator.",
    "unknown-token": None,
    "unsupported-media-type": _RELOAD,
    "upload-incomplete": "Some parts of the file have not arrived: go on uploading.",
    "waves-fixed": "Own times or one time for all stands: cancel the campaign and plan another one.",
    "webhook-not-found": _GONE,
}
"""By problem, one sentence; None where the platform's own words say it."""


class OwnKeyError(CentreError):
    """The Message Centre's own key of the platform is not changed from within it."""

    problem = "own-key"
    status = HTTPStatus.CONFLICT
    help = "Nothing was changed. Whoever runs the Message Centre renews this key at the platform itself."

    def __init__(self) -> None:
        super().__init__(
            "This is the Message Centre's own key: without it nobody could plan, send or see anything here."
        )


class PlatformRefusedError(CentreError):
    """The Email Platform refused; its problem is passed on with help.

    Attributes:
        slug: the last segment of the platform's problem type.
    """

    problem = "platform-refused"

    def __init__(
        self,
        slug: str,
        status: HTTPStatus,
        detail: str,
        *,
        errors: tuple[FieldError, ...] = (),
        retry_seconds: int | None = None,
    ) -> None:
        super().__init__(detail, errors=errors)
        self.slug = slug
        self.status = status
        self.type_uri = BASE_URI + slug
        self.retry_seconds = retry_seconds
        self.help = HELP.get(slug)
