"""JSON objects in the recipient bucket: what pre-flights found, how the parts of campaigns are divided."""

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

_AT_ONCE = 16
"""Objects read at once; one takes some 20 ms, and a campaign may have 50,000 parts."""


class BucketDocuments:
    """Implements `preflight.ports.PreflightResults`, `messages.ports.SliceStore` and `campaigns.ports.Slices`."""

    def __init__(self, bucket: str, client: "S3Client | None" = None) -> None:
        self._bucket = bucket
        self._client = client or boto3.client("s3", config=Config(max_pool_connections=_AT_ONCE))

    def write(self, key: str, document: Mapping[str, Any]) -> None:
        """Store a document, replacing what is there."""
        body = json.dumps(document, ensure_ascii=False).encode()
        self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/json")

    def write_lines(self, key: str, documents: Sequence[Mapping[str, Any]]) -> None:
        """Store documents as JSON Lines, replacing what is there."""
        body = "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in documents).encode()
        self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/x-ndjson")

    def read(self, key: str) -> dict[str, Any] | None:
        """Return a document, or None."""
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"].get("Code") == "NoSuchKey":
                return None
            raise
        with closing(answer["Body"]) as body:
            document: dict[str, Any] = json.loads(body.read())
        return document

    def read_all(self, keys: Sequence[str]) -> Iterator[dict[str, Any] | None]:
        """Yield documents in the order of their keys, None where there is none."""
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="read") as pool:
            yield from pool.map(self.read, keys)

    def count(self, prefix: str) -> int:
        """Return how many documents there are below a prefix."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        return sum(page["KeyCount"] for page in pages)
