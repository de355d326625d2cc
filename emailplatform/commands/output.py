"""What the commands print: tables and progress for people, one JSON document for machines."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table


class Output:
    """Where a command prints. What it answers goes to standard output, how it goes to standard error.

    Args:
        as_json: answer JSON, and tell no progress.
    """

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self._answers = Console(file=sys.stdout, highlight=False, markup=False, emoji=False, soft_wrap=True)
        self._news = Console(file=sys.stderr, highlight=False, markup=False, emoji=False)

    @property
    def live(self) -> bool:
        """Whether somebody watches."""
        return self._news.is_terminal and not self.as_json

    def tell(self, text: str) -> None:
        """Tell how it goes."""
        if not self.as_json:
            self._news.print(plain(text))

    def fail(self, text: str, document: Mapping[str, Any] | None = None) -> None:
        """Say why a command ends without success; to a machine as a document."""
        if self.as_json:
            sys.stderr.write(json.dumps({"error": text, **(document or {})}, ensure_ascii=False) + "\n")
        else:
            self._news.print(plain(text), style="red" if self._news.is_terminal else "")

    def document(self, document: Any, rows: Iterable[tuple[str, object]] | None = None) -> None:
        """Answer one document; people see the rows, or its plain values."""
        if self.as_json:
            self._json(document)
            return
        table = Table.grid(padding=(0, 3))
        for name, value in rows if rows is not None else _flat(document):
            table.add_row(plain(name), plain(shown(value)))
        self._answers.print(table)

    def listing(self, items: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
        """Answer a list: a table of these fields, or a JSON array with everything."""
        if self.as_json:
            self._json(list(items))
            return
        table = Table(box=None, header_style="bold", pad_edge=False)
        for column in columns:
            table.add_column(column, overflow="fold")
        for item in items:
            table.add_row(*(plain(shown(item.get(column))) for column in columns))
        self._answers.print(table)

    def raw(self, text: str) -> None:
        """Answer a text as it is."""
        sys.stdout.write(text if text.endswith("\n") else text + "\n")

    @contextmanager
    def progress(self, title: str, total: float | None, *, of_bytes: bool = False) -> Iterator["Bar"]:
        """Show a bar while something goes on; nothing where nobody watches."""
        columns = [TextColumn("{task.description}"), BarColumn()]
        columns += [DownloadColumn() if of_bytes else TextColumn("{task.completed:,.0f} of {task.total:,.0f}")]
        with Progress(*columns, TimeRemainingColumn(), console=self._news, disable=not self.live) as progress:
            yield Bar(progress, progress.add_task(plain(title), total=total or 0))

    def _json(self, document: Any) -> None:
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


class Bar:
    """One bar."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def advance(self, count: float) -> None:
        """Go on by so much; back by a negative number."""
        self._progress.advance(self._task, count)

    def show(self, completed: float, total: float | None = None, title: str | None = None) -> None:
        """Stand at this point."""
        self._progress.update(
            self._task, completed=completed, total=total, description=None if title is None else plain(title)
        )


def plain(text: str) -> str:
    """Return a text without what would steer a terminal: names and reasons are other people's."""
    return "".join(one if one.isprintable() or one == "\n" else "\N{REPLACEMENT CHARACTER}" for one in text)


def shown(value: object) -> str:
    """Write a value for people."""
    match value:
        case None:
            text = "-"
        case bool():
            text = "yes" if value else "no"
        case float():
            text = f"{value:,.4g}"
        case int():
            text = f"{value:,}"
        case dict():
            text = ", ".join(f"{name} {shown(part)}" for name, part in value.items()) or "-"
        case list():
            text = ", ".join(shown(part) for part in value) or "-"
        case _:
            text = str(value)
    return text


def _flat(document: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Walk a document's values; what stands inside another document is named with it."""
    for name, value in document.items():
        if isinstance(value, dict) and value and not any(isinstance(part, dict | list) for part in value.values()):
            for inner, part in value.items():
                yield f"{name}.{inner}", part
        else:
            yield name, value
