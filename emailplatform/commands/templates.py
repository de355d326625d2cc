"""``emailplatform templates``."""

from pathlib import Path
from typing import Annotated

import typer

from emailplatform import models, tasks
from emailplatform.commands.session import Session, given, session_of, text_of

app = typer.Typer(help="Templates: upload, list, preview.", no_args_is_help=True)

Fields = Annotated[list[str] | None, typer.Option("-f", "--field", help="Such as first_name=Anna.")]
HtmlFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The HTML (Jinja2).")]


@app.command("list")
def list_templates(context: typer.Context) -> None:
    """List all templates, newest first."""
    session = session_of(context)
    session.output.listing(
        ({**one} for one in session.client.iter_templates(limit=200)),
        ("template_id", "version", "name", "status", "created_at"),
    )


@app.command()
def show(context: typer.Context, template_id: str) -> None:
    """Show a template."""
    session = session_of(context)
    session.output.document(session.client.get_template(template_id))


@app.command()
def upload(
    context: typer.Context,
    html: HtmlFile,
    *,
    subject: Annotated[str, typer.Option(help="The subject (Jinja2).")],
    name: Annotated[str | None, typer.Option(help="The file's name when left out.")] = None,
    text: Annotated[Path | None, typer.Option(exists=True, help="The plain text (Jinja2).")] = None,
    preheader: Annotated[str | None, typer.Option(help="The line beside the subject (Jinja2).")] = None,
) -> None:
    """Upload a template and wait until it has been checked."""
    session = session_of(context)
    session.output.document(uploaded(session, html, subject=subject, name=name, text=text, preheader=preheader))


@app.command()
def revise(
    context: typer.Context,
    template_id: str,
    html: HtmlFile,
    *,
    subject: Annotated[str, typer.Option(help="The subject (Jinja2).")],
    text: Annotated[Path | None, typer.Option(exists=True, help="The plain text (Jinja2).")] = None,
    preheader: Annotated[str | None, typer.Option(help="The line beside the subject (Jinja2).")] = None,
) -> None:
    """Upload a new version of a template and wait until it has been checked."""
    session = session_of(context)
    sources: models.NewVersionSources = {"subject": subject}
    sources.update(given(text=None if text is None else text_of(text), preheader=preheader))  # type: ignore[typeddict-item]
    with session.output.progress(f"uploading {html.name}", html.stat().st_size, of_bytes=True) as bar:
        made = tasks.upload_template_version(
            session.client, template_id, sources, html, progress=bar.advance, every_seconds=session.poll_seconds / 2
        )
    session.output.document(made)


@app.command()
def versions(context: typer.Context, template_id: str) -> None:
    """List the versions of a template, newest first."""
    session = session_of(context)
    found = session.client.iter_template_versions(template_id, limit=200)
    session.output.listing(({**one} for one in found), ("version", "status", "subject", "created_at"))


@app.command()
def preview(
    context: typer.Context,
    template_id: str,
    *,
    field: Fields = None,
    part: Annotated[str | None, typer.Option(help="Only html, text or subject, as it is.")] = None,
) -> None:
    """Render a template with fields."""
    session = session_of(context)
    rendered = session.client.preview_template(template_id, {"fields": _fields(field)})
    if part is None:
        session.output.document(rendered)
    elif part in rendered:
        session.output.raw(str({**rendered}[part]))
    else:
        raise typer.BadParameter(f"a mail has no part {part}; it has {', '.join(rendered)}")


@app.command("test")
def send_test(
    context: typer.Context,
    template_id: str,
    addresses: Annotated[list[str], typer.Argument(help="1 to 10 addresses.")],
    *,
    sender: Annotated[str, typer.Option("--from", help="Address that the mail is from.")],
    field: Fields = None,
    stand_ins: Annotated[bool, typer.Option("--stand-ins", help="Show the names of fields that are missing.")] = False,
) -> None:
    """Send a template to a few addresses."""
    session = session_of(context)
    sent = session.client.send_template_test_mails(
        template_id,
        {"addresses": addresses, "from": {"address": sender}, "fields": _fields(field), "stand_ins": stand_ins},
    )
    session.output.listing([{**one} for one in sent["items"]], ("address", "status", "reason", "provider_id"))


def _fields(given_fields: list[str] | None) -> dict[str, str]:
    fields = {}
    for one in given_fields or ():
        key, separator, value = one.partition("=")
        if not separator:
            raise typer.BadParameter(f"{one!r} is no field: write `name=value`")
        fields[key] = value
    return fields


def uploaded(
    session: Session, html: Path, *, subject: str, name: str | None, text: Path | None, preheader: str | None
) -> models.TemplateDocument:
    """Upload a template with a bar and wait until it has been checked."""
    template: models.CreateTemplate = {"name": (name or html.name)[:200], "subject": subject}
    template.update(given(text=None if text is None else text_of(text), preheader=preheader))  # type: ignore[typeddict-item]
    with session.output.progress(f"uploading {html.name}", html.stat().st_size, of_bytes=True) as bar:
        return tasks.upload_template(
            session.client, template, html, progress=bar.advance, every_seconds=session.poll_seconds / 2
        )
