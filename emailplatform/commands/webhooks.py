"""``emailplatform webhooks``."""

from typing import Annotated, Any

import typer

from emailplatform.commands.session import given, session_of

app = typer.Typer(help="Endpoints that events are delivered to.", no_args_is_help=True)

_COLUMNS = ("webhook_id", "name", "url", "state", "disabled_reason", "delivered_at", "failing_since")
_DELIVERIES = ("delivery_id", "event_type", "state", "attempts_made", "last_status", "last_error", "created_at")
Events = Annotated[
    list[str] | None, typer.Option("-e", "--event", help="Such as message.bounced; may be given several times.")
]


@app.command("list")
def list_webhooks(context: typer.Context) -> None:
    """List the webhooks, newest first."""
    session = session_of(context)
    session.output.listing(({**one} for one in session.client.iter_webhooks(limit=200)), _COLUMNS)


@app.command()
def show(context: typer.Context, webhook_id: str) -> None:
    """Show a webhook."""
    session = session_of(context)
    session.output.document(session.client.get_webhook(webhook_id))


@app.command()
def create(context: typer.Context, name: str, url: str, *, event: Events = None) -> None:
    """Register an endpoint, for every event unless some are named; its secret is shown this once."""
    session = session_of(context)
    wanted: Any = {"name": name, "url": url, **given(events=event or None)}
    session.output.document(session.client.create_webhook(wanted))


@app.command()
def change(
    context: typer.Context,
    webhook_id: str,
    *,
    name: Annotated[str | None, typer.Option(help="What it is called from now on.")] = None,
    url: Annotated[str | None, typer.Option(help="Where events go from now on.")] = None,
    event: Events = None,
    every_event: Annotated[bool, typer.Option("--every-event", help="Deliver every event.")] = False,
) -> None:
    """Change a webhook; what is left out stays."""
    session = session_of(context)
    changes: Any = given(name=name, url=url, events=event or None) | ({"events": None} if every_event else {})
    session.output.document(session.client.change_webhook(webhook_id, changes))


@app.command()
def rotate(context: typer.Context, webhook_id: str) -> None:
    """Give a webhook another secret, which is shown this once; both are good for a day."""
    session = session_of(context)
    session.output.document(session.client.rotate_webhook_secret(webhook_id))


@app.command()
def enable(context: typer.Context, webhook_id: str) -> None:
    """Deliver to a webhook again."""
    session = session_of(context)
    session.output.document(session.client.enable_webhook(webhook_id))


@app.command()
def disable(context: typer.Context, webhook_id: str) -> None:
    """Deliver nothing to a webhook until it is enabled."""
    session = session_of(context)
    session.output.document(session.client.disable_webhook(webhook_id))


@app.command()
def delete(context: typer.Context, webhook_id: str) -> None:
    """Remove a webhook; what waits for it is not delivered any more."""
    session = session_of(context)
    session.client.delete_webhook(webhook_id)
    session.output.document({"webhook_id": webhook_id, "deleted": True})


@app.command("try")
def try_webhook(context: typer.Context, webhook_id: str) -> None:
    """Deliver an event that was made for trying."""
    session = session_of(context)
    session.output.document(session.client.test_webhook(webhook_id))


@app.command()
def deliveries(
    context: typer.Context,
    webhook_id: str,
    *,
    state: Annotated[str | None, typer.Option(help="waiting, delivered or failed.")] = None,
) -> None:
    """List what was and is to be delivered, the latest event first."""
    session = session_of(context)
    found = session.client.iter_webhook_deliveries(webhook_id, limit=200, **given(state=state))
    session.output.listing(({**one} for one in found), _DELIVERIES)


@app.command()
def redeliver(context: typer.Context, webhook_id: str, delivery_id: str) -> None:
    """Have an event delivered once more, at once."""
    session = session_of(context)
    session.output.document(session.client.redeliver_webhook_delivery(webhook_id, delivery_id))
