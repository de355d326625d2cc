"""A template version and the states it passes through."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.kernel.errors import ConflictError, NotFoundError
from chalicelib.kernel.states import TransitionTable

ID_PREFIX = "tpl"
"""What the ids of templates begin with."""

MAX_HTML_BYTES = 1_048_576
"""Largest template file that an upload accepts (1 MiB)."""

MAX_TEXT_CHARACTERS = 100_000
"""Longest plain-text source; it is kept in the version's own record."""

MAX_SUBJECT_SOURCE_CHARACTERS = 1_000
"""Longest subject source; what it renders to is held to `rendering.MAX_SUBJECT_CHARACTERS`."""

MAX_PREHEADER_SOURCE_CHARACTERS = 500
"""Longest preheader source; mail programs show some 100 characters of it."""

MAX_SENT_HTML_BYTES = 1_572_864
"""Largest HTML source with the styles written into its elements and the preheader in place (1.5 MiB)."""

MAX_NAME_CHARACTERS = 200
"""Longest name of a template."""

PROVIDED_FIELDS = frozenset({"email", "unsubscribe_url"})
"""Fields that every message has, whatever columns the recipient file has."""

_UPLOAD_KEY = re.compile(r"uploads/(?P<template>[^/]+)/(?P<version>[1-9][0-9]{0,8})/template\.html", re.ASCII)


class TemplateStatus(StrEnum):
    """Where a template version is in its life."""

    AWAITING_UPLOAD = "awaiting_upload"
    VALIDATING = "validating"
    READY = "ready"
    INVALID = "invalid"


TRANSITIONS = TransitionTable(
    "template version",
    {
        TemplateStatus.AWAITING_UPLOAD: {TemplateStatus.VALIDATING: "the HTML arrived in the bucket"},
        TemplateStatus.VALIDATING: {
            TemplateStatus.READY: "it compiles in the sandbox and its variables are known",
            TemplateStatus.INVALID: "a finding forbids its use; the findings say which",
            TemplateStatus.VALIDATING: "the event was delivered again, or the check was interrupted",
        },
        TemplateStatus.READY: {},
        TemplateStatus.INVALID: {},
    },
)


class TemplateNotFoundError(NotFoundError):
    """There is no such template or version."""

    problem = "template-not-found"


class TemplateArchivedError(ConflictError):
    """The template is archived: what uses it goes on, nothing new is begun with it."""

    problem = "template-archived"


class TemplateNotReadyError(ConflictError):
    """The version cannot be rendered: it waits for its upload or was found invalid."""

    problem = "template-not-ready"


@dataclass(frozen=True, slots=True)
class Template:
    """What the versions of a template have in common.

    Attributes:
        latest: the highest number that a version was given.
        current: the newest version that is ready, the first one while none is; it is meant where no version is named.
        archived_at: since when it is kept out of sight; None: it is not.
        revision: counts the changes of this record, for optimistic locking and as ETag.
    """

    template_id: str
    name: str
    created_at: datetime
    latest: int = 1
    current: int = 1
    archived_at: datetime | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class TemplateFilter:
    """Which templates a list holds.

    Attributes:
        archived: only those that are, or only those that are not; None: both.
        name: text that the name holds, whatever the case.
        newest_first: the order of the list.
    """

    archived: bool | None = False
    name: str | None = None
    newest_first: bool = True


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    """One version of a template; once ready it never changes.

    Attributes:
        subject: Jinja2 source of the subject line (plain text).
        text: Jinja2 source of the plain-text part; None until it is taken from the HTML at validation.
        preheader: Jinja2 source of the line that lists of messages show beside the subject (plain text).
        headers: names and Jinja2 sources of additional headers.
        variables: names that the sources read; ``required`` are those without a default.
        object_key: where the uploaded HTML lies; ``object_version`` pins what was validated.
        sent_key: where the HTML lies that messages are rendered from: styles in the elements, the preheader in place.
        findings: why the version is invalid, or warnings of a ready one.
        made_by: what tells the request that made it from others, so that its next try finds it.
        revision: counts the changes of this record, for optimistic locking.
    """

    template_id: str
    version: int
    status: TemplateStatus
    subject: str
    object_key: str
    created_at: datetime
    text: str | None = None
    text_generated: bool = False
    preheader: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    variables: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    object_version: str | None = None
    sent_key: str | None = None
    html_bytes: int | None = None
    findings: tuple[str, ...] = ()
    made_by: str | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class TemplateSources:
    """The Jinja2 sources that the messages of a campaign are rendered from."""

    subject: str
    html: str
    text: str
    headers: tuple[tuple[str, str], ...] = ()


def upload_key(template_id: str, version: int) -> str:
    """Key under which a version's HTML lies; its event carries it back."""
    return f"uploads/{template_id}/{version}/template.html"


def sent_key(template_id: str, version: int, html: bytes) -> str:
    """Key under which the HTML of a ready version lies; other content has another key."""
    return f"ready/{template_id}/{version}/{hashlib.sha256(html).hexdigest()}.html"


def version_of(key: str) -> tuple[str, int]:
    """Read a template's id and version out of an upload key.

    Raises:
        ValueError: the key is not one that `upload_key` makes.
    """
    match = _UPLOAD_KEY.fullmatch(key)
    if not match:
        raise ValueError(f"{key!r} is no upload of a template")
    return match["template"], int(match["version"])
