"""``emailplatform suppressions``."""

from pathlib import Path
from typing import Annotated, Any

import typer

from emailplatform import models, tasks
from emailplatform.commands.session import Session, given, session_of
from emailplatform.errors import NotReadyError
from emailplatform.problems import SuppressionNotFoundError

app = typer.Typer(help="Addresses that get nothing.", no_args_is_help=True)

_COLUMNS = ("address", "scope", "reason", "source", "since")
Scope = Annotated[str, typer.Option(help="all, campaigns or topic:<name>.")]
InSes = Annotated[bool, typer.Option("--in-ses", help="On the account's own list in SES too.")]


@app.command()
def show(context: typer.Context, address: str) -> None:
    """Show why an address gets nothing; the list is empty when it gets everything."""
    session = session_of(context)
    try:
        items = session.client.get_suppression(address)["items"]
    except SuppressionNotFoundError:
        items = []
    session.output.listing([{**one} for one in items], _COLUMNS)


@app.command("list")
def list_suppressions(
    context: typer.Context,
    *,
    scope: Annotated[str | None, typer.Option(help="all, campaigns or topic:<name>.")] = None,
    reason: Annotated[str | None, typer.Option(help="complaint, bounce, unsubscribe or manual.")] = None,
) -> None:
    """List suppressions, in an order of no meaning."""
    session = session_of(context)
    found = session.client.iter_suppressions(limit=200, **given(scope=scope, reason=reason))
    session.output.listing(({**one} for one in found), _COLUMNS)


@app.command()
def add(context: typer.Context, address: str, *, scope: Scope = "all", in_ses: InSes = False) -> None:
    """Keep mail away from an address."""
    session = session_of(context)
    session.output.document(session.client.put_suppression(address, {"scope": scope, "in_ses": in_ses}))


@app.command()
def remove(
    context: typer.Context,
    address: str,
    *,
    scope: Scope = "all",
    reason: Annotated[str, typer.Option(help="manual, unsubscribe, bounce, complaint or all.")] = "manual",
    in_ses: InSes = False,
) -> None:
    """Lift what keeps mail away from an address, for one reason."""
    session = session_of(context)
    session.client.delete_suppression(address, scope=scope, reason=reason, in_ses=in_ses)  # type: ignore[arg-type]  # the API refuses others
    session.output.document({"address": address, "scope": scope, "lifted": reason})


@app.command()
def upload(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV with a column address.")],
    *,
    scope: Scope = "all",
    reason: Annotated[str, typer.Option(help="Of rows that name none.")] = "manual",
    report: Annotated[Path | None, typer.Option(help="Where the report of refused rows is saved.")] = None,
) -> None:
    """Import a CSV file and wait until every row was looked at."""
    session = session_of(context)
    wanted: Any = {"scope": scope, "reason": reason}
    ordered = session.client.import_suppressions(wanted)
    with session.output.progress(f"uploading {file.name}", file.stat().st_size, of_bytes=True) as bar:
        session.client.upload(ordered["upload"] or {}, file, bar.advance)
    done = _awaited(session, ordered["job_id"])
    if report and done["url"]:
        session.client.download(done["url"], report)
    session.output.document({**done, "url": None, "upload": None})


@app.command()
def download(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Where the CSV is saved.")],
    *,
    scope: Annotated[str | None, typer.Option(help="Only this scope.")] = None,
    reason: Annotated[str | None, typer.Option(help="Only this reason.")] = None,
    gzip: Annotated[bool, typer.Option("--gzip", help="Compressed.")] = False,
) -> None:
    """Export the list into a CSV file."""
    session = session_of(context)
    wanted: Any = {**given(scope=scope, reason=reason), "gzip": gzip}
    done = _awaited(session, session.client.export_suppressions(wanted)["job_id"])
    written = session.client.download(done["url"] or "", file)
    session.output.document({"rows": done["rows"], "bytes": written, "file": str(file)})


@app.command()
def copy(context: typer.Context) -> None:
    """Copy the account's own list in SES into this one."""
    session = session_of(context)
    session.output.document(_awaited(session, session.client.copy_suppressions()["job_id"]))


def _awaited(session: Session, job_id: str) -> models.SuppressionJobDocument:
    """Wait until a job is over.

    Raises:
        NotReadyError: it failed.
    """
    done = tasks.wait(
        lambda: session.client.get_suppression_job(job_id),
        lambda job: job["state"] in {"done", "failed"},
        every_seconds=session.poll_seconds / 2,
    )
    if done["state"] == "failed":
        raise NotReadyError(f"The job failed: {done['failure']}", {**done})
    return done
