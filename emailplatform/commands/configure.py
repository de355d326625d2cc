"""``emailplatform configure``: keeps where the API is, and a key for it."""

from typing import Annotated

import typer

from emailplatform import profiles
from emailplatform.client import KEY_VARIABLE, Client, checked_url
from emailplatform.commands.session import session_of


def configure(
    context: typer.Context,
    *,
    api_url: Annotated[str, typer.Option(prompt="Address of the API", help="The stage's address.")],
    key: Annotated[str, typer.Option(prompt="API key", hide_input=True, hidden=True, envvar=KEY_VARIABLE)],
    check: Annotated[bool, typer.Option(help="Try the key first.")] = True,
) -> None:
    """Keep an address and a key as a profile, in a file that only you can read."""
    session = session_of(context)
    if check:
        with Client(api_url, key, transport=session.transport) as client:
            client.list_campaigns(limit=1)
    file = profiles.profile_file()
    profiles.save(session.profile, profiles.Profile(checked_url(api_url), key), file)
    session.output.document({"profile": session.profile, "url": checked_url(api_url), "file": str(file)})
