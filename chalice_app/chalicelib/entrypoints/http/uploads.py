"""How the API shows a presigned upload."""

from typing import Literal

from typing_extensions import TypedDict

from chalicelib.entrypoints.http.api import Time, shown_time
from chalicelib.kernel.uploads import PresignedPost


class UploadDocument(TypedDict):
    """A form: POST its fields in this order as multipart/form-data, the file last."""

    method: Literal["post"]
    url: str
    fields: dict[str, str]
    max_bytes: int
    expires_at: Time | None


def upload_document(post: PresignedPost) -> UploadDocument:
    """Show where and with which form fields to POST the file (multipart/form-data, ``file`` last)."""
    return {
        "method": "post",
        "url": post.url,
        "fields": dict(post.fields),
        "max_bytes": post.max_bytes,
        "expires_at": shown_time(post.expires_at),
    }
