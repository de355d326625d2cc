"""What receiving servers say of a bounce, brought to one form for all messages that are refused alike."""

import re

MAX_GROUP_CHARACTERS = 200

_SPACE = re.compile(r"\s+")
_PREFIX = re.compile(r"^(?:smtp|x-[a-z-]+)\s*;\s*", re.IGNORECASE)
_VARYING: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"https?://\S+", re.IGNORECASE), "<url>"),
    (re.compile(r"<?[^\s<>@:;,()\[\]]+@[^\s<>@:;,()\[\]]+>?"), "<address>"),
    (re.compile(r"\[?\b\d{1,3}(?:\.\d{1,3}){3}\b\]?"), "<ip>"),
    (
        re.compile(r"\[?(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{0,4}(?::[0-9a-f]{1,4})*(?![\w:])\]?", re.IGNORECASE),
        "<ip>",
    ),
    # Queue ids and the like: longer words that hold a digit. Reply codes ("550") and enhanced ones ("5.1.1") stay.
    (re.compile(r"(?<![\w.<-])(?=[\w.-]*\d)(?=[\w.-]*[a-z])[\w.-]{8,}(?![\w>-])", re.IGNORECASE), "<id>"),
    (re.compile(r"(?<![\w.-])\d{5,}(?![\w.-])"), "<number>"),
)


def diagnostic_group(diagnostic: str | None) -> str | None:
    """Return what a diagnostic says without addresses, hosts, links and ids, at most `MAX_GROUP_CHARACTERS` long.

    ``smtp; 550 5.1.1 <anna@example.org>: user unknown x7si1234567pjb.12`` becomes
    ``550 5.1.1 <address>: user unknown <id>``. None when it says nothing.
    """
    if diagnostic is None:
        return None
    text = _PREFIX.sub("", _SPACE.sub(" ", diagnostic[: 8 * MAX_GROUP_CHARACTERS]).strip())
    for pattern, name in _VARYING:
        text = pattern.sub(name, text)
    return text[:MAX_GROUP_CHARACTERS].rstrip() or None
