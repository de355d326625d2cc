"""Where the API is and by what it is called: profiles in a file that only its owner can read.

The file is TOML, ``$EMAILPLATFORM_CONFIG`` or ``~/.config/emailplatform/config.toml`` (XDG)::

    [profiles.default]
    url = "https://api.example.com/live"
    key = "ep.key_....secret"

    [profiles.inside-aws]
    url = "https://abc123.execute-api.eu-central-1.amazonaws.com/live"
    iam = true
"""

import json
import os
import stat
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from emailplatform.errors import ConfigurationError

FILE_VARIABLE: Final = "EMAILPLATFORM_CONFIG"
DEFAULT: Final = "default"

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Profile:
    """A deployment and how it is called; any of it may be unknown.

    Attributes:
        iam: calls are signed with the credentials of the environment, and no key is used.
        region: where the API is, for signatures; None: its address says so, or the environment.
    """

    url: str | None = None
    key: str | None = None
    iam: bool = False
    region: str | None = None

    def __repr__(self) -> str:
        return f"Profile({self.url!r})"


def profile_file(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where profiles are kept."""
    if environment.get(FILE_VARIABLE):
        return Path(environment[FILE_VARIABLE])
    folder = environment.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(folder) / "emailplatform" / "config.toml"


def read(name: str, file: Path) -> Profile | None:
    """Read a profile; None if there is none of this name.

    Raises:
        ConfigurationError: the file cannot be read, or others could read the keys in it.
    """
    found = _all(file).get(name)
    if found is None:
        return None
    return Profile(found.get("url"), found.get("key"), found.get("iam") is True, found.get("region"))


def names(file: Path) -> list[str]:
    """Return the names of all profiles.

    Raises:
        ConfigurationError: the file cannot be read, or others could read the keys in it.
    """
    return sorted(_all(file))


def save(name: str, profile: Profile, file: Path) -> None:
    """Keep a profile; the file is replaced as a whole and only its owner can read it.

    Raises:
        ConfigurationError: the file that is there cannot be read.
    """
    known = _all(file)
    known[name] = {key: value for key, value in asdict(profile).items() if value}
    # A JSON string of ASCII is a TOML string too, and so is true.
    text = "\n".join(
        f"[profiles.{json.dumps(one)}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
        for one, values in known.items()
    )
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, written = tempfile.mkstemp(dir=file.parent, prefix=".config-")  # made with mode 600
    with os.fdopen(handle, "w", encoding="utf-8") as target:
        target.write(text)
    Path(written).replace(file)


def _all(file: Path) -> dict[str, dict[str, Any]]:
    try:
        with file.open("rb") as source:
            if sys.platform != "win32" and os.fstat(source.fileno()).st_mode & _OTHERS:
                raise ConfigurationError(f"{file} holds keys and can be read by others: chmod 600 it.")
            document = tomllib.load(source)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{file} cannot be read: {error}") from error
    profiles = document.get("profiles", {})
    if not isinstance(profiles, dict) or not all(isinstance(one, dict) for one in profiles.values()):
        raise ConfigurationError(f"{file} has no profiles of the form [profiles.<name>].")
    return profiles
