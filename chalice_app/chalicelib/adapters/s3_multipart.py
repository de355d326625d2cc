"""Multipart uploads: a caller's, straight to a bucket by presigned links, and files that functions write in pieces."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from chalicelib.adapters.s3 import s3_client
from chalicelib.recipients.ports import PartLink, UploadedPart

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

_LINK_SECONDS = 3600
_NO_UPLOAD = "NoSuchUpload"


class BucketMultipartUploads:
    """Implements `recipients.ports.MultipartUploads`, of at most 1,000 parts, and `kernel.pieces.PieceUploads`."""

    def __init__(self, bucket: str, client: "S3Client | None" = None) -> None:
        self._bucket = bucket
        self._client = client or s3_client()

    def begin(self, key: str, *, content_type: str) -> str:
        """Begin an upload; return its id."""
        answer = self._client.create_multipart_upload(Bucket=self._bucket, Key=key, ContentType=content_type)
        return answer["UploadId"]

    def links(self, key: str, upload_id: str, sizes: Mapping[int, int]) -> tuple[tuple[PartLink, ...], datetime]:
        """Permit the upload of parts for an hour; the length is signed, so S3 takes no other."""
        expires = datetime.now(UTC) + timedelta(seconds=_LINK_SECONDS)
        links = tuple(
            PartLink(number, self._link(key, upload_id, number, size), size) for number, size in sizes.items()
        )
        return tuple(links), expires

    def arrived(self, key: str, upload_id: str) -> Mapping[int, UploadedPart] | None:
        """Return the parts that lie there by number; None when there is no such upload (any more)."""
        try:
            listed = self._client.list_parts(Bucket=self._bucket, Key=key, UploadId=upload_id)
        except ClientError as error:
            if error.response["Error"].get("Code") == _NO_UPLOAD:
                return None
            raise
        return {part["PartNumber"]: UploadedPart(part["Size"], part["ETag"]) for part in listed.get("Parts", [])}

    def send(self, key: str, upload_id: str, number: int, body: bytes) -> None:
        """Store a piece under its number, from 1, replacing an earlier one."""
        self._client.upload_part(Bucket=self._bucket, Key=key, UploadId=upload_id, PartNumber=number, Body=body)

    def finish(self, key: str, upload_id: str, pieces: int) -> None:
        """Make the object of the pieces 1 to ``pieces``; a retry may have left others behind."""
        pages = self._client.get_paginator("list_parts").paginate(Bucket=self._bucket, Key=key, UploadId=upload_id)
        etags = {part["PartNumber"]: part["ETag"] for page in pages for part in page.get("Parts", [])}
        self.complete(key, upload_id, {number: etag for number, etag in etags.items() if number <= pieces})

    def complete(self, key: str, upload_id: str, etags: Mapping[int, str]) -> None:
        """Make the object of its parts; nothing happens when the upload was completed or given up before."""
        parts = [{"ETag": etag, "PartNumber": number} for number, etag in sorted(etags.items())]
        try:
            self._client.complete_multipart_upload(
                Bucket=self._bucket,
                Key=key,
                UploadId=upload_id,
                MultipartUpload={"Parts": parts},  # type: ignore[typeddict-item]  # plain dicts
            )
        except ClientError as error:
            if error.response["Error"].get("Code") != _NO_UPLOAD:
                raise

    def abort(self, key: str, upload_id: str) -> None:
        """Give an upload up and forget its parts, if it is there."""
        try:
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload_id)
        except ClientError as error:
            if error.response["Error"].get("Code") != _NO_UPLOAD:
                raise

    def _link(self, key: str, upload_id: str, number: int, size: int) -> str:
        params = {
            "Bucket": self._bucket,
            "Key": key,
            "UploadId": upload_id,
            "PartNumber": number,
            "ContentLength": size,
        }
        return self._client.generate_presigned_url("upload_part", Params=params, ExpiresIn=_LINK_SECONDS)
