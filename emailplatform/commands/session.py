"""What every command has: the client of the chosen profile, and where it prints."""

import os
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import typer

from emailplatform import profiles
from emailplatform.client import KEY_VARIABLE, URL_VARIABLE, Client
from emailplatform.commands.output import Output
from emailplatform.errors import ConfigurationError
from emailplatform.signing import SigV4


@dataclass
class Session:
    """One run of the command.

    Attributes:
        transport: how requests go out, for tests.
        poll_seconds: how often a state is looked at.
        iam: whether calls are signed instead of showing a key; None: as the profile says.
        region: where the API is, for signatures.
    """

    transport: httpx.BaseTransport | None = None
    poll_seconds: float = 1.0
    profile: str = profiles.DEFAULT
    url: str | None = None
    iam: bool | None = None
    region: str | None = None
    output: Output = field(default_factory=Output)

    @cached_property
    def client(self) -> Client:
        """The client; a key that is known nowhere is asked for, where somebody can answer.

        Raises:
            ConfigurationError: it is not known where the API is, or what it is called by.
        """
        kept = profiles.read(self.profile, profiles.profile_file())
        if kept is None and self.profile != profiles.DEFAULT:
            raise ConfigurationError(f"There is no profile {self.profile}: make it by `emailplatform configure`.")
        kept = kept or profiles.Profile()
        url = self.url or os.environ.get(URL_VARIABLE) or kept.url
        if not url:
            raise ConfigurationError(f"Say where the API is: `emailplatform configure`, --url or {URL_VARIABLE}.")
        if url != kept.url:  # what a profile says is for its own address and for no other
            kept = profiles.Profile()
        if kept.iam if self.iam is None else self.iam:
            signer = SigV4.for_api(url, self.region or kept.region)
            return Client(url, signer=signer, transport=self.transport)
        key = os.environ.get(KEY_VARIABLE) or kept.key
        if not key and sys.stdin.isatty():
            key = typer.prompt("API key", hide_input=True, err=True)
        return Client(url, key, transport=self.transport)

    def close(self) -> None:
        """Close the connections, if any were made."""
        if "client" in vars(self):
            self.client.close()


def session_of(context: typer.Context) -> Session:
    """Return the session of the run."""
    found: Session = context.find_root().obj
    return found


def text_of(file: Path) -> str:
    """Read a text.

    Raises:
        typer.BadParameter: it is no text in UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"{file}: {error}") from error


def given(**values: Any) -> dict[str, Any]:
    """Return the fields that were given."""
    return {name: value for name, value in values.items() if value is not None}
