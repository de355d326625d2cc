"""Lets the client call the API in this process, and its uploads arrive in the embedded buckets."""

from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import boto3
import httpx
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

import app
from tests.integration.api import platform
from tests.integration.api.journeys import Journeys
from tests.integration.api.platform import CONTEXT, Api

URL = "https://api.example.com/live"
KEY = "ep.key_1.secret"


class InProcess(httpx.BaseTransport):
    """What a request meets: the API's function for its own address, the buckets for all others.

    What the platform's events and workflows would do next is done at once.
    """

    def __init__(self, api: Api) -> None:
        self._api = api
        self._journeys = Journeys(api)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        body = request.read()
        if not str(request.url).startswith(URL):
            return self._bucket(request, body)
        if request.headers.get("authorization") != f"Bearer {KEY}":
            # As the gateway answers before the function is reached.
            document = {"type": f"{platform.BASE_URI}unauthorized", "title": "", "status": 401, "detail": "No."}
            return httpx.Response(401, json=document)
        path = request.url.raw_path.decode().removeprefix(urlsplit(URL).path)
        answer = self._api.call(request.method, path, body.decode() or None, dict(request.headers))
        if request.method == "POST" and path.endswith("/preflight") and answer.status == 202:
            self._check(answer.document)
        if request.method == "POST" and path.endswith("/exports") and answer.status == 202:
            self._export(answer.document)
        if request.method == "POST" and path.endswith("/suppression-jobs/export") and answer.status == 202:
            app.export_suppressions({"job_id": answer.document["job_id"], "position": {}}, CONTEXT)
        return httpx.Response(answer.status, headers=dict(answer.headers), text=answer.body)

    def _bucket(self, request: httpx.Request, body: bytes) -> httpx.Response:
        bucket, _, key = _named(request).partition("/")
        if request.method == "GET":
            return httpx.Response(200, content=boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())
        kind, options = parse_options_header(request.headers["content-type"])
        _, fields, files = FormDataParser().parse(BytesIO(body), kind, len(body), options)
        with files["file"].stream as stream:
            uploaded = stream.read()
        if bucket == platform.TEMPLATE_BUCKET:
            version = boto3.client("s3").put_object(Bucket=bucket, Key=fields["key"], Body=uploaded)["VersionId"]
            stored = {"key": fields["key"], "size": len(uploaded), "version-id": version}
            app.validate_template({"detail": {"bucket": {"name": bucket}, "object": stored}}, CONTEXT)
        elif fields["key"].startswith("suppressions/"):
            version = boto3.client("s3").put_object(Bucket=bucket, Key=fields["key"], Body=uploaded)["VersionId"]
            app.import_suppressions({"key": fields["key"], "version": version, "position": {}}, CONTEXT)
        else:
            self._journeys.import_upload(fields["key"], uploaded)
        return httpx.Response(204)

    @staticmethod
    def _check(started: dict[str, Any]) -> None:
        platform.answer("GetEmailIdentity", platform.VERIFIED)
        task = {"campaign_id": started["campaign_id"], "run": started["run"]}
        app.check_preflight_part({**task, "part": 0}, CONTEXT)
        app.finish_preflight(task, CONTEXT)

    @staticmethod
    def _export(ordered: dict[str, Any]) -> None:
        task = {"campaign_id": ordered["campaign_id"], "export_id": ordered["export_id"], "position": {}}
        assert app.write_export(task, CONTEXT)["done"]


def _named(request: httpx.Request) -> str:
    """Return bucket and key, whichever way the address has them."""
    host, path = request.url.host, request.url.path.lstrip("/")
    bucket = host.partition(".s3.")[0]
    return path if bucket == host else f"{bucket}/{path}"
