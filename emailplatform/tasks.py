"""What takes more than one call: uploads with their outcome, pre-flights, following a campaign."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from emailplatform import models
from emailplatform.client import Client
from emailplatform.errors import NotReadyError, UploadError
from emailplatform.uploads import Progress

PARTS_FROM_BYTES: Final = 64 << 20
"""From this size on, recipient files are uploaded in parts, each of which can be sent again."""

RESTING: Final = frozenset({"draft", "paused", "halted", "finished", "cancelled", "failed"})
"""States of a campaign that it does not leave by itself."""

_LINK_ROUNDS = 3
_T = TypeVar("_T")
_Version = TypeVar("_Version", models.TemplateDocument, models.TemplateVersionDocument)


def wait(
    look: Callable[[], _T],
    done: Callable[[_T], bool],
    *,
    seconds: float = 3600.0,
    every_seconds: float = 1.0,
    tell: Callable[[_T], None] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> _T:
    """Look at a resource until it is as wanted, and return it.

    Raises:
        TimeoutError: it was not in time.
    """
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if tell:
            tell(seen)
        if done(seen):
            return seen
        if time.monotonic() > deadline:
            raise TimeoutError(f"It took longer than {seconds:,.0f} s.")
        sleep(every_seconds)


def upload_template(
    client: Client,
    template: models.CreateTemplate,
    html: Path | bytes,
    *,
    progress: Progress | None = None,
    every_seconds: float = 0.5,
) -> models.TemplateDocument:
    """Make a template of its HTML and wait until it has been checked.

    Raises:
        NotReadyError: it cannot be used; the document's ``findings`` say why.
        UploadError: the bucket did not take it.
    """
    created = client.create_template(template)
    client.upload(created["upload"], html, progress)
    return _checked("template", lambda: client.get_template(created["template_id"]), every_seconds)


def upload_template_version(
    client: Client,
    template_id: str,
    sources: models.NewVersionSources,
    html: Path | bytes,
    *,
    progress: Progress | None = None,
    every_seconds: float = 0.5,
) -> models.TemplateVersionDocument:
    """Make a version of a template of its HTML and wait until it has been checked.

    Raises:
        NotReadyError: it cannot be used; the document's ``findings`` say why.
        UploadError: the bucket did not take it.
    """
    created = client.create_template_version(template_id, sources)
    client.upload(created["upload"], html, progress)
    look = partial(client.get_template_version, template_id, str(created["version"]))
    return _checked("template version", look, every_seconds)


def _checked(what: str, look: Callable[[], _Version], every_seconds: float) -> _Version:
    """Wait until a template version has been checked, and return it if it is ready."""
    found = wait(look, lambda seen: seen["status"] in {"ready", "invalid"}, seconds=300, every_seconds=every_seconds)
    if found["status"] != "ready":
        raise NotReadyError(f"The {what} is invalid: {'; '.join(found['findings'])}", found)
    return found


def upload_recipients(
    client: Client,
    file: Path,
    *,
    name: str | None = None,
    address_column: str | None = None,
    parts_from: int = PARTS_FROM_BYTES,
    progress: Progress | None = None,
) -> str:
    """Upload a recipient file, a large one in parts; return its id. Its import begins by itself.

    Raises:
        UploadError: the bucket did not take it.
    """
    size = file.stat().st_size
    document: models.CreateRecipientFile = {
        "name": (name or file.name)[:200],
        "file_bytes": size,
        "multipart": size >= parts_from,
    }
    if address_column is not None:
        document["address_column"] = address_column
    if file.suffix in _PACKED:
        document["content_type"] = _PACKED[file.suffix]
    created = client.create_recipient_file(document)
    file_id = created["file_id"]
    upload = created["upload"]
    if upload["method"] == "post":
        client.upload(upload, file, progress)
        return file_id
    for last in (*[False] * (_LINK_ROUNDS - 1), True):
        try:
            client.upload(upload, file, progress)
            break
        except UploadError:
            if last:
                raise
            upload = client.get_recipient_file_upload(file_id)  # fresh links to what has not arrived
    client.complete_recipient_file_upload(file_id)
    return file_id


_PACKED: Final[dict[str, models.UploadType]] = {".gz": "application/gzip", ".zip": "application/zip"}


def wait_for_recipients(
    client: Client,
    file_id: str,
    *,
    tell: Callable[[models.RecipientFileDocument], None] | None = None,
    every_seconds: float = 1.0,
) -> models.RecipientFileDocument:
    """Wait until a recipient file has been imported.

    Raises:
        NotReadyError: it cannot be used; the document's ``reason`` says why.
    """
    found = wait(
        lambda: client.get_recipient_file(file_id),
        lambda seen: seen["status"] not in {"awaiting_upload", "processing"},
        every_seconds=every_seconds,
        tell=tell,
    )
    if found["status"] != "ready":
        raise NotReadyError(f"The recipient file is {found['status']}: {found['reason']}", found)
    return found


def check_campaign(
    client: Client,
    campaign_id: str,
    *,
    tolerated_failures: int = 0,
    tell: Callable[[models.PreflightDocument], None] | None = None,
    every_seconds: float = 1.0,
) -> models.PreflightDocument:
    """Run a campaign's pre-flight to its end; whether it passed stands in the answer.

    Raises:
        NotReadyError: the check itself broke off.
    """
    started = client.start_preflight(campaign_id, {"tolerated_failures": tolerated_failures})
    found = wait(
        lambda: client.get_preflight(campaign_id),
        lambda seen: seen["run"] != started["run"] or seen["state"] != "checking",
        every_seconds=every_seconds,
        tell=tell,
    )
    if found["state"] != "finished":
        raise NotReadyError(f"The pre-flight is {found['state']}: {found['reason']}", found)
    return found


def follow_campaign(
    client: Client, campaign_id: str, *, every_seconds: float = 2.0, sleep: Callable[[float], None] = time.sleep
) -> Iterator[models.CampaignDocument]:
    """Show a campaign again and again until it stands where it does not go on by itself."""
    while True:
        campaign = client.get_campaign(campaign_id)
        yield campaign
        if campaign["state"] in RESTING:
            return
        sleep(every_seconds)
