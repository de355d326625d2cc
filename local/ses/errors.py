"""The one exception by which SES's refusals reach the caller."""


class ServiceError(Exception):
    """A refusal in SES's words.

    Attributes:
        code: the error name of SES's API model, sent as ``x-amzn-errortype``.
        message: what the caller reads.
        status: the HTTP status.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def bad_request(message: str) -> ServiceError:
    """Return the refusal of a malformed request."""
    return ServiceError("BadRequestException", message)
