"""The zip of the functions: same inputs, same bytes, and only what runs."""

import zipfile
from pathlib import Path

import pytest

from infra.package import build


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A small application without dependencies."""
    folder = tmp_path / "app"
    (folder / "chalicelib" / "__pycache__").mkdir(parents=True)
    (folder / "app.py").write_text("app = 1\n", encoding="utf-8")
    (folder / "requirements.txt").write_text("# nothing\n", encoding="utf-8")
    (folder / "requirements.in").write_text("\n", encoding="utf-8")
    (folder / "chalicelib" / "__init__.py").write_text("", encoding="utf-8")
    (folder / "chalicelib" / "page.html").write_text("<p>", encoding="utf-8")
    (folder / "chalicelib" / "__pycache__" / "x.pyc").write_bytes(b"x")
    return folder


def test_only_the_application_is_packed(sources: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(build("host", sources=sources, out=tmp_path / "out")) as bundle:
        assert bundle.namelist() == ["app.py", "chalicelib/__init__.py", "chalicelib/page.html"]


def test_the_same_inputs_give_the_same_bytes_whenever_they_were_written(sources: Path, tmp_path: Path) -> None:
    first = build("host", sources=sources, out=tmp_path / "one")
    (sources / "app.py").touch()
    second = build("host", sources=sources, out=tmp_path / "two")
    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()


def test_nothing_is_built_again_without_a_change(sources: Path, tmp_path: Path) -> None:
    first = build("host", sources=sources, out=tmp_path)
    made = first.stat().st_mtime_ns
    assert build("host", sources=sources, out=tmp_path).stat().st_mtime_ns == made


def test_a_changed_source_gives_another_zip(sources: Path, tmp_path: Path) -> None:
    first = build("host", sources=sources, out=tmp_path)
    (sources / "app.py").write_text("app = 2\n", encoding="utf-8")
    assert build("host", sources=sources, out=tmp_path) != first


def test_the_platforms_own_zip_has_the_same_bytes_from_another_installation(tmp_path: Path) -> None:
    first, second = build("host"), build("host", out=tmp_path)
    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()


def test_the_platforms_own_zip_holds_no_sdk_that_lambda_brings_and_stays_small() -> None:
    archive = build("host")
    with zipfile.ZipFile(archive) as bundle:
        packages = {name.partition("/")[0] for name in bundle.namelist()}
    assert not packages & {"boto3", "botocore", "s3transfer", "pip", "setuptools", "pytest", "pulumi"}
    assert {"app.py", "chalicelib", "chalice", "pynamodb", "jinja2"} <= packages
    assert archive.stat().st_size <= 15 * 1024 * 1024
