"""``emailplatform senders``."""

from typing import Annotated, Any

import typer

from emailplatform import models
from emailplatform.commands.session import Session, given, session_of

app = typer.Typer(help="Domains that mail may be from, and their DNS records.", no_args_is_help=True)

_COLUMNS = ("domain", "verified", "dkim_status", "mail_from", "mail_from_status")
_RECORDS = ("purpose", "type", "name", "value", "state", "found")


@app.command("list")
def list_senders(context: typer.Context) -> None:
    """List the senders."""
    session = session_of(context)
    session.output.listing([{**one} for one in session.client.list_senders()["items"]], _COLUMNS)


@app.command()
def show(context: typer.Context, domain: str) -> None:
    """Show a sender and the DNS records that it needs, as they are now."""
    session = session_of(context)
    _shown(session, session.client.get_sender(domain))


@app.command()
def add(
    context: typer.Context,
    domain: str,
    *,
    mail_from: Annotated[
        str | None, typer.Option(help="Label below it that bounces go to; bounce when left out.")
    ] = None,
) -> None:
    """Add a domain that the deployment allows; the answer names the DNS records to add."""
    session = session_of(context)
    wanted: Any = {"domain": domain, **given(mail_from=mail_from)}
    _shown(session, session.client.create_sender(wanted))


@app.command()
def refresh(context: typer.Context, domain: str) -> None:
    """Have SES look for the DKIM records anew, after it gave up."""
    session = session_of(context)
    _shown(session, session.client.refresh_sender(domain))


@app.command()
def remove(context: typer.Context, domain: str) -> None:
    """Have SES send from a domain no more."""
    session = session_of(context)
    session.client.delete_sender(domain)
    session.output.document({"domain": domain, "removed": True})


def _shown(session: Session, sender: models.CheckedSenderDocument) -> None:
    if session.output.as_json:
        session.output.document(sender)
        return
    session.output.document({name: value for name, value in sender.items() if name != "records"})
    session.output.listing([{**record} for record in sender["records"]], _RECORDS)
