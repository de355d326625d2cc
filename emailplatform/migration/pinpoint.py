"""Reads what Amazon Pinpoint exports: endpoints and segments (JSON lines or CSV, also gzip), and e-mail templates.

Endpoints: https://docs.aws.amazon.com/pinpoint/latest/userguide/segments-importing.html (the same documents are
exported); templates as GetEmailTemplate answers them:
https://docs.aws.amazon.com/pinpoint/latest/apireference/templates-template-name-email.html
"""

import csv
import gzip
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from emailplatform.migration.handlebars import Translation, translate
from emailplatform.migration.suppressions import Suppressed

_ROOTS: Final = {
    "Address": "email",
    "Demographic.Timezone": "timezone",
    "User.UserId": "user_id",
}
_PREFIXES: Final = {
    "Attributes.": "",
    "User.UserAttributes.": "user_",
    "Location.": "location_",
    "Demographic.": "demographic_",
    "Metrics.": "metric_",
}
_PLAIN: Final = frozenset({"Id", "EffectiveDate", "CreationDate"})
_SCALARS: Final = ("Id", "Address", "EffectiveDate", "CreationDate")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One e-mail endpoint.

    Attributes:
        fields: by the name under which templates read them; several values stand with commas between.
        opted_out: whether it is to get nothing more.
        active: whether Pinpoint still sent to it.
    """

    fields: Mapping[str, str]
    opted_out: bool
    active: bool


@dataclass(slots=True)
class EndpointFile:
    """What a file of endpoints holds.

    Attributes:
        rows: those that get mail.
        suppressed: those that opted out.
        left_out: how many were left out, by reason.
    """

    rows: list[Mapping[str, str]] = field(default_factory=list)
    suppressed: list[Suppressed] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def written(self) -> str:
        """Return the rows as a recipient file: the address first, the other columns in the order of their names."""
        names = sorted({name for row in self.rows for name in row} - {"email"})
        target = io.StringIO()
        writer = csv.DictWriter(target, ["email", *names], restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        return target.getvalue()


@dataclass(frozen=True, slots=True)
class Template:
    """A translated template.

    Attributes:
        subject, html, text: Jinja2; ``text`` is None where Pinpoint had none.
    """

    name: str
    subject: Translation
    html: Translation
    text: Translation | None

    @property
    def parts(self) -> Iterator[tuple[str, Translation]]:
        """Walk what it is made of."""
        yield "subject", self.subject
        yield "html", self.html
        if self.text:
            yield "text", self.text


def field_name(path: str) -> str | None:
    """Name the field of an attribute, the same for columns and templates; None if endpoints have no such attribute.

    ``User.UserAttributes.FirstName`` is ``user_first_name``, ``Attributes.Plan`` is ``plan``, ``Address`` is ``email``.
    """
    if path in _ROOTS:
        return _ROOTS[path]
    if path in _PLAIN:
        return _snake(path)
    for prefix, name in _PREFIXES.items():
        if path.startswith(prefix) and len(path) > len(prefix):
            return name + _snake(path.removeprefix(prefix))
    return None


def read_endpoints(file: Path) -> EndpointFile:
    """Read a file of endpoints.

    Raises:
        ValueError: it is none.
    """
    found = EndpointFile()
    for endpoint in _endpoints(_text(file)):
        if endpoint is None:
            found.left_out["not an e-mail endpoint"] += 1
        elif "email" not in endpoint.fields:
            found.left_out["no address"] += 1
        elif endpoint.opted_out:
            found.suppressed.append(Suppressed(endpoint.fields["email"], "campaigns", "unsubscribe", None))
        elif not endpoint.active:
            found.left_out["inactive"] += 1
        else:
            found.rows.append(endpoint.fields)
    return found


def read_template(file: Path) -> Template | None:
    """Read a template; None if the file holds something else."""
    try:
        document = json.loads(_text(file))
    except ValueError:
        return None
    if isinstance(document, dict):
        document = document.get("EmailTemplateResponse", document)
    if not isinstance(document, dict) or not isinstance(document.get("HtmlPart"), str):
        return None
    given = document.get("DefaultSubstitutions")
    stand_ins = _stand_ins(json.loads(given) if isinstance(given, str) and given.strip() else given)
    subject = translate(str(document.get("Subject") or ""), field_name, stand_ins)
    html = translate(document["HtmlPart"], field_name, stand_ins, first=1 + len(subject.not_carried))
    begin = 1 + len(subject.not_carried) + len(html.not_carried)
    plain = document.get("TextPart")
    text = translate(plain, field_name, stand_ins, first=begin) if isinstance(plain, str) and plain.strip() else None
    return Template(str(document.get("TemplateName") or file.stem), subject, html, text)


def _text(file: Path) -> str:
    data = file.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    return data.decode("utf-8-sig")


def _endpoints(text: str) -> Iterator[Endpoint | None]:
    if text.lstrip().startswith(("{", "[")):
        yield from (_of_document(document) for document in _documents(text))
        return
    rows = csv.reader(io.StringIO(text, newline=""))
    header = next(rows, [])
    if "Address" not in header and "ChannelType" not in header:
        raise ValueError("it has neither a column Address nor a column ChannelType")
    for row in rows:
        if row:
            yield _of_row(header, row)


def _documents(text: str) -> Iterator[dict[str, Any]]:
    """Walk JSON lines, or a list or an answer of the API that holds endpoints."""
    try:
        whole = json.loads(text)
    except ValueError:
        whole = [json.loads(line) for line in text.splitlines() if line.strip()]
    if isinstance(whole, dict):
        whole = whole.get("EndpointsResponse", whole)
    if isinstance(whole, dict):
        whole = whole.get("Item", [whole])
    for document in whole:
        if not isinstance(document, dict) or not document.keys() & {"Address", "ChannelType"}:
            raise ValueError("it holds something else than endpoints")
        yield document


def _of_document(document: Mapping[str, Any]) -> Endpoint | None:
    if document.get("ChannelType", "EMAIL") != "EMAIL":
        return None
    user = document.get("User") or {}
    values: dict[str, Any] = {name: document.get(name) for name in _SCALARS}
    values["User.UserId"] = user.get("UserId")
    for prefix, group in (
        ("Attributes.", document.get("Attributes")),
        ("User.UserAttributes.", user.get("UserAttributes")),
        ("Location.", document.get("Location")),
        ("Demographic.", document.get("Demographic")),
        ("Metrics.", document.get("Metrics")),
    ):
        values.update({prefix + name: value for name, value in (group or {}).items()})
    return _endpoint(values, document.get("OptOut"), document.get("EndpointStatus"))


def _of_row(header: list[str], row: list[str]) -> Endpoint | None:
    values: dict[str, list[str]] = {}
    for name, cell in zip(header, row, strict=False):
        if cell:
            values.setdefault(name, []).append(cell)  # several values of an attribute have a column each
    if values.pop("ChannelType", ["EMAIL"]) != ["EMAIL"]:
        return None
    status = [values.pop(name, [None])[0] for name in ("OptOut", "EndpointStatus")]
    return _endpoint(values, *status)


def _endpoint(values: Mapping[str, Any], opt_out: object, status: object) -> Endpoint:
    fields: dict[str, str] = {}
    for path, value in values.items():
        name, shown = field_name(path), _shown(value)
        if name and shown:
            fields.setdefault(name, shown)
    return Endpoint(fields, opted_out=opt_out == "ALL", active=status != "INACTIVE")


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _stand_ins(document: Any, prefix: str = "") -> dict[str, str]:
    """Flatten default values: ``{"Attributes": {"Plan": "free"}}`` is ``{"Attributes.Plan": "free"}``."""
    found: dict[str, str] = {}
    for name, value in (document or {}).items():
        if isinstance(value, dict):
            found |= _stand_ins(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = _shown(value)
    return found


def _snake(name: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return re.sub(r"\W+", "_", words).strip("_").lower()
