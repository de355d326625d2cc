"""How the API shows a presigned upload."""

from typing import Any

from chalicelib.entrypoints.http.api import shown_time
from chalicelib.kernel.uploads import PresignedPost


def upload_document(post: PresignedPost) -> dict[str, Any]:
    """Show where and with which form fields to POST the file (multipart/form-data, ``file`` last)."""
    return {
        "method": "post",
        "url": post.url,
        "fields": dict(post.fields),
        "max_bytes": post.max_bytes,
        "expires_at": shown_time(post.expires_at),
    }
