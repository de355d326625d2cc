"""Recipient files through the deployed functions: a large one to its last row, and every way a file can go."""

import csv
import gzip
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import requests

from chalicelib.recipients.places import output_folder, upload_folder
from local import sample
from local.client import ApiError
from tests.e2e.conftest import Running

ROWS = 200_000
EVERY = {"duplicate": 1_000, "invalid": 2_500, "repaired": 3_001, "quoted": 50}


def _large_file(path: Path) -> Counter[str]:
    """Write a file of `ROWS` rows; return how many of each kind it has."""
    kinds: Counter[str] = Counter()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Name", "E-Mail", "Stadt", "Kundennummer"])
        for number in range(1, ROWS + 1):
            kind = next((kind for kind, every in EVERY.items() if number % every == 0), "plain")
            kinds[kind] += 1
            address = {
                "duplicate": f"PERSON{number - 7}@example.org",
                "invalid": f"person{number}.example.org",
                "repaired": f"Jürgen <person{number}@example.org>",
            }.get(kind, f"person{number}@example.org")
            writer.writerow([f"Jürgen {number}", address, "Köln; Mitte" if kind == "quoted" else "Köln", number])
    return kinds


def _report(running: Running, file_id: str, kind: str) -> list[dict[str, str]]:
    link = running.api.get(f"/v1/recipient-files/{file_id}/{kind}")["url"]
    answer = requests.get(link, timeout=60)
    answer.raise_for_status()
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def _bucket(running: Running) -> str:
    buckets = running.stack.emulator.client("s3").list_buckets()["Buckets"]
    return next(str(bucket["Name"]) for bucket in buckets if "recipients" in bucket["Name"])


def _keys(running: Running, prefix: str) -> list[str]:
    s3 = running.stack.emulator.client("s3")
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=_bucket(running), Prefix=prefix)
    return [version["Key"] for page in pages for version in page.get("Versions", [])]


def test_a_file_of_200_000_rows_is_accounted_for_to_the_last_one(running: Running, tmp_path: Path) -> None:
    path = tmp_path / "recipients.csv"
    kinds = _large_file(path)

    recipient_file = sample.upload_recipients(running.api, path, multipart=True, seconds=300)

    account = recipient_file["account"]
    assert account["rows"] == ROWS
    assert account["duplicates"] == kinds["duplicate"]
    assert account["invalid_reasons"] == {"invalid_address": kinds["invalid"]}
    assert account["accepted"] == ROWS - kinds["duplicate"] - kinds["invalid"]
    assert account["repaired"] == kinds["repaired"]
    assert (recipient_file["delimiter"], recipient_file["encoding"], recipient_file["header"]) == (";", "utf-8", True)
    assert recipient_file["columns"] == {
        "Name": "name",
        "E-Mail": "email",
        "Stadt": "stadt",
        "Kundennummer": "kundennummer",
    }

    file_id = recipient_file["file_id"]
    rejected = _report(running, file_id, "report")
    lines = [number + 1 for number in range(1, ROWS + 1) if number % 1_000 == 0 or number % 2_500 == 0]
    assert [int(row["line"]) for row in rejected] == lines
    assert Counter(row["reason"] for row in rejected) == {
        "duplicate": kinds["duplicate"],
        "invalid_address": kinds["invalid"],
    }
    duplicate = next(row for row in rejected if row["reason"] == "duplicate")
    assert "line 994" in duplicate["detail"]
    assert Counter(row["flag"] for row in _report(running, file_id, "flags")) == {"repaired": kinds["repaired"]}

    profile = running.api.get(f"/v1/recipient-files/{file_id}/profile")
    assert profile["domains"] == [{"domain": "example.org", "recipients": account["accepted"]}]
    assert [column["fill_rate"] for column in profile["columns"]] == [1.0] * 4

    parts = [key for key in _keys(running, output_folder(file_id)) if key.endswith(".jsonl.gz")]
    assert len(parts) == -(-account["accepted"] // 1_000)
    s3 = running.stack.emulator.client("s3")
    body = s3.get_object(Bucket=_bucket(running), Key=max(parts))["Body"].read()
    last = json.loads(gzip.decompress(body).splitlines()[-1])
    assert last == ["Jürgen 199999", "person199999@example.org", "Köln", "199999"]


def _uploaded(running: Running, path: Path, body: bytes, **wanted: Any) -> dict[str, Any]:
    path.write_bytes(body)
    created = running.api.post("/v1/recipient-files", {"name": path.name, **wanted})
    running.api.upload(created["upload"], path)
    resource = f"/v1/recipient-files/{created['file_id']}"
    return running.api.wait(resource, lambda f: f["status"] in {"ready", "rejected", "failed"}, seconds=60)


def test_a_rejected_file_is_taken_with_another_address_column_and_then_deleted(
    running: Running, tmp_path: Path
) -> None:
    body = gzip.compress("Kontakt,Name\nanna@example.org,Ännä\nbo@bücher.example,Bo\n".encode("cp1252"))
    recipient_file = _uploaded(running, tmp_path / "list.csv.gz", body, address_column="Mailbox")
    assert recipient_file["status"] == "rejected"
    assert "'Kontakt', 'Name'" in recipient_file["reason"]

    resource = f"/v1/recipient-files/{recipient_file['file_id']}"
    running.api.post(f"{resource}/retry", {"address_column": "kontakt"})
    ready = running.api.wait(resource, lambda f: f["status"] != "processing", seconds=60)
    assert ready["status"] == "ready", ready["reason"]
    assert (ready["encoding"], ready["compression"], ready["attempts"]) == ("windows-1252", "gzip", 2)
    assert ready["account"]["accepted"] == 2
    assert _keys(running, output_folder(ready["file_id"]))

    running.api.delete(resource)
    running.api.wait_gone(resource, seconds=60)
    assert _keys(running, output_folder(ready["file_id"])) == []
    assert _keys(running, upload_folder(ready["file_id"])) == []


def test_a_cancelled_file_takes_no_upload(running: Running, tmp_path: Path) -> None:
    path = tmp_path / "late.csv"
    path.write_text("email\nanna@example.org\n", encoding="utf-8")
    created = running.api.post("/v1/recipient-files", {"name": "late"})
    resource = f"/v1/recipient-files/{created['file_id']}"
    running.api.post(f"{resource}/cancel")
    running.api.upload(created["upload"], path)
    shown = running.api.wait(resource, lambda f: f["ignored_uploads"] == 1, seconds=60)
    assert shown["status"] == "cancelled"
    with pytest.raises(ApiError, match="409"):
        running.api.post(f"{resource}/upload/complete")
