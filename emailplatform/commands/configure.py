"""``emailplatform configure``: keeps where the API is, and by what it is called."""

from typing import Annotated

import typer

from emailplatform import profiles
from emailplatform.client import KEY_VARIABLE, Client, checked_url
from emailplatform.commands.session import session_of
from emailplatform.signing import SigV4


def configure(
    context: typer.Context,
    *,
    api_url: Annotated[str, typer.Option(prompt="Address of the API", help="The stage's address.")],
    key: Annotated[str, typer.Option(hidden=True, envvar=KEY_VARIABLE)] = "",
    check: Annotated[bool, typer.Option(help="Try them first.")] = True,
) -> None:
    """Keep an address and a key as a profile, in a file that only you can read.

    With `emailplatform --iam configure` no key is kept: calls are signed with the credentials of AWS that the
    environment has then, to the address that the stack calls signed_api_url.
    """
    session = session_of(context)
    if session.iam:
        profile = profiles.Profile(checked_url(api_url), iam=True, region=session.region)
    else:
        profile = profiles.Profile(checked_url(api_url), key or typer.prompt("API key", hide_input=True, err=True))
    if check:
        signer = SigV4.for_api(api_url, session.region) if profile.iam else None
        with Client(api_url, profile.key, signer=signer, transport=session.transport) as client:
            client.list_campaigns(limit=1)
    file = profiles.profile_file()
    profiles.save(session.profile, profile, file)
    session.output.document({"profile": session.profile, "url": profile.url, "iam": profile.iam, "file": str(file)})
