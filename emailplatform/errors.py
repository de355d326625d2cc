"""What can go wrong between a caller and the platform, one class for each decision."""

from collections.abc import Sequence
from typing import Any


class EmailPlatformError(Exception):
    """Anything that this package raises on purpose."""


class ConfigurationError(EmailPlatformError):
    """It is not known where the API is, or by which key it is called."""


class NoAnswerError(EmailPlatformError):
    """No answer came.

    Attributes:
        sent: whether the request may have arrived. If so, a change may have been made: look before you repeat it.
    """

    def __init__(self, detail: str, *, sent: bool) -> None:
        super().__init__(detail)
        self.sent = sent


class UploadError(EmailPlatformError):
    """A bucket did not take a file."""


class NotReadyError(EmailPlatformError):
    """What was uploaded or checked ended in a state in which it cannot be used.

    Attributes:
        document: the resource as the API shows it.
    """

    def __init__(self, detail: str, document: Any) -> None:
        super().__init__(detail)
        self.document = document


class ApiError(EmailPlatformError):
    """A refusal of the API (RFC 9457).

    Attributes:
        slug: the last segment of the problem's type, by which callers decide; it never changes.
        status: of the answer.
        detail: for people.
        errors: each faulty value by its JSON pointer (RFC 6901): ``{"pointer": ..., "detail": ...}``.
        request_id: name it when you ask about this refusal.
        retry_after: seconds after which it may be tried again, None where the API does not say.
    """

    def __init__(
        self,
        slug: str,
        status: int,
        detail: str,
        *,
        errors: Sequence[dict[str, str]] = (),
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{slug} ({status}): {detail}")
        self.slug = slug
        self.status = status
        self.detail = detail
        self.errors = tuple(errors)
        self.request_id = request_id
        self.retry_after = retry_after
