"""A page to read the API in, made of its description by Redoc (MIT).

Redoc lies beside the page, so nothing comes from elsewhere when it is read. It comes from npm once, in the version and
with the digest that stand here.
"""

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
import threading
from collections.abc import Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "docs" / "reference"
CACHE: Final = ROOT / "build" / "redoc"
PACKAGE: Final = "redoc@2.5.4"
INTEGRITY: Final = "sha512-M6jWhG1qoBnH6TFmzJnstyCZ87HmOY/UzDm78mHiYihEdlV/YcS9ogOo1NlElnJMeLsyxHFe2yFc4sNjHTrABQ=="
"""Digest of the package as npm publishes it (Subresource Integrity)."""

_BUNDLE: Final = "redoc.standalone.js"
_FILES: Final = {"package/bundles/redoc.standalone.js": _BUNDLE, "package/LICENSE": "redoc.LICENSE.txt"}
LOGO: Final = "https://cdn.redoc.ly/redoc/logo-mini.svg"
"""What Redoc would fetch from elsewhere."""
_PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body {{ margin: 0 }}</style>
<noscript>This page is drawn by a script; <a href="openapi.json">openapi.json</a> says the same.</noscript>
<div id="reference"></div>
<script id="description" type="application/json">{description}</script>
<script src="{bundle}"></script>
<script>
  Redoc.init(JSON.parse(document.getElementById("description").textContent),
    {{ disableSearch: false, hideDownloadButton: true, nativeScrollbars: true }},
    document.getElementById("reference"));
</script>
</html>
"""


class ReferencePageError(RuntimeError):
    """The reference cannot be made here; the message says why."""


def build(description: Mapping[str, Any], folder: Path = FOLDER, cache: Path = CACHE) -> Path:
    """Write the page with what it needs into a folder and return its path.

    Raises:
        ReferencePageError: Redoc is not here and cannot be had.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in _FILES.values():
        shutil.copyfile(_vendored(cache) / name, folder / name)
    script = (folder / _BUNDLE).read_text(encoding="utf-8")
    (folder / _BUNDLE).write_text(script.replace(LOGO, "data:,"), encoding="utf-8")
    written = json.dumps(description, ensure_ascii=False)
    (folder / "openapi.json").write_text(written + "\n", encoding="utf-8")
    page = folder / "index.html"
    page.write_text(page_of(description), encoding="utf-8")
    return page


def page_of(description: Mapping[str, Any]) -> str:
    """Return the page; the description stands in it, so that it also opens from the disk."""
    # `</script>` in a text must not end the element.
    inside = json.dumps(description, ensure_ascii=False).replace("<", "\\u003c")
    return _PAGE.format(title=f"{description['info']['title']} API", description=inside, bundle=_BUNDLE)


def serve(folder: Path) -> str:
    """Serve a folder on this machine for as long as this process lives; return its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}/"


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files and writes no log."""

    def log_message(self, *_: object) -> None:
        """Write nothing."""


def unpack(package: bytes, folder: Path, integrity: str = INTEGRITY) -> None:
    """Take Redoc's files out of its package.

    Raises:
        ReferencePageError: it is not the package that is meant.
    """
    found = "sha512-" + base64.b64encode(hashlib.sha512(package).digest()).decode()
    if found != integrity:
        raise ReferencePageError(f"{PACKAGE} is not the package that is known here: its digest is {found}.")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile() as kept:
        kept.write(package)
        kept.flush()
        with tarfile.open(kept.name) as archive:
            for member, name in _FILES.items():
                source = archive.extractfile(member)
                if source is None:
                    raise ReferencePageError(f"{PACKAGE} has no {member}.")
                (folder / name).write_bytes(source.read())


def _vendored(cache: Path) -> Path:
    folder = cache / PACKAGE.partition("@")[2]
    if all((folder / name).is_file() for name in _FILES.values()):
        return folder
    if shutil.which("npm") is None:
        raise ReferencePageError("npm is needed once, to fetch Redoc.")
    with tempfile.TemporaryDirectory() as fetched:
        command = ["npm", "pack", PACKAGE, "--silent", "--pack-destination", fetched]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        packages = list(Path(fetched).glob("*.tgz"))
        if done.returncode or len(packages) != 1:
            raise ReferencePageError(f"npm could not fetch {PACKAGE}: {done.stderr.strip()[-300:]}")
        unpack(packages[0].read_bytes(), folder)
    return folder
