"""An embedded AWS on this machine: started, found healthy, stopped, and resumed from its folder."""

import contextlib
import fcntl
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import boto3
from botocore.config import Config

HOST = "127.0.0.1"
REGION = "us-east-1"
ACCOUNT = "000000000000"
START_SECONDS = 60.0
STOP_SECONDS = 30.0
LOCK_SECONDS = 30.0
_POLL_SECONDS = 0.05

# The emulator takes the access key that it was itself started with for its account's root, so this one passes
# whatever policies are enforced.
_ROOT = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


class EmulatorError(RuntimeError):
    """The emulator did not start, or its folder is in use by another one."""


class Emulator:
    """The embedded AWS, as a context manager: `with Emulator(folder) as aws: aws.client("s3")`.

    Everything it keeps (tables, objects, functions, logs, its port) is below `folder`; the same folder resumes it.
    State is written when it stops in order, which includes the death of this process, but not a SIGKILL of its own.

    Args:
        folder: where it keeps everything; made when absent.
        port: on 127.0.0.1; without it the folder's last one if that is free, else any free one.
        enforce_iam: whether a call without a permission is refused, as in AWS.
        lock_seconds: how long to wait for an earlier one on this folder to end.
    """

    def __init__(
        self, folder: Path, *, port: int | None = None, enforce_iam: bool = True, lock_seconds: float = LOCK_SECONDS
    ) -> None:
        self._lock_seconds = lock_seconds
        self.folder = folder.absolute()
        self.log_file = self.folder / "emulator.log"
        self.enforce_iam = enforce_iam
        self._wanted_port = port
        self._port: int | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        """The port it listens on; known once it was started."""
        if self._port is None:
            raise EmulatorError("the emulator was not started")
        return self._port

    @property
    def endpoint(self) -> str:
        """The URL that answers for every AWS service."""
        return f"http://{HOST}:{self.port}"

    @property
    def pid(self) -> int:
        """The process id of the running emulator."""
        if self._process is None:
            raise EmulatorError("the emulator is not running")
        return self._process.pid

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs in its environment to talk to it as the account's administrator."""
        return {
            **_ROOT,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
        }

    def client(self, service: str) -> Any:
        """A boto3 client with the administrator's rights."""
        make: Any = boto3.client  # its stubs know a service by a literal name only
        return make(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=_ROOT["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=_ROOT["AWS_SECRET_ACCESS_KEY"],
            config=Config(s3={"addressing_style": "path"}),
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            EmulatorError: another emulator uses the folder, or it did not answer in time; the message ends with
                the last lines of its log.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with _locked(self.folder / "lock", self._lock_seconds) as lock, self.log_file.open("ab") as log:
            temporary = self.folder / "tmp"
            shutil.rmtree(temporary, ignore_errors=True)  # the unpacked code of the last run's Lambda workers
            temporary.mkdir()
            self._port = self._wanted_port or _last_port(self.folder / "port") or _free_port()
            (self.folder / "port").write_text(str(self._port))
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(Path(__file__).with_name("emulator_process.py"))],
                cwd=self.folder,
                env=self._own_environment(temporary),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=(lock.fileno(),),  # the folder stays locked for as long as the process lives
                start_new_session=True,  # a Ctrl-C in the terminal reaches us, and we stop it in our order
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Let it save its state and end; end its Lambda workers with it. Nothing happens when it is not running."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # it leads its own group
        process.wait()
        if process.stdin is not None:
            process.stdin.close()

    def lambda_worker_pids(self, function_name: str) -> list[int]:
        """The processes that run this function now, idle ones included (Linux only: read from /proc)."""
        wanted = f"AWS_LAMBDA_FUNCTION_NAME={function_name}".encode()
        return sorted(pid for pid in _descendants(self.pid) if wanted in _read_environment(pid))

    def _own_environment(self, temporary: Path) -> dict[str, str]:
        """Nothing of ours leaks in: Lambda workers inherit the emulator's environment."""
        return {
            **_ROOT,
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(temporary),
            "TMPDIR": str(temporary),
            "BIND_HOST": HOST,
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_HOST": HOST,
            "MINISTACK_REGION": REGION,
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "AUTH": "true" if self.enforce_iam else "false",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self.folder / "state"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self.folder / "objects"),
            "DOCKER_HOST": f"unix://{self.folder}/no-docker",  # its functions run as processes, never in containers
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            if self._answers():
                return
            time.sleep(_POLL_SECONDS)
        tail = b"\n".join(self.log_file.read_bytes().splitlines()[-20:]).decode(errors="replace")
        raise EmulatorError(f"the emulator did not start on port {self._port}; its log ends with:\n{tail}")

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", "/_ministack/health")
            return connection.getresponse().status == http.client.OK
        except OSError:
            return False
        finally:
            connection.close()


@contextlib.contextmanager
def _locked(path: Path, seconds: float) -> Iterator[IO[bytes]]:
    """Hold the folder's lock; one that is just stopping is given time to save its state."""
    with path.open("wb") as lock:
        deadline = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise EmulatorError(f"another emulator is using {path.parent}") from None
                time.sleep(_POLL_SECONDS)
        yield lock


def _last_port(path: Path) -> int | None:
    """The port of the last run, when it is still free: queue URLs and functions hold it."""
    try:
        port = int(path.read_text())
    except (FileNotFoundError, ValueError):
        return None
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return None
    return port


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _descendants(root: int) -> set[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                # The name in parentheses may hold anything, so the fields are counted from its end.
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {root}


def _read_environment(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []
