"""``emailplatform suppressions``."""

from typing import Annotated

import typer

from emailplatform.commands.session import session_of
from emailplatform.problems import SuppressionNotFoundError

app = typer.Typer(help="Addresses that get nothing.", no_args_is_help=True)

_COLUMNS = ("address", "scope", "reason", "source", "since")
Scope = Annotated[str, typer.Option(help="all, campaigns or topic:<name>.")]


@app.command()
def show(context: typer.Context, address: str) -> None:
    """Show why an address gets nothing; the list is empty when it gets everything."""
    session = session_of(context)
    try:
        items = session.client.get_suppression(address)["items"]
    except SuppressionNotFoundError:
        items = []
    session.output.listing([{**one} for one in items], _COLUMNS)


@app.command()
def add(context: typer.Context, address: str, *, scope: Scope = "all") -> None:
    """Keep mail away from an address."""
    session = session_of(context)
    session.output.document(session.client.put_suppression(address, {"scope": scope}))


@app.command()
def remove(
    context: typer.Context,
    address: str,
    *,
    scope: Scope = "all",
    reason: Annotated[str, typer.Option(help="manual, unsubscribe, bounce, complaint or all.")] = "manual",
) -> None:
    """Lift what keeps mail away from an address, for one reason."""
    session = session_of(context)
    session.client.delete_suppression(address, scope=scope, reason=reason)  # type: ignore[arg-type]  # the API refuses others
    session.output.document({"address": address, "scope": scope, "lifted": reason})
