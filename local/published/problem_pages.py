"""Writes a page for each problem type, to which its type URI leads: what it means, what to do, who answers it."""

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from chalicelib.entrypoints.problems import BASE_URI
from local.published.registry import ProblemType, problem_types

FOLDER: Final = Path(__file__).parents[2] / "docs" / "problems"
_API = FOLDER.parent / "api.md"
_NOTE = "<!-- Written by `make openapi`: the meaning stands in docs/api.md, the explanation in the class. -->"

_MOST: Final = 25
"""More operations than a reader would look through."""

_WHAT_TO_DO: Final[Mapping[int, str]] = {
    400: "Mend the request; the same one is refused again. `detail` says what could not be read.",
    401: "Send a key that is in force: `Authorization: Bearer ep.<key id>.<secret>`; or sign with such credentials.",
    403: "Use a key with the scope that the operation names, or have one made; or have the scope given to your role.",
    404: "Look at the id and at the path; what was removed or has expired is not found either.",
    405: "Use one of the methods in `Allow`.",
    409: "Read the resource, and decide by the state in which it is now. Trying again helps where that state passes.",
    412: "Read the resource again, look at what changed, and repeat the change with the new `ETag`.",
    413: "Send less; files go straight to their bucket, see [uploads](../api.md#conventions).",
    415: "Send the body as `application/json`.",
    422: "Mend the values; `errors`, where it is there, names each by its JSON pointer.",
    429: "Wait for the seconds in `Retry-After`, where it is given, then repeat the request; nothing was begun.",
    500: "Repeat what reads, and what carries an idempotency key. Otherwise look first whether the change was made. "
    "If it stays, tell the operator the `X-Request-Id`.",
    503: "Wait for the seconds in `Retry-After`, where it is given, then repeat the request.",
    504: "The change may have been made: look, or repeat with the same idempotency key.",
}


def pages(description: Mapping[str, Any]) -> dict[Path, str]:
    """Return the text of each page by its file."""
    table = re.findall(r"^\| `([a-z-]+)` \| [\dx, ]+ \| (.+) \|$", _API.read_text(encoding="utf-8"), re.MULTILINE)
    meanings = dict(table)
    known = problem_types()
    found: dict[Path, str] = {}
    rows: list[str] = []
    for slug, one in known.items():
        meaning = meanings.get(slug, "")
        found[FOLDER / f"{slug}.md"] = "\n".join(_page(one, meaning, description)) + "\n"
        rows.append(f"| [`{slug}`]({slug}.md) | {_statuses(one)} | {meaning} |")
    found[FOLDER / "README.md"] = (
        f"# Problems\n\n{_NOTE}\n\nEvery refusal of the API has a type; each has a page here.\n\n"
        + "\n".join(["| type | status | meaning |", "|---|---|---|", *rows])
        + "\n"
    )
    return found


def _statuses(one: ProblemType) -> str:
    return ", ".join(str(status) for status in sorted(one.statuses)) or "4xx"


def _page(one: ProblemType, meaning: str, description: Mapping[str, Any]) -> Iterator[str]:
    yield f"# {one.slug}\n\n{_NOTE}\n"
    shown = ", ".join(f"{status} {HTTPStatus(status).phrase}" for status in sorted(one.statuses)) or "4xx"
    yield f"`{BASE_URI}{one.slug}` · {shown}\n"
    yield f"{meaning[:1].upper()}{meaning[1:]}.\n"
    if len(one.explanations) == 1 and meaning.lower() not in one.explanations[0].lower():
        # What several classes say is about their own places, not about the problem.
        yield f"{one.explanations[0].replace('``', '`')}\n"
    yield "## What to do\n"
    for status in sorted(one.statuses) or [400]:
        lead = f"{status}: " if len(one.statuses) > 1 else ""
        yield f"{lead}{_WHAT_TO_DO[status]}\n"
    yield "## Who answers it\n"
    named = list(_operations(one.slug, description))
    if not named:
        yield "Any operation, or the gateway in front of them."
    elif len(named) > _MOST:
        yield "Most operations."
    else:
        yield "\n".join(named)


def _operations(slug: str, description: Mapping[str, Any]) -> Iterator[str]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            answers = operation["responses"].items()
            if any(f"`{slug}`" in answer["description"] for status, answer in answers if status != "default"):
                named = f"{method.upper()} {path}"
                anchor = re.sub(r"[^a-z0-9_ -]", "", named.lower()).replace(" ", "-")
                yield f"- [`{named}`](../api.md#{anchor})"
