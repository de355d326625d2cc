"""The command ``emailplatform``.

Exit codes: 0 done; 1 the API refused, or somebody who was asked; 2 the command line cannot be understood; 3 what was
uploaded or checked cannot be used (a template is invalid, a file is rejected, a pre-flight did not pass); 4 no answer
came, or a transfer broke off; 5 the key or the credentials are missing, unknown or may not do this; 6 the campaign
ended otherwise than finished; 130 interrupted.
"""

import sys
from importlib import metadata
from typing import Annotated

import typer

from emailplatform import profiles
from emailplatform.commands import (
    api,
    campaigns,
    configure,
    imports,
    keys,
    recipients,
    reports,
    senders,
    sending,
    suppressions,
    templates,
    webhooks,
)
from emailplatform.commands.output import Output
from emailplatform.commands.session import Session
from emailplatform.errors import (
    ApiError,
    ConfigurationError,
    EmailPlatformError,
    NoAnswerError,
    NotReadyError,
    UploadError,
)

REFUSED, NOT_READY, NO_ANSWER, KEY_REFUSED = 1, 3, 4, 5

app = typer.Typer(
    name="emailplatform",
    help="Run e-mail campaigns: upload, check, schedule, watch, report.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("configure")(configure.configure)
app.command("send")(sending.send)
app.command("report")(reports.report)
app.command("api")(api.call)
for group, name in (
    (templates.app, "templates"),
    (recipients.app, "recipients"),
    (campaigns.app, "campaigns"),
    (suppressions.app, "suppressions"),
    (senders.app, "senders"),
    (webhooks.app, "webhooks"),
    (keys.app, "keys"),
    (imports.app, "import"),
):
    app.add_typer(group, name=name)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - Typer passes it by position
    if wanted:
        try:
            typer.echo(metadata.version("emailplatform"))
        except metadata.PackageNotFoundError:  # run from the repository
            typer.echo("dev")
        raise typer.Exit


@app.callback()
def settings(
    context: typer.Context,
    *,
    profile: Annotated[
        str, typer.Option(help="Whose address and key or signature are used.", envvar="EMAILPLATFORM_PROFILE")
    ] = profiles.DEFAULT,
    url: Annotated[str | None, typer.Option(help="Where the API is, instead of the profile's address.")] = None,
    iam: Annotated[
        bool | None,
        typer.Option("--iam/--no-iam", help="Sign with the credentials of AWS in the environment; no key is used."),
    ] = None,
    region: Annotated[
        str | None, typer.Option(help="Where the API is, for signatures; its address or the environment says so else.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document, for machines.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version and end.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Run e-mail campaigns: upload, check, schedule, watch, report."""
    session = context.obj if isinstance(context.obj, Session) else Session()
    session.profile, session.url, session.output = profile, url, Output(as_json=json)
    session.iam, session.region = iam, region
    context.obj = session


def run(arguments: list[str] | None = None, *, session: Session | None = None) -> int:
    """Run the command and return its exit code."""
    session = session or Session()
    try:
        typer.main.get_command(app).main(arguments, prog_name="emailplatform", obj=session)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    except EmailPlatformError as error:
        session.output.fail(_sentence(error), _document(error))
        return _code(error)
    except TimeoutError as error:
        session.output.fail(str(error))
        return NO_ANSWER
    finally:
        session.close()
    return 0


def main() -> None:
    """Run the command of the command line."""
    sys.exit(run())


def _code(error: EmailPlatformError) -> int:
    if isinstance(error, ApiError):
        return KEY_REFUSED if error.slug in {"unauthorized", "missing-scope"} else REFUSED
    if isinstance(error, ConfigurationError):
        return KEY_REFUSED
    if isinstance(error, NotReadyError):
        return NOT_READY
    return NO_ANSWER if isinstance(error, NoAnswerError | UploadError) else REFUSED


def _sentence(error: EmailPlatformError) -> str:
    if not isinstance(error, ApiError):
        return str(error)
    faults = "".join(f"\n  {fault['pointer']}: {fault['detail']}" for fault in error.errors)
    asked = f"\n  request {error.request_id}" if error.request_id else ""
    return f"{error}{faults}{asked}"


def _document(error: EmailPlatformError) -> dict[str, object]:
    if not isinstance(error, ApiError):
        return {}
    return {
        "type": error.slug,
        "status": error.status,
        "detail": error.detail,
        "errors": list(error.errors),
        "request_id": error.request_id,
    }
