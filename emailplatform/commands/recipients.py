"""``emailplatform recipients``."""

from pathlib import Path
from typing import Annotated

import typer

from emailplatform import models, tasks
from emailplatform.commands.session import Session, session_of

app = typer.Typer(help="Recipient files: upload, list, reports.", no_args_is_help=True)


@app.command("list")
def list_files(
    context: typer.Context, *, status: Annotated[str | None, typer.Option(help="Only these, such as ready.")] = None
) -> None:
    """List recipient files, newest first."""
    session = session_of(context)
    found = session.client.iter_recipient_files(limit=200, status=status)  # type: ignore[arg-type]  # the API refuses others
    session.output.listing(({**one} for one in found), ("file_id", "name", "status", "account", "created_at"))


@app.command()
def show(context: typer.Context, file_id: str) -> None:
    """Show a recipient file."""
    session = session_of(context)
    session.output.document(session.client.get_recipient_file(file_id))


@app.command()
def upload(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV, also gzip or zip.")],
    *,
    name: Annotated[str | None, typer.Option(help="The file's name when left out.")] = None,
    address_column: Annotated[str | None, typer.Option(help="Header or position of the addresses.")] = None,
) -> None:
    """Upload a recipient file and wait until it has been imported."""
    session = session_of(context)
    session.output.document(uploaded(session, file, name=name, address_column=address_column))


@app.command()
def report(
    context: typer.Context,
    file_id: str,
    to: Annotated[Path, typer.Argument(help="Where the CSV is saved.")],
    *,
    flags: Annotated[bool, typer.Option("--flags", help="The rows worth a look, not those that were refused.")] = False,
) -> None:
    """Save the report of the rows that were not taken."""
    session = session_of(context)
    client = session.client
    link = client.get_recipient_file_flags(file_id) if flags else client.get_recipient_file_report(file_id)
    session.output.document({"file": str(to), "bytes": client.download(link["url"], to)})


@app.command()
def delete(context: typer.Context, file_id: str) -> None:
    """Remove a recipient file with everything that was made of it."""
    session = session_of(context)
    session.output.document(session.client.delete_recipient_file(file_id))


def uploaded(
    session: Session, file: Path, *, name: str | None, address_column: str | None
) -> models.RecipientFileDocument:
    """Upload a recipient file with a bar, and wait with another until it has been imported."""
    with session.output.progress(f"uploading {file.name}", file.stat().st_size, of_bytes=True) as bar:
        file_id = tasks.upload_recipients(
            session.client, file, name=name, address_column=address_column, progress=bar.advance
        )
    with session.output.progress("importing", 100) as bar:

        def tell(seen: models.RecipientFileDocument) -> None:
            if seen["progress"]:
                bar.show(seen["progress"]["percent"] or 0, title=f"importing, {seen['progress']['rows']:,} rows")

        return tasks.wait_for_recipients(session.client, file_id, tell=tell, every_seconds=session.poll_seconds)
