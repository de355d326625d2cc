"""What records and uploads of exports do: the fakes, and S3 (moto)."""

from collections.abc import Iterator
from datetime import UTC, datetime

import boto3
import pytest
from moto import mock_aws

from chalicelib.adapters.s3_exports import BucketExportRecords
from chalicelib.adapters.s3_multipart import BucketMultipartUploads
from chalicelib.exports.model import Export, ExportState
from chalicelib.exports.ports import ExportRecords
from chalicelib.kernel.pieces import PieceUploads
from chalicelib.messages.model import MessageStatus
from tests.fakes.exports import FakeExportRecords, FakeExportUploads

BUCKET = "exports-of-tests"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EXPORT = Export("exp_1", "cmp_1", ExportState.WRITING, 3, MessageStatus.BOUNCED, gzip=True, created_at=NOON)
PIECE = b"0123456789abcdef" * (5 * 1024 * 64)
"""The least that S3 takes as a piece that is not the last: 5 MiB."""


@pytest.fixture
def bucket() -> Iterator[None]:
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket=BUCKET)
        yield


@pytest.fixture(params=["fake", "s3"])
def records(request: pytest.FixtureRequest) -> ExportRecords:
    if request.param == "fake":
        return FakeExportRecords()
    request.getfixturevalue("bucket")
    return BucketExportRecords(BUCKET, boto3.client("s3", region_name="us-east-1"))


def test_a_record_is_kept_as_it_was_put_last(records: ExportRecords) -> None:
    assert records.get("cmp_1", "exp_1") is None
    records.put(EXPORT)
    assert records.get("cmp_1", "exp_1") == EXPORT
    ready = Export(
        "exp_1", "cmp_1", ExportState.READY, 3, None, gzip=False, created_at=NOON, finished_at=NOON, rows=7, reason="x"
    )
    records.put(ready)
    assert records.get("cmp_1", "exp_1") == ready
    assert records.get("cmp_2", "exp_1") is None


@pytest.mark.parametrize("kind", ["fake", "s3"])
def test_an_object_is_made_of_the_pieces_sent_last(kind: str, bucket: None) -> None:
    del bucket
    client = boto3.client("s3", region_name="us-east-1")
    fake = FakeExportUploads()
    uploads: PieceUploads = fake if kind == "fake" else BucketMultipartUploads(BUCKET, client)
    upload_id = uploads.begin("exports/a.csv", content_type="text/csv")
    uploads.send("exports/a.csv", upload_id, 1, b"another" + PIECE)
    uploads.send("exports/a.csv", upload_id, 1, PIECE)
    uploads.send("exports/a.csv", upload_id, 2, b"the end")
    uploads.send("exports/a.csv", upload_id, 3, b"left behind by another try")
    assert sorted(uploads.arrived("exports/a.csv", upload_id) or ()) == [1, 2, 3]
    uploads.finish("exports/a.csv", upload_id, 2)
    assert uploads.arrived("exports/a.csv", upload_id) is None
    if kind == "fake":
        content = fake.objects["exports/a.csv"]
    else:
        answer = client.get_object(Bucket=BUCKET, Key="exports/a.csv")
        content = answer["Body"].read()
        assert answer["ContentType"] == "text/csv"
    assert content == PIECE + b"the end"
