"""The code of a function as a zip, from the plain form that Pulumi's assets and archives have on the wire."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_EPOCH = (1980, 1, 1, 0, 0, 0)  # zip's first date: the same files make the same bytes


def zip_bytes(archive: Mapping[str, Any]) -> bytes:
    """The archive as a zip.

    Args:
        archive: `{"path": zip file or folder}`, or `{"assets": {name: asset or archive}}`, where an asset is
            `{"path": file}` or `{"text": content}`.
    """
    if "path" in archive and (path := Path(archive["path"])).is_file():
        return path.read_bytes()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in sorted(_entries("", archive)):
            target.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _entries(name: str, item: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    if "text" in item:
        yield name, str(item["text"]).encode()
    elif "assets" in item:
        for part, inner in item["assets"].items():
            yield from _entries(f"{name}/{part}" if name else part, inner)
    elif (path := Path(item["path"])).is_dir():
        for file in path.rglob("*"):
            if file.is_file():
                relative = file.relative_to(path).as_posix()
                yield (f"{name}/{relative}" if name else relative), file.read_bytes()
    else:
        yield name, path.read_bytes()
