"""``emailplatform send``: the whole job, from two files to the report."""

from pathlib import Path
from typing import Annotated, Any

import typer

from emailplatform.commands import following, recipients, reports, templates
from emailplatform.commands.session import Session, given, session_of


def send(
    context: typer.Context,
    html: templates.HtmlFile,
    csv: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The recipients.")],
    *,
    subject: Annotated[str, typer.Option(help="The subject (Jinja2).")],
    sender: Annotated[str, typer.Option("--from", help="The sender's address.")],
    sender_name: Annotated[str | None, typer.Option("--from-name", help="The sender's name.")] = None,
    name: Annotated[str | None, typer.Option(help="The subject when left out.")] = None,
    text: Annotated[Path | None, typer.Option(exists=True, help="The plain text (Jinja2).")] = None,
    preheader: Annotated[str | None, typer.Option(help="The line beside the subject (Jinja2).")] = None,
    reply_to: Annotated[str | None, typer.Option(help="Where answers go.")] = None,
    topic: Annotated[str | None, typer.Option(help="What the mail is about, such as offers.")] = None,
    address_column: Annotated[str | None, typer.Option(help="Header or position of the addresses.")] = None,
    at: Annotated[str | None, typer.Option(help="When, such as 2030-03-01T09:00; now when left out.")] = None,
    zone: Annotated[str, typer.Option(help="The zone of that time, an IANA name.")] = "UTC",
    tolerate: Annotated[int, typer.Option(help="So many recipients may be left out.")] = 0,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Send without asking, if the check passes.")] = False,
    watch: Annotated[bool, typer.Option(help="Follow it to its end and report.")] = True,
) -> None:
    """Upload a template and recipients, check every mail, send or schedule, watch, report.

    Nothing is sent before you have seen what the check found and agreed, or said --yes. Exit code 3: the check found
    what blocks it. Exit code 6: the campaign was halted, paused or cancelled, or failed.
    """
    session = session_of(context)
    output, client = session.output, session.client
    if output.as_json and not yes:
        raise typer.BadParameter("machines cannot be asked: give --yes with --json")
    label = (name or subject)[:200]
    template = templates.uploaded(session, html, subject=subject, name=label, text=text, preheader=preheader)
    output.tell(
        f"template {template['template_id']} is ready; it reads {', '.join(template['variables']) or 'no fields'}"
    )
    file = recipients.uploaded(session, csv, name=None, address_column=address_column)
    account = file["account"]
    output.tell(
        f"recipients {file['file_id']}: {account['accepted']:,} of {account['rows']:,} rows taken, "
        f"{account['duplicates']:,} duplicates, {account['invalid']:,} invalid"
    )
    draft: Any = {
        "name": label,
        "template_id": template["template_id"],
        "template_version": template["version"],
        "file_id": file["file_id"],
        "sender": {"address": sender, **given(name=sender_name)},
        **given(reply_to=reply_to, topic=topic),
    }
    campaign_id = client.create_campaign(draft)["campaign_id"]
    output.tell(f"campaign {campaign_id}")
    if not _checked(session, campaign_id, tolerate=tolerate):
        raise typer.Exit(following.NOT_PASSED)
    when = f"at {at} {zone}" if at else "now"
    if not yes and not typer.confirm(f"Send it {when}?", err=True):
        output.tell(f"It stays a draft: `emailplatform campaigns send {campaign_id}` sends it later.")
        raise typer.Exit(following.NOT_FINISHED)
    if at:
        order: Any = {"at": following.with_seconds(at), "time_zone": zone}
        campaign = client.schedule_campaign(campaign_id, order)
    else:
        campaign = client.send_campaign(campaign_id)
    if not watch:
        output.document(campaign)
        return
    campaign = following.watched(session, campaign_id)
    if campaign["state"] != "finished":
        output.document(campaign)
        raise typer.Exit(following.NOT_FINISHED)
    reports.report(context, campaign_id)


def _checked(session: Session, campaign_id: str, *, tolerate: int) -> bool:
    """Check; a machine gets one document only, so the pre-flight's own is shown to people."""
    if session.output.as_json:
        found = following.examined(session, campaign_id, tolerate=tolerate)
        if not found["passed"]:
            session.output.document(found)
    else:
        found = following.checked(session, campaign_id, tolerate=tolerate)
    return bool(found["passed"])
