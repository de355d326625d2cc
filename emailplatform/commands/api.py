"""``emailplatform api``: any operation of the API, also those that have no command of their own."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from emailplatform.commands.session import session_of, text_of


def call(
    context: typer.Context,
    method: Annotated[str, typer.Argument(help="GET, POST, PUT, PATCH or DELETE.")],
    path: Annotated[str, typer.Argument(help="Such as /v1/campaigns?limit=5.")],
    *,
    data: Annotated[str | None, typer.Option("-d", "--data", help="The JSON body, or @file.")] = None,
    header: Annotated[list[str] | None, typer.Option("-H", "--header", help="Such as 'If-Match: \"3\"'.")] = None,
) -> None:
    """Call any operation and print what it answers, as JSON."""
    session = session_of(context)
    body: Any = None
    if data is not None:
        text = text_of(Path(data[1:])) if data.startswith("@") else data
        try:
            body = json.loads(text)
        except ValueError as error:
            raise typer.BadParameter(f"the data is no JSON: {error}") from error
    headers: dict[str, str | None] = {}
    for one in header or ():
        name, separator, value = one.partition(":")
        if not separator:
            raise typer.BadParameter(f"{one!r} is no header: write `Name: value`")
        headers[name.strip().title()] = value.strip()
    if not path.startswith("/v1/"):
        raise typer.BadParameter("the path begins with /v1/")
    verb = method.upper()
    if body is None and verb in {"POST", "PATCH"}:
        body = {}
    answer = session.client.request(verb, path, headers=headers, body=body)
    if answer is not None:
        session.output.raw(json.dumps(answer, ensure_ascii=False, indent=2))
