"""Builds the zip that Lambda functions run: sources and locked dependencies; both Pulumi programs here use it.

The same sources, lock, platform and Python give the same bytes, so that a deployment without a change changes nothing.
Bytecode is in it: a function cannot write what it compiles, and would do it anew whenever it starts.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from importlib.util import cache_from_source
from pathlib import Path
from typing import Literal

Platform = Literal["arm64", "x86_64", "host"]

_PYTHON = (3, 11)
_TASK_ROOT = "/var/task"  # where functions have their files
# css-inline has wheels for glibc 2.24 on arm64; Lambda's Python 3.11 runs with 2.26 (Amazon Linux 2).
_WHEELS = {
    "arm64": ("manylinux2014_aarch64", "manylinux_2_24_aarch64"),
    "x86_64": ("manylinux2014_x86_64",),
}
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can name
_METADATA = frozenset({"METADATA", "entry_points.txt"})  # what importlib.metadata reads
_LEFT_OUT = frozenset({"__pycache__", "tests", "bin"})
_CHALICE_AT_RUN_TIME = frozenset({"__init__.py", "app.py", "py.typed"})  # the rest is its command line


def build(platform: Platform, name: str, *, lock: Path, sources: Mapping[str, Path], out: Path) -> Path:
    """Return the zip's path; nothing is done when the zip of these inputs exists.

    Args:
        platform: processor of the functions, or ``host`` for running them on this machine.
        name: begins the file's name.
        lock: the dependencies, with hashes.
        sources: files by their path in the zip.
        out: folder for zips and installed dependencies.
    """
    recipe = Path(__file__).read_bytes()
    dependencies = out / f"dependencies-{platform}-{_digest(lock.read_bytes(), recipe, sys.version.encode())}"
    if not dependencies.is_dir():
        _install(platform, lock, dependencies)
    files = {**_dependencies(dependencies), **sources}
    parts = (part for path in sorted(files) for part in (path.encode(), files[path].read_bytes()))
    content = _digest(sys.version.encode(), *parts)
    archive = out / f"{name}-{platform}-{content}.zip"
    if not archive.is_file():
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out) as folder:
            copies = Path(folder) / "sources"
            for path, source in sources.items():
                (copies / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, copies / path)
            _compile(platform, copies)
            bytecode = _bytecode({path: copies / path for path in sources})
            whole = Path(folder) / archive.name
            _write(whole, {**files, **bytecode})
            whole.replace(archive)
    return archive


def files_below(folder: Path, prefix: str = "") -> dict[str, Path]:
    """Return every file of a folder that is worth packing, by its path in the zip."""
    return {prefix + name: path for name, path in _files(folder)}


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:16]


def _install(platform: Platform, lock: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    command += ["--no-deps", "--require-hashes", "--requirement", str(lock)]
    if platform != "host":
        command += ["--only-binary=:all:", "--implementation", "cp", "--python-version", ".".join(map(str, _PYTHON))]
        command += [word for wheel in _WHEELS[platform] for word in ("--platform", wheel)]
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        installed = Path(folder) / "installed"
        subprocess.run([*command, "--target", str(installed)], check=True)
        _compile(platform, installed)
        # Only a whole installation gets the name, also when two builds run at the same time.
        try:
            installed.rename(target)
        except OSError:
            if not target.is_dir():
                raise


def _compile(platform: Platform, folder: Path) -> None:
    """Compile every module, unless it is for another Python than this one: functions compile it themselves then.

    A process of its own, with fixed hashes: what a compiler writes depends on which texts its process knows.
    """
    if platform != "host" and sys.version_info[:2] != _PYTHON:
        return
    command = [sys.executable, "-P", "-s", "-m", "compileall", "-qq", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(folder), "-p", _TASK_ROOT, str(folder)]
    # What cannot be compiled, such as a package's files for other Pythons, is packed as it is.
    subprocess.run(command, check=False, env={"PATH": os.defpath, "PYTHONHASHSEED": "0"})


def _bytecode(files: Mapping[str, Path]) -> dict[str, Path]:
    """Return what was compiled of these files, by its path in the zip."""
    found = {}
    for name, path in files.items():
        if path.suffix == ".py" and (compiled := Path(cache_from_source(path))).is_file():
            found[f"{Path(name).parent.as_posix()}/__pycache__/{compiled.name}".removeprefix("./")] = compiled
    return found


def _dependencies(folder: Path) -> dict[str, Path]:
    needed = {name: path for name, path in _files(folder) if _is_needed(Path(name))}
    return {**needed, **_bytecode(needed)}


def _is_needed(path: Path) -> bool:
    top = path.parts[0]
    if top.endswith(".dist-info"):
        return path.name in _METADATA
    return top != "chalice" or (len(path.parts) == 2 and path.name in _CHALICE_AT_RUN_TIME)  # noqa: PLR2004


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and path.suffix != ".pyc" and not _LEFT_OUT.intersection(relative.parts):
            yield relative.as_posix(), path


def _write(archive: Path, files: Mapping[str, Path]) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            bundle.writestr(entry, files[name].read_bytes())
