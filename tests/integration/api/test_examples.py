"""Every example of docs/api.md is run against the API as a shell would run it, and does what its operation promises."""

import json
import os
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import boto3
import pytest

import app
from chalicelib import bootstrap
from chalicelib.entrypoints.http.openapi import describe
from chalicelib.messages.model import Message, MessageKey
from tests.integration.api import platform
from tests.integration.api.journeys import Journeys, apply_events, event_about, index_messages, uploaded
from tests.integration.api.platform import CONTEXT, Api

PAGE = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
ADDRESS = "http://api.invalid/live"
NOTHING = "none_" + "0" * 26
FORM = "application/x-www-form-urlencoded"
CURL = r"""curl() { printf '%s\0' "$@"; }"""


@dataclass
class Call:
    """A request as curl would make it."""

    method: str = "GET"
    url: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None


def _examples() -> list[tuple[str, str]]:
    found = []
    for operation, text in re.findall(r"^### `([A-Z]+ [^`]+)`\n(.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL):
        found += [(operation, one.strip()) for one in re.findall(r"```sh\n(curl .*?)```", text, re.DOTALL)]
    return found


EXAMPLES = _examples()


def _read(example: str, variables: dict[str, str]) -> Call:
    """Let a shell read an example, with curl as a function that tells its arguments."""
    script = f"{CURL}\n{example}"
    environment = {"PATH": os.environ["PATH"], **variables}
    command = ["bash", "--norc", "-euo", "pipefail", "-c", script]
    told = subprocess.run(command, env=environment, capture_output=True, check=True, text=True).stdout
    arguments = iter(told.split("\0")[:-1])
    call = Call()
    for argument in arguments:
        if argument in {"-X", "--request"}:
            call.method = next(arguments)
        elif argument == "--head":
            call.method = "HEAD"
        elif argument in {"-H", "--header"}:
            name, _, value = next(arguments).partition(":")
            call.headers[name.lower()] = value.strip()
        elif argument in {"-d", "--data", "--data-raw"}:
            call.body = next(arguments)
            call.headers.setdefault("content-type", FORM)
        elif argument in {"-i", "-s", "-sS"}:
            continue
        else:
            assert not argument.startswith("-"), f"curl's {argument} is not known here"
            call.url = argument
    return call


class Situations:
    """What has to be there before an example: by the operation, else by the variables that it uses."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.journeys = Journeys(api)

    def variables(self, operation: str, used: set[str]) -> dict[str, str]:
        """Make what an operation needs; what no situation knows is something that does not exist."""
        special = self.by_operation.get(operation)
        if special:
            return special(self)
        known = {name: make(self) for name, make in self.by_variable.items() if name in used}
        return {name: known.get(name, NOTHING) for name in used}

    def template(self) -> str:
        return self.journeys.template(
            subject="Hi {{ first_name }}", html=b"<p>{{ first_name }} <a href='{{ unsubscribe_url }}'>x</a></p>"
        )

    def mixed_file(self) -> str:
        return self.journeys.recipient_file(b"email,name\nanna@example.org,Anna\nanna@example.org,Again\nnobody,No\n")

    def campaign(self) -> str:
        """A campaign whose mail was taken, bounced and opened."""
        campaign_id = self.journeys.campaign_with_messages()
        apply_events(*(event_about(kind, campaign_id, 1) for kind in ("send", "bounce")))
        apply_events(*(event_about(kind, campaign_id, 0) for kind in ("send", "delivery", "open", "click")))
        index_messages(campaign_id)
        return campaign_id

    def running(self) -> str:
        campaign_id = self.journeys.campaign_with_messages()
        task = {"campaign_id": campaign_id, "execution": "execution-1", "most_workers": 10}
        assert app.claim_campaign(task, CONTEXT)["proceed"]
        return campaign_id

    def paused(self) -> str:
        campaign_id = self.running()
        assert self.api.post(f"/v1/campaigns/{campaign_id}/pause").status == 202
        return campaign_id

    def held(self) -> str:
        """A campaign that is finished but for a message whose answer was lost."""
        campaign_id = self.running()
        store = bootstrap.message_store()
        lost = datetime.now(UTC) - timedelta(minutes=1)
        outcomes: list[dict[str, Any]] = [{"unknown_since": lost, "reason": "lost"}, *[{"accepted_at": lost}] * 2]
        for seq, facts in enumerate(outcomes):
            self._change(store.get(MessageKey(campaign_id, 0, seq)), facts)
        assert app.settle_campaign({"campaign_id": campaign_id, "execution": "execution-1"}, CONTEXT)["settled"]
        return campaign_id

    @staticmethod
    def _change(message: Message | None, facts: dict[str, Any]) -> None:
        assert message
        bootstrap.message_store().change(message, lambda one: one.with_facts(**facts))

    def for_versions(self) -> dict[str, str]:
        """A template with a second version."""
        template_id = self.template()
        made = self.awaited(template_id)
        html = b"<p>{{ first_name }} <a href='{{ unsubscribe_url }}'>x</a></p>"
        app.validate_template(uploaded(platform.TEMPLATE_BUCKET, made["upload"]["fields"]["key"], html), CONTEXT)
        return {"TEMPLATE": template_id}

    def for_version_upload(self) -> dict[str, str]:
        template_id = self.template()
        self.awaited(template_id)
        return {"TEMPLATE": template_id}

    def awaited(self, template_id: str) -> Any:
        """Make a version whose HTML has not arrived."""
        made = self.api.post(f"/v1/templates/{template_id}/versions", {"subject": "Dear {{ first_name }}"})
        assert made.status == 201, made.body
        return made.document

    def for_edit(self) -> dict[str, str]:
        return {"CAMPAIGN": self.journeys.draft(), "TEMPLATE": self.journeys.template()}

    def for_archive(self) -> dict[str, str]:
        campaign_id = self.journeys.draft()
        assert self.api.post(f"/v1/campaigns/{campaign_id}/cancel").status == 202
        return {"CAMPAIGN": campaign_id}

    def for_schedule(self) -> dict[str, str]:
        return {"CAMPAIGN": self.journeys.checked()}

    def for_waves(self) -> dict[str, str]:
        rows = b"email,first_name,timezone\nanna@example.org,Anna,Europe/Berlin\nbo@example.org,Bo,\n"
        return {"CAMPAIGN": self.journeys.checked(file_id=self.journeys.recipient_file(rows))}

    def for_pause(self) -> dict[str, str]:
        return {"CAMPAIGN": self.running()}

    def for_test(self) -> dict[str, str]:
        platform.answer("SendEmail", {"MessageId": "0100-1"})
        rows = "".join(f"r{n}@example.org,R{n}\n" for n in range(9))
        file_id = self.journeys.recipient_file(f"email,name\n{rows}".encode())
        return {"CAMPAIGN": self.journeys.draft(file_id=file_id)}

    def for_test_of_template(self) -> dict[str, str]:
        platform.answer("SendEmail", {"MessageId": "0100-1"})
        return self.for_versions()

    def for_campaign(self) -> dict[str, str]:
        return {"TEMPLATE": self.journeys.template(), "FILE": self.journeys.recipient_file()}

    def for_upload(self) -> dict[str, str]:
        return {"FILE": self.journeys.new_recipient_file()["file_id"]}

    def for_completion(self) -> dict[str, str]:
        """A file whose parts have arrived."""
        created = self.journeys.new_recipient_file(file_bytes=11, multipart=True)
        [part] = created["upload"]["parts"]
        given = dict(one.split("=", 1) for one in urlsplit(part["url"]).query.split("&"))
        listed = boto3.client("s3").list_multipart_uploads(Bucket=platform.RECIPIENT_BUCKET)["Uploads"]
        [upload] = [one for one in listed if quote(one["UploadId"], safe="") == given["uploadId"]]
        boto3.client("s3").upload_part(
            Bucket=platform.RECIPIENT_BUCKET,
            Key=upload["Key"],
            UploadId=upload["UploadId"],
            PartNumber=1,
            Body=b"email\na@b.c",
        )
        return {"FILE": created["file_id"]}

    def for_retry(self) -> dict[str, str]:
        rejected = self.journeys.recipient_file(
            b"name,E-mail (work) or so\nAnna,anna@example.org\n", address_column="nope"
        )
        return {"FILE": rejected}

    def for_preflight(self) -> dict[str, str]:
        campaign_id = self.journeys.draft()
        return {"CAMPAIGN": campaign_id}

    def for_export(self) -> dict[str, str]:
        campaign_id = self.campaign()
        ordered = self.api.post(f"/v1/campaigns/{campaign_id}/exports").document
        return {"CAMPAIGN": campaign_id, "EXPORT": ordered["export_id"]}

    def for_comparison(self) -> dict[str, str]:
        return {"CAMPAIGN": self.campaign(), "OTHER": self.journeys.draft()}

    def for_events(self) -> dict[str, str]:
        campaign_id = self.campaign()
        cursor = self.api.get(f"/v1/campaigns/{campaign_id}/events").document["cursor"]
        return {"CAMPAIGN": campaign_id, "CURSOR": cursor}

    def for_message(self) -> dict[str, str]:
        platform.answer("SendEmail", {"MessageId": "0100-1"})
        return {}

    def for_sender(self) -> dict[str, str]:
        for operation in (
            "CreateEmailIdentity",
            "DeleteEmailIdentity",
            "GetEmailIdentity",
            "PutEmailIdentityDkimSigningAttributes",
            "PutEmailIdentityMailFromAttributes",
        ):
            platform.answer(operation, {})
        return {"DOMAIN": "shop.example.org"}

    def for_suppression(self) -> dict[str, str]:
        answer = self.api.call("PUT", "/v1/suppressions/anna%40example.org", json.dumps({"scope": "campaigns"}))
        assert answer.status == 200
        return {}

    def token(self) -> str:
        message = Message("cmp_01k9xq8z0v5w3r7t2y4n6m8p0s", 0, 0, "anna@example.org", datetime(2026, 3, 1, tzinfo=UTC))
        bootstrap.message_store().put_all([message])
        return bootstrap.token_signer().link(message.message_id, "news").rpartition("/")[2]

    by_variable: dict[str, Callable[["Situations"], str]] = {  # noqa: RUF012 - the class is its own constant
        "TEMPLATE": template,
        "FILE": mixed_file,
        "CAMPAIGN": campaign,
        "JOB": lambda self: self.api.post("/v1/suppression-jobs/export").document["job_id"],
        "MESSAGE": lambda self: f"{self.campaign()}-00000-00001",
        "TOKEN": token,
    }
    by_operation: dict[str, Callable[["Situations"], dict[str, str]]] = {  # noqa: RUF012 - as above
        "GET /v1/templates/{template_id}/versions/{version}": for_versions,
        "GET /v1/templates/{template_id}/versions/{version}/source": for_versions,
        "GET /v1/templates/{template_id}/versions/{version}/upload": for_version_upload,
        "POST /v1/templates/{template_id}/versions/{version}/preview": for_versions,
        "PATCH /v1/campaigns/{campaign_id}": for_edit,
        "DELETE /v1/campaigns/{campaign_id}": for_edit,
        "POST /v1/campaigns/{campaign_id}/archive": for_archive,
        "GET /v1/recipient-files/{file_id}/upload": for_upload,
        "POST /v1/recipient-files/{file_id}/upload/complete": for_completion,
        "POST /v1/recipient-files/{file_id}/cancel": for_upload,
        "POST /v1/recipient-files/{file_id}/retry": for_retry,
        "POST /v1/campaigns": for_campaign,
        "POST /v1/campaigns/{campaign_id}/preflight": for_preflight,
        "GET /v1/campaigns/{campaign_id}/preflight": for_schedule,
        "GET /v1/campaigns/{campaign_id}/preflight/waves": for_waves,
        "POST /v1/campaigns/{campaign_id}/test-sends": for_test,
        "POST /v1/templates/{template_id}/test-sends": for_test_of_template,
        "POST /v1/templates/{template_id}/versions/{version}/test-sends": for_test_of_template,
        "POST /v1/campaigns/{campaign_id}/schedule": for_schedule,
        "POST /v1/campaigns/{campaign_id}/send": for_schedule,
        "POST /v1/campaigns/{campaign_id}/pause": for_pause,
        "POST /v1/campaigns/{campaign_id}/cancel": for_pause,
        "POST /v1/campaigns/{campaign_id}/resume": lambda self: {"CAMPAIGN": self.paused()},
        "POST /v1/campaigns/{campaign_id}/resend-unknown": lambda self: {"CAMPAIGN": self.held()},
        "GET /v1/campaigns/{campaign_id}/exports/{export_id}": for_export,
        "GET /v1/statistics/campaigns": for_comparison,
        "GET /v1/campaigns/{campaign_id}/events": for_events,
        "POST /v1/messages": for_message,
        "POST /v1/senders": for_sender,
        "POST /v1/senders/{domain}/refresh": for_sender,
        "DELETE /v1/senders/{domain}": for_sender,
        "GET /v1/suppressions/{address}": for_suppression,
        "DELETE /v1/suppressions/{address}": for_suppression,
    }


def test_every_operation_has_an_example() -> None:
    routes = {f"{method} {path}" for path, methods in app.app.routes.items() for method in methods}
    assert {operation for operation, _ in EXAMPLES} == routes


@pytest.mark.parametrize(("operation", "example"), EXAMPLES, ids=[operation for operation, _ in EXAMPLES])
def test_an_example_does_what_it_says(operation: str, example: str, api: Api) -> None:
    used = set(re.findall(r"\$\{?([A-Z_]+)", example)) - {"API", "KEY"}
    variables = Situations(api).variables(operation, used)
    assert used <= variables.keys()
    call = _read(example, {"API": ADDRESS, "KEY": "ep.key_1.secret", **variables})
    method, path = operation.split(" ", 1)
    assert call.method == method or (call.body is not None and method == "POST")
    parts = urlsplit(call.url)
    pattern = re.sub(r"\\{\w+\\}", r"[^/]+", re.escape(path))
    assert re.fullmatch(re.escape(urlsplit(ADDRESS).path) + pattern, parts.path), call.url
    described = describe(app.APIS)["paths"].get(path, {}).get(method.lower())
    if described and described.get("security") != []:
        assert call.headers["authorization"] == "Bearer ep.key_1.secret"
    if "if-match" in call.headers:
        # The number in an example stands for the one that GET answered.
        resource = "/".join(call.url.removeprefix(ADDRESS).split("/")[:4])
        call.headers["if-match"] = api.get(resource).headers.get("etag", call.headers["if-match"])
    answer = api.call(method, call.url.removeprefix(ADDRESS), call.body, call.headers)
    if NOTHING in variables.values():
        # No situation is written for these variables: the request is understood, and finds nothing.
        assert answer.status == 404, answer.body
    elif described:
        assert str(answer.status) in described["responses"], answer.body
        assert answer.status < 300, answer.body
    else:
        assert answer.status == 200, answer.body
