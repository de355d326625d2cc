"""``emailplatform keys``."""

from typing import Annotated, Any

import typer

from emailplatform.commands.session import given, session_of

app = typer.Typer(help="API keys: make, rotate, revoke.", no_args_is_help=True)

_COLUMNS = ("key_id", "name", "scopes", "last_used_at", "expires_at", "revoked_at")
Scopes = Annotated[list[str], typer.Option("-s", "--scope", help="May be given several times.")]
Expiry = Annotated[str | None, typer.Option("--expires-at", help="RFC 3339, such as 2030-01-01T00:00:00Z.")]


@app.command("list")
def list_keys(context: typer.Context) -> None:
    """List the keys, newest first."""
    session = session_of(context)
    session.output.listing(({**one} for one in session.client.iter_api_keys(limit=200)), _COLUMNS)


@app.command()
def show(context: typer.Context, key_id: str) -> None:
    """Show a key."""
    session = session_of(context)
    session.output.document(session.client.get_api_key(key_id))


@app.command()
def create(context: typer.Context, name: str, *, scope: Scopes, expires_at: Expiry = None) -> None:
    """Make a key; its token is shown this once."""
    session = session_of(context)
    wanted: Any = {"name": name, "scopes": scope, **given(expires_at=expires_at)}
    session.output.document(session.client.create_api_key(wanted))


@app.command()
def change(
    context: typer.Context,
    key_id: str,
    *,
    name: Annotated[str | None, typer.Option(help="What it is called from now on.")] = None,
    scope: Annotated[list[str] | None, typer.Option("-s", "--scope", help="All that it has from now on.")] = None,
    expires_at: Expiry = None,
) -> None:
    """Change a key's name, scopes or expiry; what is left out stays."""
    session = session_of(context)
    changes: Any = given(name=name, scopes=scope or None, expires_at=expires_at)
    session.output.document(session.client.change_api_key(key_id, changes))


@app.command()
def rotate(
    context: typer.Context,
    key_id: str,
    *,
    overlap: Annotated[int | None, typer.Option(help="Seconds for which the old token stays good.")] = None,
) -> None:
    """Give a key another token, which is shown this once."""
    session = session_of(context)
    wanted: Any = given(overlap_seconds=overlap)
    session.output.document(session.client.rotate_api_key(key_id, wanted))


@app.command()
def revoke(context: typer.Context, key_id: str) -> None:
    """End a key for good."""
    session = session_of(context)
    session.output.document(session.client.revoke_api_key(key_id))
