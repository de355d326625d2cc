"""What events start: an uploaded template, SES's events from the queue, the stream of messages, an administrator."""

import json
import logging
from typing import Any

from chalice.app import Blueprint

from chalicelib import bootstrap

triggers = Blueprint(__name__)

_LOG = logging.getLogger(__name__)


@triggers.lambda_function(name="validate_template")
def validate_template(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Check an uploaded template (S3's "Object Created" event by EventBridge)."""
    del context
    uploaded, inliner = event["detail"]["object"], bootstrap.style_inliner()
    bootstrap.templates().validate(uploaded["key"], uploaded.get("version-id"), uploaded["size"], inliner)
    return {}


@triggers.lambda_function(name="apply_ses_events")
def apply_ses_events(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Apply SES's events from the queue; only those that failed come back."""
    del context
    from chalicelib.tracking.model import UnknownEventError
    from chalicelib.tracking.ses_events import normalise

    failures = []
    for record in event["Records"]:
        try:
            bootstrap.tracking().apply(normalise(json.loads(record["body"])))
        except UnknownEventError as error:
            _LOG.warning("event of no kind known here", extra={"why": str(error)})
        except Exception:  # noqa: BLE001 - a configuration error fails every record alike and reaches the alarm too
            # Whatever it is, it is this record's: the queue hands it in again, then to the dead-letter queue.
            _LOG.exception("event not applied", extra={"queue_message": record["messageId"]})
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


@triggers.lambda_function(name="index_messages")
def index_messages(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Index the messages that changed; after a failure the stream hands the batch in again."""
    del context
    from chalicelib.analytics.model import document_of
    from chalicelib.store.messages import message_of_image

    documents = {}
    for record in event["Records"]:
        image = record["dynamodb"].get("NewImage")
        if image:
            document = document_of(message_of_image(image))
            documents[document.message_id] = document
    bootstrap.analytics_store().index_messages(list(documents.values()))
    return {"batchItemFailures": []}


@triggers.lambda_function(name="issue_api_key")
def issue_api_key(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Make an API key; only who may invoke this function by IAM gets one, and the first key comes from here."""
    del context
    from chalicelib.access.model import Scope

    key, token = bootstrap.access().issue(str(event["name"]), frozenset(Scope(scope) for scope in event["scopes"]))
    return {"key_id": key.key_id, "token": token, "scopes": sorted(key.scopes)}
