"""The zip that every Lambda function of the platform runs: the Chalice application and its locked dependencies."""

from pathlib import Path

import lambda_package
from lambda_package import Platform

_ROOT = Path(__file__).resolve().parent.parent


def build(platform: Platform, *, sources: Path = _ROOT / "chalice_app", out: Path = _ROOT / "build") -> Path:
    """Return the zip's path; nothing is done when the zip of these inputs exists.

    Args:
        platform: processor of the functions, or ``host`` for running them on this machine.
        sources: folder of ``app.py``, ``chalicelib`` and ``requirements.txt``.
        out: folder for zips and installed dependencies.
    """
    packed = lambda_package.files_below(sources)
    wanted = {name: path for name, path in packed.items() if name == "app.py" or Path(name).parts[0] == "chalicelib"}
    return lambda_package.build(platform, "functions", lock=sources / "requirements.txt", sources=wanted, out=out)
