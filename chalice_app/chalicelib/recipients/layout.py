"""Understands a header: which column holds the addresses, and under which name templates read the others."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.recipients.model import UnreadableFileError

ADDRESS_HEADERS = """
    email, email address, email addresses, email id, mail, mail address, recipient, recipient email,
    E-Mail-Adresse, Mailadresse, Empfänger, correo, correo electrónico, dirección de correo,
    dirección de correo electrónico, courriel, adresse courriel, adresse électronique, endereço de email,
    correio eletrónico, indirizzo email, e-mailadres, mailadres, adres e-mail, e-post, e-postadress, e-postadresse,
    sähköposti, e-posta, e-posta adresi, почта, эл. почта, электронная почта, メール, メールアドレス, 电子邮件,
    邮箱, 이메일
"""
"""Headers of the address column; case, accents, spaces and punctuation make no difference."""

RESERVED_NAMES = frozenset(
    {
        *("email", "unsubscribe_url"),  # every message has these
        *("loop", "self", "super", "caller", "varargs", "kwargs"),  # Jinja2 gives these a meaning of its own
        *("and", "else", "false", "for", "if", "in", "is", "none", "not", "or", "true"),
    }
)
"""Names that a column cannot have in templates."""

MAX_COLUMNS = 200
"""Columns that a file may have."""

MAX_FIELD_NAME_CHARACTERS = 64
"""Longest name of a field."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a file.

    Attributes:
        address_index: position of the address column, from 0.
        address_column: its header as written.
        names: name of each column in templates, by position.
        columns: header as written -> name; a header that is empty or occurs again is shown with its position.
    """

    address_index: int
    address_column: str
    names: tuple[str, ...]
    columns: Mapping[str, str]


def read_header(cells: list[str]) -> Layout:
    """Understand a header.

    Raises:
        UnreadableFileError: no column holds addresses, or there are too many columns.
    """
    headers = [cell.strip() for cell in cells]
    if len(headers) > MAX_COLUMNS:
        raise UnreadableFileError(f"The header has {len(headers)} columns; at most {MAX_COLUMNS} can be taken.")
    address_index = next((i for i, header in enumerate(headers) if _simplified(header) in _ADDRESS_HEADERS), None)
    if address_index is None:
        raise _no_address_column(headers)
    names: list[str] = []
    columns: dict[str, str] = {}
    for position, header in enumerate(headers):
        name = "email" if position == address_index else _unique(field_name(header, position), names)
        names.append(name)
        shown = header if header and header not in columns else f"{header} (column {position + 1})".strip()
        columns[shown] = name
    return Layout(address_index, headers[address_index], tuple(names), columns)


def field_name(header: str, position: int) -> str:
    """Return the name under which templates read a column: lower case, letters, digits and underscores."""
    letters = [c if ("a" + c).isidentifier() else "_" for c in unicodedata.normalize("NFKC", header).lower()]
    name = re.sub(r"__+", "_", "".join(letters)).strip("_")[:MAX_FIELD_NAME_CHARACTERS].rstrip("_")
    if not name:
        return f"column_{position + 1}"
    return name if name.isidentifier() else f"_{name}"


def _unique(name: str, taken: list[str]) -> str:
    candidate, number = name, 1
    while candidate in taken or candidate in RESERVED_NAMES:
        number += 1
        candidate = f"{name}_{number}"
    return candidate


def _simplified(header: str) -> str:
    """Drop what two spellings of a header differ by: case, accents, spaces, punctuation."""
    decomposed = unicodedata.normalize("NFKD", header.casefold())
    return "".join(c for c in decomposed if c.isalnum())


_ADDRESS_HEADERS = frozenset(map(_simplified, ADDRESS_HEADERS.split(",")))


def _no_address_column(headers: list[str]) -> UnreadableFileError:
    if any("@" in header for header in headers):
        return UnreadableFileError(
            "The first line holds an address where the header should be: put a line with the names of the columns, "
            "for example email,first_name, before it."
        )
    shown = ", ".join(f"{header[:60]!r}" for header in headers[:20])
    return UnreadableFileError(f"No column is headed email (or e-mail, mail, correo, ...). The headers are: {shown}.")
