"""Multipart uploads that a caller sends straight to a bucket by presigned links."""

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
    """Implements `recipients.ports.MultipartUploads`; an upload has at most 1,000 parts."""

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
