"""What a page shows of files that the platform keeps in its stores: a template's source, a recipient file's reports."""

from typing_extensions import TypedDict

from message_centre.wrapper_api.centre import bootstrap
from message_centre.wrapper_api.centre.entrypoints.api import Answer, Api, answer
from message_centre.wrapper_api.centre.entrypoints.schemas import RowsQuery
from message_centre.wrapper_api.centre.kernel.errors import NotFoundError
from message_centre.wrapper_api.centre.people.model import Role
from message_centre.wrapper_api.centre.platform.row_reports import ReportKind, first_rows

reading = Api(__name__)


class SourceDocument(TypedDict):
    """The HTML of a template version as it was written."""

    html: str


class ReportRowDocument(TypedDict):
    """A row of a recipient file that was not accepted, or that is noticeable; `word` says why."""

    line: int
    word: str
    detail: str
    value: str


class ReportRowsDocument(TypedDict):
    """The first rows of a report; `more` says that the report has others."""

    items: list[ReportRowDocument]
    more: bool


@reading.operation("GET", "/templates/{template_id}/versions/{version}/source", role=Role.VIEWER)
def get_template_html(template_id: str, version: str) -> Answer[SourceDocument]:
    """Show the HTML of a template version as it was written."""
    if not version.isdecimal():
        raise NotFoundError("Versions are numbers.")
    return answer({"html": bootstrap.platform().template_html(template_id, int(version))})


@reading.operation("GET", "/recipient-files/{file_id}/rejected-rows", role=Role.AUTHOR)
def list_rejected_rows(file_id: str, query: RowsQuery) -> Answer[ReportRowsDocument]:
    """Show the first rows of a recipient file that were not accepted; the platform's report has all."""
    return _rows(file_id, ReportKind.REJECTED, query.limit)


@reading.operation("GET", "/recipient-files/{file_id}/flagged-rows", role=Role.AUTHOR)
def list_flagged_rows(file_id: str, query: RowsQuery) -> Answer[ReportRowsDocument]:
    """Show the first rows of a recipient file that were accepted but are worth a look."""
    return _rows(file_id, ReportKind.FLAGGED, query.limit)


def _rows(file_id: str, kind: ReportKind, limit: int) -> Answer[ReportRowsDocument]:
    rows, more = first_rows(bootstrap.platform().row_report(file_id, kind), kind, limit)
    items: list[ReportRowDocument] = [
        {"line": row.line, "word": row.word, "detail": row.detail, "value": row.value} for row in rows
    ]
    return answer({"items": items, "more": more})
