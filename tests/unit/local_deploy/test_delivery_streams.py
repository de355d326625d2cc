"""A delivery stream gathers by time and size, and gives its objects the name and form that Firehose gives them."""

import gzip
import time
from pathlib import Path
from typing import Any

from local.delivery_streams import Gathering

DESTINATION: dict[str, Any] = {
    "BucketARN": "arn:aws:s3:::events",
    "Prefix": "events/raw/",
    "FileExtension": ".stream.gz",
    "CompressionFormat": "GZIP",
    "BufferingHints": {"IntervalInSeconds": 15, "SizeInMBs": 1},
    "ProcessingConfiguration": {
        "Enabled": True,
        "Processors": [
            {
                "Type": "AppendDelimiterToRecord",
                "Parameters": [{"ParameterName": "Delimiter", "ParameterValue": "\\n"}],
            }
        ],
    },
}


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_records_wait_until_their_time_is_over_each_stream_for_itself() -> None:
    clock = Clock()
    gathering = Gathering(clock)
    gathering.add("one", DESTINATION, b"a")
    clock.now += 10
    gathering.add("one", DESTINATION, b"b")
    gathering.add("two", DESTINATION, b"c")
    assert gathering.due() == []
    clock.now += 5
    (one,) = gathering.due()
    assert (one.stream, gzip.decompress(one.body())) == ("one", b"a\nb\n")
    clock.now += 10
    (two,) = gathering.due()
    assert (two.stream, gzip.decompress(two.body())) == ("two", b"c\n")
    assert gathering.due() == []


def test_what_is_full_waits_no_longer() -> None:
    gathering = Gathering(Clock())
    for _ in range(3):
        gathering.add("one", DESTINATION, b"x" * (600 * 1024))
    (full,) = gathering.due()
    assert len(full.records) == 2


def test_what_could_not_be_written_is_written_later_and_not_mixed_with_what_came_since() -> None:
    clock = Clock()
    gathering = Gathering(clock)
    gathering.add("one", DESTINATION, b"a")
    clock.now += 15
    (first,) = gathering.due()
    gathering.put_back(first)
    gathering.add("one", DESTINATION, b"b")
    assert gathering.due() == []
    clock.now += 1
    assert [one.records for one in gathering.due()] == [[b"a"]]
    clock.now += 15
    assert [one.records for one in gathering.due()] == [[b"b"]]


def test_what_is_gathered_outlives_the_process(tmp_path: Path) -> None:
    clock, file = Clock(), tmp_path / "gathered.json"
    before, after = Gathering(clock), Gathering(clock)
    before.add("one", DESTINATION, b"\x00\xff")
    before.keep(file)
    after.resume(file)
    assert not file.exists()
    clock.now += 15
    assert [one.records for one in after.due()] == [[b"\x00\xff"]]
    Gathering(clock).resume(file)


def test_the_key_stands_under_the_hour_and_names_the_stream() -> None:
    gathering = Gathering(Clock())
    gathering.add("one", {**DESTINATION, "BufferingHints": {"IntervalInSeconds": 0, "SizeInMBs": 1}}, b"a")
    (one,) = gathering.due()
    key = one.key(time.struct_time((2026, 3, 1, 9, 5, 7, 6, 60, 0)), "unique")
    assert key == "events/raw/2026/03/01/09/one-1-2026-03-01-09-05-07-unique.stream.gz"
