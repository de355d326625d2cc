"""Exports in their bucket: the record of each beside its file, so that both expire together."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib.adapters.s3 import s3_client
from chalicelib.exports.model import Export, ExportState, folder_of
from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.messages.model import MessageStatus

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

_RECORD = "export.json"
_TIMES = ("created_at", "finished_at")
_GONE = "NoSuchKey"


class BucketExportRecords:
    """Implements `exports.ports.ExportRecords`."""

    def __init__(self, bucket: str, client: "S3Client | None" = None) -> None:
        self._bucket = bucket
        self._client = client or s3_client()

    def put(self, export: Export) -> None:
        """Store a record, replacing the one before."""
        document: dict[str, Any] = asdict(export)
        document |= {name: rfc3339(document[name]) for name in _TIMES if document[name] is not None}
        self._client.put_object(
            Bucket=self._bucket,
            Key=folder_of(export.campaign_id, export.export_id) + _RECORD,
            Body=json.dumps(document).encode(),
            ContentType="application/json",
        )

    def get(self, campaign_id: str, export_id: str) -> Export | None:
        """Return a record, or None."""
        key = folder_of(campaign_id, export_id) + _RECORD
        try:
            body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except ClientError as error:
            if error.response["Error"].get("Code") == _GONE:
                return None
            raise
        document = json.loads(body)
        status = document["status"]
        document |= {name: from_rfc3339(document[name]) for name in _TIMES if document[name] is not None}
        return Export(
            **{
                **document,
                "state": ExportState(document["state"]),
                "status": None if status is None else MessageStatus(status),
            }
        )
