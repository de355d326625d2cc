"""The page to read the API in needs nothing from elsewhere and holds the description whatever stands in it."""

import json
import re
import tarfile
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.published import reference

DESCRIPTION: dict[str, Any] = {"openapi": "3.1.0", "info": {"title": "T", "description": "</script><b>ü</b> <!-- {x}"}}


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Redoc as if it had been fetched."""
    folder = tmp_path / "cache" / reference.PACKAGE.partition("@")[2]
    folder.mkdir(parents=True)
    for name in ("redoc.standalone.js", "redoc.LICENSE.txt"):
        (folder / name).write_text(f"{name} {reference.LOGO}", encoding="utf-8")
    return folder.parent


def test_nothing_comes_from_elsewhere_and_the_description_is_whole(tmp_path: Path, cache: Path) -> None:
    page = reference.build(DESCRIPTION, tmp_path / "out", cache).read_text(encoding="utf-8")
    assert re.findall(r'(?:src|href)="([^"]+)"', page) == ["openapi.json", "redoc.standalone.js"]
    [inside] = re.findall(r'type="application/json">(.*?)</script>', page, re.DOTALL)
    assert json.loads(inside) == DESCRIPTION
    assert json.loads((tmp_path / "out" / "openapi.json").read_text(encoding="utf-8")) == DESCRIPTION
    assert {one.name for one in (tmp_path / "out").iterdir()} == {
        "index.html",
        "openapi.json",
        "redoc.standalone.js",
        "redoc.LICENSE.txt",
    }


def test_the_script_fetches_nothing_from_elsewhere(tmp_path: Path, cache: Path) -> None:
    reference.build(DESCRIPTION, tmp_path / "out", cache)
    assert "https:" not in (tmp_path / "out" / "redoc.standalone.js").read_text(encoding="utf-8")


def test_it_is_served_on_this_machine_only(tmp_path: Path, cache: Path) -> None:
    url = reference.serve(reference.build(DESCRIPTION, tmp_path / "out", cache).parent)
    assert url.startswith("http://127.0.0.1:")
    assert "Redoc.init" in httpx.get(url).text


def _package(names: list[str]) -> bytes:
    target = BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        for name in names:
            entry = tarfile.TarInfo(name)
            entry.size = len(name)
            archive.addfile(entry, BytesIO(name.encode()))
    return target.getvalue()


def test_another_package_than_the_one_meant_is_refused(tmp_path: Path) -> None:
    with pytest.raises(reference.ReferencePageError, match="digest"):
        reference.unpack(_package(["package/LICENSE"]), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_npm_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(reference.ReferencePageError, match="npm"):
        reference.build(DESCRIPTION, tmp_path / "out", tmp_path / "none")
