"""What authors give: names and sources, held to their limits before anything is stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from chalicelib.kernel.errors import FieldError, InvalidInputError
from chalicelib.templates.headers import MAX_HEADER_SOURCE_CHARACTERS, MAX_HEADERS, name_problem
from chalicelib.templates.model import (
    MAX_NAME_CHARACTERS,
    MAX_PREHEADER_SOURCE_CHARACTERS,
    MAX_SUBJECT_SOURCE_CHARACTERS,
    MAX_TEXT_CHARACTERS,
)


@dataclass(frozen=True, slots=True)
class Sources:
    """What a version consists of besides its HTML, which is uploaded.

    Attributes:
        subject: Jinja2 source of the subject.
        text: Jinja2 source of the plain-text part; None takes it from the HTML.
        preheader: Jinja2 source of the line that lists of messages show beside the subject.
        headers: Jinja2 sources of additional headers, by name.
    """

    subject: str
    text: str | None = None
    preheader: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def check(sources: Sources, name: str = "-") -> None:
    """Pass if a template of this name can have a version of these sources.

    Raises:
        InvalidInputError: a value cannot be taken; every fault is named.
    """
    errors = (*_name_errors(name), *_errors(sources))
    if errors:
        raise InvalidInputError("The template cannot be taken.", errors=errors)


def checked_name(name: str) -> str:
    """Return a name as it is kept.

    Raises:
        InvalidInputError: it cannot be taken.
    """
    errors = tuple(_name_errors(name))
    if errors:
        raise InvalidInputError("The template cannot be called so.", errors=errors)
    return name.strip()


def _name_errors(name: str) -> Iterator[FieldError]:
    if not name.strip() or len(name) > MAX_NAME_CHARACTERS:
        yield FieldError("/name", f"Give it a name of 1 to {MAX_NAME_CHARACTERS} characters.")


def _errors(sources: Sources) -> Iterator[FieldError]:
    subject, text, preheader, headers = sources.subject, sources.text, sources.preheader, sources.headers
    if not subject.strip() or len(subject) > MAX_SUBJECT_SOURCE_CHARACTERS:
        yield FieldError("/subject", f"Give a subject of 1 to {MAX_SUBJECT_SOURCE_CHARACTERS:,} characters.")
    if text is not None and (not text.strip() or len(text) > MAX_TEXT_CHARACTERS):
        yield FieldError(
            "/text", f"Give 1 to {MAX_TEXT_CHARACTERS:,} characters, or leave it out to have it made from the HTML."
        )
    if preheader is not None and (not preheader.strip() or len(preheader) > MAX_PREHEADER_SOURCE_CHARACTERS):
        yield FieldError("/preheader", f"Give 1 to {MAX_PREHEADER_SOURCE_CHARACTERS} characters, or leave it out.")
    yield from _header_errors(headers)
    # Jinja2 is a tenth of what the API's function would import to begin; few of its requests bring sources.
    from chalicelib.templates.rendering import ContentRefusedError, compile_content

    try:
        compile_content(subject, "", text or "", tuple(headers.items()), preheader)
    except ContentRefusedError as error:
        for source, findings in error.findings.items():
            for finding in findings:
                yield FieldError(f"/{source}", str(finding))


def _header_errors(headers: Mapping[str, str]) -> Iterator[FieldError]:
    if len(headers) > MAX_HEADERS:
        yield FieldError("/headers", f"Give at most {MAX_HEADERS} headers.")
    seen: set[str] = set()
    for name, value in headers.items():
        problem = name_problem(name)
        pointer = "/headers/" + name.replace("~", "~0").replace("/", "~1")
        if problem:
            yield FieldError(pointer, problem)
        elif name.lower() in seen:
            yield FieldError(pointer, "The same header is given twice.")
        elif not value.strip() or len(value) > MAX_HEADER_SOURCE_CHARACTERS:
            yield FieldError(pointer, f"Give a value of 1 to {MAX_HEADER_SOURCE_CHARACTERS:,} characters.")
        seen.add(name.lower())
