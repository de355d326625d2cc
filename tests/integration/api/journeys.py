"""The ways to a ready template, a ready recipient file, a campaign and its messages, by API, buckets and functions."""

import json
from pathlib import Path
from typing import Any

import boto3

import app
from tests.integration.api import platform
from tests.integration.api.platform import CONTEXT, Api

EVENTS = Path(__file__).parents[2] / "events"
HTML = b"<html><body><p>Hello {{ name }}</p><a href='{{ unsubscribe_url }}'>Unsubscribe</a></body></html>"
CSV = b"email,name\nanna@example.org,Anna\nbob@example.org,Bob\ncleo@example.org,Cleo\n"
MIXED_CSV = b"email,name\nanna@example.org,Anna\nANNA@example.org,Anna again\nnobody,None\n"


class Journeys:
    """What most tests begin with."""

    def __init__(self, api: Api) -> None:
        self.api = api

    def new_template(self, **wishes: Any) -> dict[str, Any]:
        answer = self.api.post("/v1/templates", {"name": "Spring", "subject": "News for {{ name }}", **wishes})
        assert answer.status == 201, answer.body
        document: dict[str, Any] = answer.document
        return document

    def template(self, html: bytes = HTML, **wishes: Any) -> str:
        """Make a template and let it be validated; return its id."""
        created = self.new_template(**wishes)
        app.validate_template(uploaded(platform.TEMPLATE_BUCKET, created["upload"]["fields"]["key"], html), CONTEXT)
        return str(created["template_id"])

    def new_recipient_file(self, **wishes: Any) -> dict[str, Any]:
        answer = self.api.post("/v1/recipient-files", {"name": "Customers", **wishes})
        assert answer.status == 201, answer.body
        document: dict[str, Any] = answer.document
        return document

    def recipient_file(self, csv: bytes = CSV, **wishes: Any) -> str:
        """Make a recipient file and let it be imported; return its id."""
        created = self.new_recipient_file(**wishes)
        self.import_upload(created["upload"]["fields"]["key"], csv)
        return str(created["file_id"])

    def import_upload(self, key: str, csv: bytes) -> dict[str, Any]:
        """Upload a file and do what the workflow does; return the workflow's input."""
        stored = uploaded(platform.RECIPIENT_BUCKET, key, csv)["detail"]["object"]
        # The workflow's first state renames what the event says.
        task = {"key": stored["key"], "version_id": stored["version-id"], "size": stored["size"]}
        app.import_recipient_file(task, CONTEXT)
        return task

    def draft(self, template_id: str | None = None, file_id: str | None = None, **wishes: Any) -> str:
        """Make a campaign; return its id."""
        document = {
            "name": "Spring news",
            "template_id": template_id or self.template(),
            "file_id": file_id or self.recipient_file(),
            "sender": {"address": "news@example.com", "name": "Example"},
            "topic": "news",
            **wishes,
        }
        answer = self.api.post("/v1/campaigns", document)
        assert answer.status == 201, answer.body
        assert answer.headers["location"] == f"/v1/campaigns/{answer.document['campaign_id']}"
        return str(answer.document["campaign_id"])

    def checked(self, file_id: str | None = None) -> str:
        """Make a campaign and let its pre-flight pass; return its id."""
        platform.answer("GetEmailIdentity", platform.VERIFIED)
        campaign_id = self.draft(file_id=file_id)
        started = self.api.post(f"/v1/campaigns/{campaign_id}/preflight")
        task = {"campaign_id": campaign_id, "run": started.document["run"]}
        app.check_preflight_part({**task, "part": 0}, CONTEXT)
        assert app.finish_preflight(task, CONTEXT)["state"] == "finished"
        return campaign_id

    def campaign_with_messages(self) -> str:
        """Send a campaign up to where its messages exist; return its id."""
        campaign_id = self.checked()
        assert self.api.post(f"/v1/campaigns/{campaign_id}/send").status == 202
        assert app.create_part_messages({"campaign_id": campaign_id, "part": 0}, CONTEXT) == {"created": 3}
        finished = app.finish_message_plan({"campaign_id": campaign_id}, CONTEXT)
        assert finished == {"state": "scheduled", "planned": 3}
        return campaign_id


def uploaded(bucket: str, key: str, body: bytes) -> dict[str, Any]:
    """Store an upload; return S3's event of it as EventBridge hands it on."""
    version = boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=body)["VersionId"]
    return {
        "detail-type": "Object Created",
        "source": "aws.s3",
        "detail": {"bucket": {"name": bucket}, "object": {"key": key, "size": len(body), "version-id": version}},
    }


def event_about(name: str, campaign_id: str, seq: int) -> str:
    """Take SES's own sample of an event and let it be about one of our messages."""
    event = json.loads((EVENTS / f"{name}.json").read_text())
    event["mail"]["tags"] = {"message_id": [f"{campaign_id}-00000-{seq:05d}"], "campaign_id": [campaign_id]}
    return json.dumps(event)


def apply_events(*bodies: str) -> list[str]:
    """Hand events to their function as the queue does; return which records come back."""
    records = [{"messageId": f"record-{number}", "body": body} for number, body in enumerate(bodies)]
    failures = app.apply_ses_events({"Records": records}, CONTEXT)["batchItemFailures"]
    return [failure["itemIdentifier"] for failure in failures]


def index_messages(campaign_id: str) -> None:
    """Hand the messages to the indexer as the table's stream does."""
    items = boto3.client("dynamodb").scan(TableName="messages")["Items"]
    changes: list[dict[str, Any]] = [
        {"Keys": {name: item[name] for name in ("partition", "seq")}, "NewImage": item} for item in items
    ]
    changes.append({"Keys": {"partition": {"S": f"{campaign_id}#00000"}, "seq": {"N": "0"}}})  # a removal
    records = [
        {
            "eventName": "MODIFY" if "NewImage" in change else "REMOVE",
            "dynamodb": {"SequenceNumber": str(place), **change},
        }
        for place, change in enumerate(changes, 1)
    ]
    assert app.index_messages({"Records": records}, CONTEXT) == {"batchItemFailures": []}
