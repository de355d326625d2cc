"""``emailplatform import``: moves here from another service."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated, Any

import typer

from emailplatform.commands import recipients, templates
from emailplatform.commands.session import Session, session_of
from emailplatform.migration import pinpoint as pinpoint_files
from emailplatform.migration import suppressions as lists
from emailplatform.migration.suppressions import Service, Suppressed

app = typer.Typer(help="Move here from another service.", no_args_is_help=True)

_AT_ONCE = 8


@app.command()
def pinpoint(
    context: typer.Context,
    export: Annotated[Path, typer.Argument(exists=True, help="A file, or a folder of them.")],
    to: Annotated[Path, typer.Argument(file_okay=False, help="Folder for what is made of them.")],
    *,
    upload: Annotated[bool, typer.Option("--upload", help="Also upload it to this platform.")] = False,
) -> None:
    """Turn an export of Amazon Pinpoint into recipient files, templates and suppressions.

    The report says what could not be carried over. Such a place in a template is a field carry_over_<n>, which stops
    the pre-flight until somebody has rewritten it.
    """
    session = session_of(context)
    files = [export] if export.is_file() else sorted(one for one in export.rglob("*") if one.is_file())
    to.mkdir(parents=True, exist_ok=True)
    report: dict[str, Any] = {"recipients": [], "templates": [], "suppressions": 0, "not_read": []}
    suppressed: list[Suppressed] = []
    for file in files:
        try:
            template = pinpoint_files.read_template(file)
            if template is not None:
                report["templates"].append(_template(session, template, to, upload=upload))
                continue
            endpoints = pinpoint_files.read_endpoints(file)
        except ValueError as error:
            report["not_read"].append({"file": file.name, "why": str(error)})
            continue
        suppressed += endpoints.suppressed
        report["recipients"].append(_recipients(session, file, endpoints, to, upload=upload))
    report["suppressions"] = len(suppressed)
    if suppressed:
        (to / "suppressions.csv").write_text(lists.written(suppressed), encoding="utf-8")
        if upload:
            _put(session, suppressed)
    session.output.document(report, _told(report))


@app.command()
def suppressions(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSON or CSV.")],
    *,
    origin: Annotated[Service, typer.Option("--from", help="Whose list it is.")],
    reason: Annotated[
        str | None, typer.Option(help="bounce, complaint, unsubscribe or manual, where the list does not say.")
    ] = None,
    scope: Annotated[str | None, typer.Option(help="all, campaigns or topic:<name>.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be put.")] = False,
) -> None:
    """Keep mail away from whom another service keeps it away."""
    session = session_of(context)
    if reason not in {None, "bounce", "complaint", "unsubscribe", "manual"}:
        raise typer.BadParameter("the reason is bounce, complaint, unsubscribe or manual")
    try:
        found = lists.read(origin, file, reason=reason, scope=scope)
    except lists.UnknownListError as error:
        raise typer.BadParameter(str(error)) from error
    if not dry_run:
        _put(session, found)
    counts: dict[str, int] = {}
    for one in found:
        counts[one.reason] = counts.get(one.reason, 0) + 1
    session.output.document({"read": len(found), "reasons": counts, "put": 0 if dry_run else len(found)})


def _put(session: Session, found: Iterable[Suppressed]) -> None:
    """Put each suppression; doing it again changes nothing, so an import that broke off can be repeated."""
    items = list(found)
    client = session.client
    with session.output.progress("suppressing", len(items)) as bar, ThreadPoolExecutor(_AT_ONCE) as threads:
        for _ in threads.map(lambda one: client.put_suppression(one.address, {"scope": one.scope}), items):
            bar.advance(1)


def _recipients(
    session: Session, file: Path, endpoints: pinpoint_files.EndpointFile, to: Path, *, upload: bool
) -> dict[str, Any]:
    stem = file.name.partition(".")[0]
    target = to / f"{stem}.csv"
    target.write_text(endpoints.written(), encoding="utf-8")
    made: dict[str, Any] = {
        "file": target.name,
        "rows": len(endpoints.rows),
        "opted_out": len(endpoints.suppressed),
        "left_out": dict(endpoints.left_out),
    }
    if upload and endpoints.rows:
        made["file_id"] = recipients.uploaded(session, target, name=stem, address_column="email")["file_id"]
    return made


def _template(session: Session, template: pinpoint_files.Template, to: Path, *, upload: bool) -> dict[str, Any]:
    stem = "".join(one if one.isalnum() or one in "-_" else "_" for one in template.name) or "template"
    html, text = to / f"{stem}.html", to / f"{stem}.txt"
    html.write_text(template.html.source, encoding="utf-8")
    if template.text:
        text.write_text(template.text.source, encoding="utf-8")
    lost = [
        {"part": part, "line": one.line, "source": one.source, "field": one.field, "why": one.why}
        for part, translation in template.parts
        for one in translation.not_carried
    ]
    fields = sorted(set().union(*(translation.fields for _, translation in template.parts)))
    made: dict[str, Any] = {
        "name": template.name,
        "file": html.name,
        "subject": template.subject.source,
        "fields": fields,
        "not_carried": lost,
    }
    if upload:
        made["template_id"] = templates.uploaded(
            session,
            html,
            subject=template.subject.source or template.name,
            name=template.name,
            text=text if template.text else None,
            preheader=None,
        )["template_id"]
    return made


def _told(report: dict[str, Any]) -> Iterable[tuple[str, object]]:
    for one in report["recipients"]:
        yield (
            one["file"],
            f"{one['rows']:,} recipients, {one['opted_out']:,} opted out"
            + "".join(f", {count:,} left out ({why})" for why, count in one["left_out"].items()),
        )
    for one in report["templates"]:
        yield one["file"], f"template {one['name']}: {len(one['not_carried'])} places to rewrite"
        for lost in one["not_carried"]:
            yield f"  {lost['part']} line {lost['line']}", f"{lost['field']} for {lost['source']}: {lost['why']}"
    yield "suppressions", report["suppressions"]
    for one in report["not_read"]:
        yield one["file"], f"not read: {one['why']}"
