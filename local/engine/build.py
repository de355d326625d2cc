"""Builds Pulumi's CLI from its Go module, pinned with the hashes of all it needs (`go.mod`, `go.sum`), once.

`python -m local.engine.build` prints where it lies.
"""

import fcntl
import hashlib
import shutil
import subprocess
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_OUT = _HERE.parents[1] / "build"
_COMMAND = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_VERSION = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"


class EngineError(RuntimeError):
    """The engine cannot be built or found; the message says what to do."""


def version() -> str:
    """Return the version that `go.mod` names, such as ``v3.274.1``."""
    lines = (_HERE / "go.mod").read_text(encoding="utf-8").splitlines()
    (found,) = [line.split()[1] for line in lines if line.split()[:1] == ["github.com/pulumi/pulumi/pkg/v3"]]
    return found


def home(out: Path = _OUT) -> Path:
    """Return the folder in which ``bin/pulumi`` lies once it is built, another one for other modules."""
    digest = hashlib.sha256((_HERE / "go.mod").read_bytes() + (_HERE / "go.sum").read_bytes()).hexdigest()[:16]
    return out / f"pulumi-{version()}-{digest}"


def build(out: Path = _OUT) -> Path:
    """Return the folder of the CLI; it is built when it is not there, which takes minutes.

    Raises:
        EngineError: there is no Go, or the build failed.
    """
    folder = home(out)
    binary = folder / "bin" / "pulumi"
    out.mkdir(parents=True, exist_ok=True)
    with (out / "pulumi.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not binary.exists():
            _build(binary)
    return folder


def _build(binary: Path) -> None:
    if shutil.which("go") is None:
        raise EngineError("Building Pulumi's CLI needs Go (https://go.dev/dl/ or your system's package).")
    unfinished = binary.with_suffix(".unfinished")
    flags = f"-s -w -X {_VERSION}={version()}"
    command = ["go", "build", "-mod=readonly", "-trimpath", "-ldflags", flags, "-o", str(unfinished), _COMMAND]
    try:
        subprocess.run(command, cwd=_HERE, check=True)
    except subprocess.CalledProcessError as error:
        raise EngineError(f"Pulumi's CLI could not be built: `go build` ended with {error.returncode}.") from None
    unfinished.rename(binary)


if __name__ == "__main__":
    print(build())
