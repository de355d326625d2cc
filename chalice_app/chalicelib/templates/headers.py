"""Headers of its own that a template gives its mails: which names are allowed, and how a value becomes one line."""

import re
from email.header import Header

from chalicelib.kernel.characters import UNSEEN

MAX_HEADERS = 13
"""Headers of a template; SES takes 15, and two are List-Unsubscribe and List-Unsubscribe-Post."""

MAX_HEADER_CHARACTERS = 995
"""Longest header, name and value together (SES API v2 reference, MessageHeader)."""

MAX_HEADER_SOURCE_CHARACTERS = 1_000
"""Longest source of a value."""

_MAX_NAME_CHARACTERS = 126
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_REFUSED = frozenset(
    {
        # Made by SES from the request, or refused by it.
        *("from", "to", "cc", "bcc", "sender", "reply-to", "subject", "date", "message-id", "return-path"),
        *("mime-version", "received", "dkim-signature", "authentication-results"),
    }
)
_REFUSED_BEGINNINGS = ("content-", "list-unsubscribe", "x-ses-", "resent-", "arc-")

_UNSEEN_OR_BLANK = re.compile(rf"[{UNSEEN} \xa0]+")


def name_problem(name: str) -> str | None:
    """Return why a template cannot set a header of this name, or None if it can."""
    lower = name.lower()
    if len(name) > _MAX_NAME_CHARACTERS or not _NAME.fullmatch(name):
        return f"A header's name has 1 to {_MAX_NAME_CHARACTERS} letters, digits and hyphens, a letter first."
    if lower in _REFUSED or lower.startswith(_REFUSED_BEGINNINGS):
        return f"`{name}` is set by this platform or by SES."
    return None


def printable_line(text: str) -> str:
    """Put a text on one line, without control characters."""
    return _UNSEEN_OR_BLANK.sub(" ", text).strip()


def header_value(text: str) -> str:
    """Make a header's value: one line of printable ASCII, encoded words where it is not (RFC 2047)."""
    line = printable_line(text)
    if line.isascii():
        return line
    readable = line.encode("utf-8", "replace").decode()
    return Header(readable, "utf-8").encode(splitchars="", linesep="\n").replace("\n", "")
