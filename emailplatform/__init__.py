"""A client of the Email Platform's API.

    from emailplatform import Client

    with Client("https://api.example.com/live", key) as client:
        for campaign in client.iter_campaigns():
            print(campaign["name"], campaign["state"])

Documents are plain dictionaries with types; refusals are exceptions of `emailplatform.problems`.
"""

from emailplatform.answers import etag_of
from emailplatform.client import Client
from emailplatform.errors import ApiError, EmailPlatformError, NoAnswerError, UploadError
from emailplatform.signing import SigV4

__all__ = ["ApiError", "Client", "EmailPlatformError", "NoAnswerError", "SigV4", "UploadError", "etag_of"]
