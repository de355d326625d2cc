"""A bucket: presigned uploads, reading and writing in bounded memory, short-lived download links, removal."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError

from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.kernel.uploads import PresignedPost
from chalicelib.recipients.ports import StoredUpload

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

_UPLOAD_SECONDS = 900
_LINK_SECONDS = 300
_PART_BYTES = 8 * 1024 * 1024
_FETCH_TRIES = 3
_PARTIAL_CONTENT = 206
_GONE = frozenset({"404", "NoSuchKey", "NoSuchVersion", "NotFound"})


def s3_client() -> "S3Client":
    """Make a client whose presigned addresses every region takes."""
    return boto3.client("s3", config=Config(signature_version="s3v4"))


class Bucket:
    """Implements `templates.ports.TemplateObjects`, `recipients.ports.RecipientObjects` and `ImportObjects`."""

    def __init__(self, name: str, client: "S3Client | None" = None) -> None:
        self._name = name
        self._client = client or s3_client()

    def presign(self, key: str, *, content_type: str, max_bytes: int, min_bytes: int = 1) -> PresignedPost:
        """Permit one upload under exactly this key, type and size range, for 15 minutes."""
        answer = self._client.generate_presigned_post(
            self._name,
            key,
            Fields={"Content-Type": content_type},
            Conditions=[{"Content-Type": content_type}, ["content-length-range", min_bytes, max_bytes]],
            ExpiresIn=_UPLOAD_SECONDS,
        )
        expires = datetime.now(UTC) + timedelta(seconds=_UPLOAD_SECONDS)
        return PresignedPost(answer["url"], answer["fields"], expires, max_bytes)

    def find(self, key: str, version: str | None) -> StoredUpload | None:
        """Tell what lies under a key, in this version or the latest; None when nothing does."""
        try:
            answer = self._client.head_object(Bucket=self._name, Key=key, **_pinned(version))
        except ClientError as error:
            if error.response["Error"].get("Code") in _GONE:
                return None
            raise
        return StoredUpload(answer.get("VersionId"), answer["ContentLength"])

    def read(self, key: str, version: str | None, *, max_bytes: int) -> bytes:
        """Return an object's bytes, at most ``max_bytes`` + 1 of them."""
        answer = self._client.get_object(Bucket=self._name, Key=key, **_pinned(version))
        whole = min(answer["ContentLength"], max_bytes + 1)
        with closing(answer["Body"]) as body:
            content = body.read(whole)
        if len(content) != whole:  # the SDK compares only when it is asked for all there is
            raise IncompleteReadError(actual_bytes=len(content), expected_bytes=whole)
        return content

    def open(self, key: str, version: str | None) -> BinaryIO:
        """Open an object for reading from start to end in bounded memory."""
        body = self._client.get_object(Bucket=self._name, Key=key, **_pinned(version))["Body"]
        return cast("BinaryIO", body)

    def fetch(self, key: str, version: str | None, first: int, end: int) -> bytes:
        """Return an object's bytes from ``first`` up to, not including, ``end``.

        The SDK tries requests again, but not the reading of an answer, and an import reads for minutes.
        """
        for _ in range(_FETCH_TRIES - 1):
            try:
                return self._range(key, version, first, end)
            except (HTTPClientError, IncompleteReadError):
                continue
        return self._range(key, version, first, end)

    def _range(self, key: str, version: str | None, first: int, end: int) -> bytes:
        answer = self._client.get_object(
            Bucket=self._name, Key=key, Range=f"bytes={first}-{end - 1}", **_pinned(version)
        )
        with closing(answer["Body"]) as body:  # as a context manager it would hand out the unchecked stream below it
            if answer["ResponseMetadata"]["HTTPStatusCode"] == _PARTIAL_CONTENT:
                return body.read()
            # A server may answer with the whole object instead (RFC 9110, 14.2); S3 itself does not.
            return body.read()[first:end]

    def write(self, key: str, body: bytes, *, content_type: str) -> None:
        """Store an object, replacing what is there."""
        self._client.put_object(Bucket=self._name, Key=key, Body=body, ContentType=content_type)

    @contextmanager
    def writer(self, key: str, *, content_type: str) -> Iterator["Writer"]:
        """Store an object in bounded memory while the context lasts; nothing appears if it ends in an error."""
        writer = Writer(self._client, self._name, key, content_type)
        try:
            yield writer
            writer.finish()
        except BaseException:
            writer.abort()
            raise

    def link(self, key: str, *, filename: str, version: str | None = None) -> str:
        """Return an address under which the object, or one version of it, can be downloaded for five minutes."""
        return self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._name,
                "Key": key,
                "ResponseContentDisposition": f'attachment; filename="{filename}"',
                **_pinned(version),
            },
            ExpiresIn=_LINK_SECONDS,
        )

    def remove(self, prefix: str) -> bool:
        """Remove up to a thousand versions below a prefix; tell whether any may be left.

        Raises:
            TemporarilyUnavailableError: S3 did not remove all of them.
        """
        listed = self._client.list_object_versions(Bucket=self._name, Prefix=prefix, MaxKeys=1000)
        doomed: list[Any] = [
            {"Key": one["Key"], "VersionId": one["VersionId"]}
            for one in [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]
        ]
        if doomed:
            answer = self._client.delete_objects(Bucket=self._name, Delete={"Objects": doomed, "Quiet": True})
            if errors := answer.get("Errors", []):
                detail = f"{len(errors)} of {len(doomed)} ({errors[0].get('Code')})"
                raise TemporarilyUnavailableError(f"S3 did not remove {detail}.")
        return listed["IsTruncated"]

    def remove_version(self, key: str, version: str | None) -> None:
        """Remove one version of an object, if it is there."""
        self._client.delete_object(Bucket=self._name, Key=key, **_pinned(version))


class Writer:
    """Collects bytes; what is small is stored at once, what is large in parts of a multipart upload."""

    def __init__(self, client: "S3Client", bucket: str, key: str, content_type: str) -> None:
        self._client = client
        self._bucket = bucket
        self._key = key
        self._content_type = content_type
        self._buffer = bytearray()
        self._upload: str | None = None
        self._parts: list[CompletedPartTypeDef] = []

    def write(self, chunk: bytes) -> None:
        """Append bytes."""
        self._buffer += chunk
        if len(self._buffer) >= _PART_BYTES:
            self._send()

    def finish(self) -> None:
        """Make the object appear."""
        if self._upload is None:
            self._client.put_object(
                Bucket=self._bucket, Key=self._key, Body=bytes(self._buffer), ContentType=self._content_type
            )
            return
        if self._buffer:
            self._send()
        self._client.complete_multipart_upload(
            Bucket=self._bucket, Key=self._key, UploadId=self._upload, MultipartUpload={"Parts": self._parts}
        )

    def abort(self) -> None:
        """Forget what was sent."""
        if self._upload is not None:
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=self._key, UploadId=self._upload)

    def _send(self) -> None:
        if self._upload is None:
            self._upload = self._client.create_multipart_upload(
                Bucket=self._bucket, Key=self._key, ContentType=self._content_type
            )["UploadId"]
        number = len(self._parts) + 1
        answer = self._client.upload_part(
            Bucket=self._bucket, Key=self._key, UploadId=self._upload, PartNumber=number, Body=bytes(self._buffer)
        )
        self._parts.append({"ETag": answer["ETag"], "PartNumber": number})
        self._buffer.clear()


def _pinned(version: str | None) -> dict[str, Any]:
    return {"VersionId": version} if version else {}
