"""The zip of the wrapper API: its sources, the platform's client and its locked dependencies."""

from pathlib import Path

import lambda_package
from lambda_package import Platform

_ROOT = Path(__file__).resolve().parents[2]
_WRAPPER = _ROOT / "message_centre" / "wrapper_api"
_NOT_RUN = ("emailplatform/commands/", "emailplatform/migration/", "emailplatform/__main__.py")


def build(platform: Platform, *, out: Path = _ROOT / "build") -> Path:
    """Return the zip's path; nothing is done when the zip of these inputs exists."""
    sources = {
        "message_centre/__init__.py": _WRAPPER.parent / "__init__.py",
        **lambda_package.files_below(_WRAPPER, "message_centre/wrapper_api/"),
        **lambda_package.files_below(_ROOT / "emailplatform", "emailplatform/"),
    }
    wanted = {
        name: path
        for name, path in sources.items()
        if not name.startswith(_NOT_RUN) and not name.rpartition("/")[2].startswith("requirements.")
    }
    return lambda_package.build(platform, "centre", lock=_WRAPPER / "requirements.txt", sources=wanted, out=out)
