"""``emailplatform campaigns``."""

from pathlib import Path
from typing import Annotated, Any

import typer

from emailplatform import etag_of, tasks
from emailplatform.commands import following
from emailplatform.commands.session import given, session_of
from emailplatform.errors import NotReadyError

app = typer.Typer(help="Campaigns: make, check, schedule, watch, stop.", no_args_is_help=True)

Reason = Annotated[str | None, typer.Option(help="Why, for whoever looks later.")]


@app.command("list")
def list_campaigns(
    context: typer.Context,
    *,
    state: Annotated[list[str] | None, typer.Option(help="Only in this state; may be given several times.")] = None,
    name: Annotated[str | None, typer.Option(help="Only whose name holds this.")] = None,
    archived: Annotated[bool, typer.Option("--archived", help="Those that were put away too.")] = False,
) -> None:
    """List campaigns, newest first."""
    session = session_of(context)
    wishes: Any = given(state=state, name=name, archived="all" if archived else None)  # the API refuses other words
    found = session.client.iter_campaigns(limit=200, **wishes)
    session.output.listing(
        ({**one} for one in found), ("campaign_id", "name", "state", "planned", "send_at", "created_at")
    )


@app.command()
def show(context: typer.Context, campaign_id: str) -> None:
    """Show a campaign."""
    session = session_of(context)
    session.output.document(session.client.get_campaign(campaign_id))


@app.command()
def create(
    context: typer.Context,
    *,
    name: Annotated[str, typer.Option(help="What it is called.")],
    template: Annotated[str, typer.Option(help="The template's id.")],
    recipients: Annotated[str, typer.Option(help="The recipient file's id.")],
    sender: Annotated[str, typer.Option("--from", help="The sender's address.")],
    sender_name: Annotated[str | None, typer.Option("--from-name", help="The sender's name.")] = None,
    reply_to: Annotated[str | None, typer.Option(help="Where answers go.")] = None,
    topic: Annotated[str | None, typer.Option(help="What the mail is about, such as offers.")] = None,
    rate_limit: Annotated[float | None, typer.Option(help="Mails a second at most.")] = None,
) -> None:
    """Make a draft."""
    session = session_of(context)
    document: Any = {
        "name": name,
        "template_id": template,
        "file_id": recipients,
        "sender": {"address": sender, **given(name=sender_name)},
        **given(reply_to=reply_to, topic=topic, rate_limit=rate_limit),
    }
    session.output.document(session.client.create_campaign(document))


@app.command()
def check(
    context: typer.Context,
    campaign_id: str,
    *,
    tolerate: Annotated[int, typer.Option(help="So many recipients may be left out.")] = 0,
) -> None:
    """Render every mail and look at all else, without sending; exit code 3 when something blocks it."""
    session = session_of(context)
    if not following.checked(session, campaign_id, tolerate=tolerate)["passed"]:
        raise typer.Exit(following.NOT_PASSED)


@app.command()
def schedule(
    context: typer.Context,
    campaign_id: str,
    at: Annotated[str, typer.Argument(help="Such as 2030-03-01T09:00, by the clock of the zone.")],
    *,
    zone: Annotated[str, typer.Option(help="An IANA name.")] = "UTC",
    local: Annotated[bool, typer.Option("--local", help="Each recipient's own zone.")] = False,
) -> None:
    """Send a campaign at a time."""
    session = session_of(context)
    document: Any = {"at": following.with_seconds(at), "time_zone": zone, "recipient_local": local}
    session.output.document(session.client.schedule_campaign(campaign_id, document))


@app.command()
def send(context: typer.Context, campaign_id: str) -> None:
    """Send a campaign now."""
    session = session_of(context)
    session.output.document(session.client.send_campaign(campaign_id))


@app.command("test")
def send_test(
    context: typer.Context,
    campaign_id: str,
    addresses: list[str],
    *,
    row: Annotated[int | None, typer.Option(help="As this row of the file gets it.")] = None,
) -> None:
    """Send the campaign's mail to a few addresses; each call sends."""
    session = session_of(context)
    document: Any = {"addresses": addresses, **({"recipient": {"row": row}} if row else {})}
    items = session.client.send_test_mails(campaign_id, document)["items"]
    session.output.listing([{**one} for one in items], ("address", "status", "reason"))


@app.command()
def pause(context: typer.Context, campaign_id: str, *, reason: Reason = None) -> None:
    """Stop sending until somebody resumes it."""
    session = session_of(context)
    document: Any = given(reason=reason)
    session.output.document(session.client.pause_campaign(campaign_id, document))


@app.command()
def resume(context: typer.Context, campaign_id: str) -> None:
    """Send the rest of a campaign that is paused or halted."""
    session = session_of(context)
    session.output.document(session.client.resume_campaign(campaign_id))


@app.command()
def cancel(
    context: typer.Context,
    campaign_id: str,
    *,
    reason: Reason = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Stop a campaign for good."""
    session = session_of(context)
    campaign = session.client.get_campaign(campaign_id)
    if not yes:
        typer.confirm(f"Stop {campaign['name']} ({campaign['state']}) for good?", abort=True, err=True)
    document: Any = given(reason=reason)
    # Only what was shown is cancelled: if it has changed since, the API refuses.
    guard = None if yes else etag_of(campaign)
    session.output.document(session.client.cancel_campaign(campaign_id, document, if_match=guard))


@app.command()
def duplicate(
    context: typer.Context,
    campaign_id: str,
    *,
    name: Annotated[str | None, typer.Option(help="What the copy is called.")] = None,
) -> None:
    """Make a draft like another campaign."""
    session = session_of(context)
    document: Any = given(name=name)
    session.output.document(session.client.duplicate_campaign(campaign_id, document))


@app.command()
def archive(context: typer.Context, campaign_id: str) -> None:
    """Put a campaign away: lists leave it out."""
    session = session_of(context)
    session.output.document(session.client.archive_campaign(campaign_id))


@app.command()
def delete(context: typer.Context, campaign_id: str) -> None:
    """Remove a draft."""
    session = session_of(context)
    session.client.delete_campaign(campaign_id)
    session.output.document({"campaign_id": campaign_id, "deleted": True})


@app.command()
def watch(context: typer.Context, campaign_id: str) -> None:
    """Follow a campaign until it ends or is stopped; exit code 6 when it is not finished then."""
    session = session_of(context)
    campaign = following.watched(session, campaign_id)
    session.output.document(campaign)
    if campaign["state"] != "finished":
        raise typer.Exit(following.NOT_FINISHED)


@app.command()
def messages(
    context: typer.Context,
    campaign_id: str,
    *,
    status: Annotated[str | None, typer.Option(help="Only these, such as bounced.")] = None,
) -> None:
    """List a campaign's messages."""
    session = session_of(context)
    found = session.client.iter_campaign_messages(campaign_id, limit=200, status=status)  # type: ignore[arg-type]  # the API refuses others
    session.output.listing(({**one} for one in found), ("message_id", "address", "status", "reason", "accepted_at"))


@app.command()
def export(
    context: typer.Context,
    campaign_id: str,
    to: Annotated[Path, typer.Argument(help="Where the CSV is saved.")],
    *,
    status: Annotated[str | None, typer.Option(help="Only these, such as bounced.")] = None,
    gzip: Annotated[bool, typer.Option("--gzip", help="Compressed.")] = False,
) -> None:
    """Save a campaign's messages as CSV."""
    session = session_of(context)
    client = session.client
    order: Any = {"gzip": gzip, **given(status=status)}
    ordered = client.order_export(campaign_id, order)
    done = tasks.wait(
        lambda: client.get_export(campaign_id, ordered["export_id"]),
        lambda seen: seen["state"] != "writing",
        every_seconds=session.poll_seconds,
    )
    if not done["url"]:
        raise NotReadyError(f"The export is {done['state']}: {done['reason']}", done)
    session.output.document({"file": str(to), "rows": done["rows"], "bytes": client.download(done["url"], to)})
