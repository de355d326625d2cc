"""The zip of the functions: same inputs, same bytes, and only what runs."""

import subprocess
import sys
import zipfile
from importlib.util import cache_from_source
from pathlib import Path

import pytest

import lambda_package
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
        packed = [name for name in bundle.namelist() if not name.endswith(".pyc")]
        assert packed == ["app.py", "chalicelib/__init__.py", "chalicelib/page.html"]
        assert sum("chalicelib/__pycache__/x" in name for name in bundle.namelist()) == 0


def test_functions_start_from_bytecode_whatever_the_times_of_files_are(sources: Path, tmp_path: Path) -> None:
    (sources / "app.py").write_text("def app(): raise ValueError\n", encoding="utf-8")
    task = tmp_path / "task"
    with zipfile.ZipFile(build("host", sources=sources, out=tmp_path / "out")) as bundle:
        bundle.extractall(task)
    compiled = Path(cache_from_source(task / "app.py"))
    assert compiled.is_file()
    assert Path(cache_from_source(task / "chalicelib" / "__init__.py")).is_file()
    # It is taken without a look at the source.
    (task / "app.py").write_text("this is no Python\n", encoding="utf-8")
    command = "import traceback, app\ntry: app.app()\nexcept ValueError: traceback.print_exc()"
    done = subprocess.run([sys.executable, "-c", command], cwd=task, capture_output=True, text=True, check=True)
    assert f'"{task / "app.py"}", line 1, in app' in done.stderr
    # Its own names of files are those that a function has.
    assert b"/var/task/app.py" in compiled.read_bytes()


def test_for_another_python_than_that_of_functions_they_compile_themselves(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lambda_package, "_PYTHON", (3, 0))
    with zipfile.ZipFile(build("arm64", sources=sources, out=tmp_path)) as bundle:
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
