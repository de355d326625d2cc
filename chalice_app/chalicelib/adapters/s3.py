"""A bucket: presigned uploads, reading and writing in bounded memory, short-lived download links."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import boto3
from botocore.config import Config

from chalicelib.kernel.uploads import PresignedPost

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

_UPLOAD_SECONDS = 900
_LINK_SECONDS = 300
_PART_BYTES = 8 * 1024 * 1024


class Bucket:
    """Implements `templates.ports.TemplateObjects` and `recipients.ports.RecipientObjects`."""

    def __init__(self, name: str, client: "S3Client | None" = None) -> None:
        self._name = name
        self._client = client or boto3.client("s3", config=Config(signature_version="s3v4"))

    def presign(self, key: str, *, content_type: str, max_bytes: int) -> PresignedPost:
        """Permit one upload under exactly this key, type and size range, for 15 minutes."""
        answer = self._client.generate_presigned_post(
            self._name,
            key,
            Fields={"Content-Type": content_type},
            Conditions=[{"Content-Type": content_type}, ["content-length-range", 1, max_bytes]],
            ExpiresIn=_UPLOAD_SECONDS,
        )
        expires = datetime.now(UTC) + timedelta(seconds=_UPLOAD_SECONDS)
        return PresignedPost(answer["url"], answer["fields"], expires, max_bytes)

    def read(self, key: str, version: str | None, *, max_bytes: int) -> bytes:
        """Return an object's bytes, at most ``max_bytes`` + 1 of them."""
        with self.open(key, version) as stream:
            return stream.read(max_bytes + 1)

    def open(self, key: str, version: str | None) -> BinaryIO:
        """Open an object for reading from start to end in bounded memory."""
        pinned: dict[str, Any] = {"VersionId": version} if version else {}
        body = self._client.get_object(Bucket=self._name, Key=key, **pinned)["Body"]
        return cast("BinaryIO", body)

    def write(self, key: str, body: bytes, *, content_type: str) -> None:
        """Store an object, replacing what is there."""
        self._client.put_object(Bucket=self._name, Key=key, Body=body, ContentType=content_type)

    def write_stream(self, key: str, chunks: Iterator[bytes], *, content_type: str) -> None:
        """Store an object from chunks in bounded memory; nothing appears under the key before all are written."""
        head = _take(chunks, _PART_BYTES)
        if len(head) < _PART_BYTES:
            self.write(key, head, content_type=content_type)
            return
        where: dict[str, Any] = {"Bucket": self._name, "Key": key}
        upload = self._client.create_multipart_upload(**where, ContentType=content_type)["UploadId"]
        try:
            parts = []
            number = 1
            while head:
                answer = self._client.upload_part(**where, UploadId=upload, PartNumber=number, Body=head)
                parts.append({"ETag": answer["ETag"], "PartNumber": number})
                head = _take(chunks, _PART_BYTES)
                number += 1
            self._client.complete_multipart_upload(**where, UploadId=upload, MultipartUpload={"Parts": parts})  # type: ignore[typeddict-item]  # plain dicts
        except BaseException:
            self._client.abort_multipart_upload(**where, UploadId=upload)
            raise

    def link(self, key: str, *, filename: str) -> str:
        """Return an address under which the object can be downloaded for five minutes."""
        return self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._name,
                "Key": key,
                "ResponseContentDisposition": f'attachment; filename="{filename}"',
            },
            ExpiresIn=_LINK_SECONDS,
        )


def _take(chunks: Iterator[bytes], least: int) -> bytes:
    """Join chunks until there are enough bytes or no chunks."""
    buffer = io.BytesIO()
    for chunk in chunks:
        buffer.write(chunk)
        if buffer.tell() >= least:
            break
    return buffer.getvalue()
