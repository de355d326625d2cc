"""Starts a real OpenSearch on this machine, for the tests that need one and for ``make run ANALYTICS=opensearch``.

Maven fetches the jars once into ``build/opensearch``; Java runs `Main.java` straight from its source.
"""

import contextlib
import fcntl
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


class OpenSearchNotStartedError(RuntimeError):
    """A tool is missing, or the server ended by itself or did not answer in time; its log is in the message."""


def missing_tools() -> list[str]:
    """Name what must be installed first."""
    return [tool for tool in _TOOLS if shutil.which(tool) is None]


class OpenSearchServer:
    """One server on a loopback port, without access control; the same folder resumes its data.

    It watches its standard input and so ends with this process, however this one ends.

    Args:
        folder: where its data and its log are; made when absent.
        port: to listen on; 0 takes a free one at the first start, and each later start takes that one again.
    """

    def __init__(self, folder: Path, *, port: int = 0) -> None:
        self._folder = folder.absolute()
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers, once it was started."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            OpenSearchNotStartedError: it does not.
        """
        if missing := missing_tools():
            raise OpenSearchNotStartedError(f"OpenSearch needs {' and '.join(missing)} (Java 17 and Maven).")
        jars = _fetch()
        home, port_file, log = self._folder / "home", self._folder / "port", self._folder / "log"
        home.mkdir(parents=True, exist_ok=True)
        port_file.unlink(missing_ok=True)
        command: list[str | Path] = ["java", "-Xms256m", "-Xmx512m", "-cp", f"{jars}/*", _HERE / "Main.java"]
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [*command, home, port_file, str(self._port)],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,  # a Ctrl-C in the terminal reaches us, and we stop it in our order
            )
        try:
            self._port = _bound_port(self._process, port_file, log)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Let it write what it holds and end; nothing happens when it is not running."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_SECONDS)
        process.kill()
        process.wait()

    def kill(self) -> None:
        """End it at once, as a crash does; the next start finds what it had acknowledged."""
        if self._process is not None:
            self._process.kill()
        self.stop()


@contextmanager
def running(folder: Path | None = None) -> Iterator[str]:
    """Run a server; yield its URL, stop it at the end.

    Args:
        folder: where its data stays; without one they are gone at the end.
    """
    with tempfile.TemporaryDirectory(prefix="opensearch-") as temporary:
        server = OpenSearchServer(folder or Path(temporary))
        server.start()
        try:
            yield server.url
        finally:
            server.stop()


def _fetch() -> Path:
    """Return the folder of the jars, filled once for each version of pom.xml."""
    pom, jars, stamp = _HERE / "pom.xml", _BUILD / "lib", _BUILD / "pom.xml"
    _BUILD.parent.mkdir(parents=True, exist_ok=True)
    # Tests run in several processes, each of which may be the first to need the jars.
    with _BUILD.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_bytes() != pom.read_bytes():
            shutil.rmtree(_BUILD, ignore_errors=True)
            subprocess.run(
                ["mvn", "-q", "-B", "-f", pom, "dependency:copy-dependencies", f"-DoutputDirectory={jars}"], check=True
            )
            shutil.copyfile(pom, stamp)
    return jars


def _bound_port(process: subprocess.Popen[bytes], port_file: Path, log: Path) -> int:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if port_file.exists():
            return int(port_file.read_text())
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise OpenSearchNotStartedError(log.read_text(errors="replace")[-4000:])
