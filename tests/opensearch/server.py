"""Starts a real OpenSearch on this machine, without Docker, for the tests that need one.

Maven fetches the jars once into ``build/opensearch``; Java runs `Main.java` straight from its source.
"""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_HERE = Path(__file__).parent
_BUILD = _HERE.parents[1] / "build" / "opensearch"
_TOOLS = ("java", "mvn")
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0


class OpenSearchNotStartedError(Exception):
    """The server ended by itself or did not answer in time; its log is in the message."""


def missing_tools() -> list[str]:
    """Name what must be installed first."""
    return [tool for tool in _TOOLS if shutil.which(tool) is None]


@contextmanager
def running() -> Iterator[str]:
    """Run a server of its own data folder; yield its URL, stop it at the end.

    It watches its standard input and so ends with this process, however this one ends.
    """
    jars = _fetch()
    with tempfile.TemporaryDirectory(prefix="opensearch-") as folder:
        home, port_file, log = Path(folder) / "home", Path(folder) / "port", Path(folder) / "log"
        home.mkdir()
        command: list[str | Path] = [
            "java",
            "-Xms256m",
            "-Xmx512m",
            "-cp",
            f"{jars}/*",
            _HERE / "Main.java",
            home,
            port_file,
        ]
        with (
            log.open("wb") as output,
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=output) as process,
        ):
            try:
                yield f"http://127.0.0.1:{_port(process, port_file, log)}"
            finally:
                _stop(process)


def _fetch() -> Path:
    """Return the folder of the jars, filled once for each version of pom.xml."""
    pom, jars, stamp = _HERE / "pom.xml", _BUILD / "lib", _BUILD / "pom.xml"
    if not stamp.exists() or stamp.read_bytes() != pom.read_bytes():
        shutil.rmtree(_BUILD, ignore_errors=True)
        subprocess.run(
            ["mvn", "-q", "-B", "-f", pom, "dependency:copy-dependencies", f"-DoutputDirectory={jars}"], check=True
        )
        shutil.copyfile(pom, stamp)
    return jars


def _port(process: subprocess.Popen[bytes], port_file: Path, log: Path) -> int:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if port_file.exists():
            return int(port_file.read_text())
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise OpenSearchNotStartedError(log.read_text(errors="replace")[-4000:])


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
