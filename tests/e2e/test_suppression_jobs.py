"""The list of suppressions as a file, by the command: into the list, shown, and out again."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any


def test_a_file_goes_into_the_list_and_out_again(command: Callable[..., Any], tmp_path: Path) -> None:
    file, refused, written = (tmp_path / name for name in ("gone.csv", "refused.csv", "list.csv"))
    addresses = [f"gone-{number}@example.net" for number in range(1_200)]
    rows = [f"{address};unsubscribe;2025-03-01T10:00:00+01:00" for address in addresses]
    file.write_text("\n".join(["email;reason;since", *rows, "nobody;unsubscribe;", rows[0]]), encoding="utf-8")

    job = command("suppressions", "upload", str(file), "--scope", "campaigns", "--report", str(refused))
    assert (job["state"], job["rows"], job["refused"]) == ("done", 1_202, 1)
    [line] = _rows(refused)
    assert (line["line"], line["value"]) == ("1202", "nobody")

    [shown] = command("suppressions", "show", addresses[-1])
    assert (shown["scope"], shown["reason"], shown["since"]) == ("campaigns", "unsubscribe", "2025-03-01T09:00:00.000Z")
    assert shown["source"] == f"import {job['job_id']}"
    listed = command("suppressions", "list", "--reason", "unsubscribe", "--scope", "campaigns")
    assert {one["address"] for one in listed} >= set(addresses)

    exported = command("suppressions", "download", str(written), "--reason", "unsubscribe", "--scope", "campaigns")
    found = {row["address"]: row for row in _rows(written)}
    assert exported["rows"] == len(found)
    assert set(addresses) <= found.keys()
    assert found[addresses[0]]["since"] == "2025-03-01T09:00:00.000Z"


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.DictReader(source))
