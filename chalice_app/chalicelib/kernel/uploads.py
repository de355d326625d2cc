"""A permission to upload one object straight to its bucket."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PresignedPost:
    """An HTML form upload: POST ``fields`` and then ``file`` as multipart/form-data to ``url``.

    Attributes:
        expires_at: the bucket refuses the form after this moment.
        max_bytes: the bucket refuses a larger file.
    """

    url: str
    fields: Mapping[str, str]
    expires_at: datetime
    max_bytes: int
