"""What events start: uploaded templates, SES's events and their replay, changed messages, an administrator, a probe."""

import json
import logging
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote_plus

from chalice.app import Blueprint

from chalicelib import bootstrap
from chalicelib.kernel.logs import metric

if TYPE_CHECKING:
    from chalicelib.kernel.dead_letters import DeadLetter
    from chalicelib.tracking.ingestion import Ingested

Read = TypeVar("Read")

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
    """Archive and apply SES's events from the queue; only those that failed come back, later to the dead letters."""
    from chalicelib.tracking.archive import Received

    records = [Received.of(record["messageId"], record["body"]) for record in event["Records"]]
    done = bootstrap.ingestion().ingest(records)
    _tell("events applied", done, context)
    return {"batchItemFailures": [{"itemIdentifier": record} for record in sorted(done.failed | done.malformed)]}


@triggers.lambda_function(name="apply_event_objects")
def apply_event_objects(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Apply the objects that the delivery stream of SES's events wrote, which S3 announces by a queue.

    Single events that could not be applied wait in the queue of events then. If anything else goes wrong the
    announcement comes back, later to its dead letters.
    """
    from chalicelib.adapters.pace import LambdaPace

    again: list[str] = []
    for record in event["Records"]:
        try:
            for key, version in _announced(record["body"]):
                done = bootstrap.streamed_ingestion().apply(key, version, deadline=LambdaPace(context))
                _tell("object of events applied", done, context, key=key)
        except Exception:  # noqa: BLE001 - whatever it is, the object is applied again
            _LOG.exception("object of events not applied", extra={"announcement": record["body"]})
            again.append(record["messageId"])
    return {"batchItemFailures": [{"itemIdentifier": one} for one in again]}


@triggers.lambda_function(name="plan_replay")
def plan_replay(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Name the hours of the archive that a replay covers, by the time at which events arrived."""
    del context
    from chalicelib.kernel.clock import from_rfc3339
    from chalicelib.tracking.archive import hours

    return {
        "hours": hours(from_rfc3339(event["from"]), from_rfc3339(event["to"])),
        "suppress": event.get("suppress", False) is True,
    }


@triggers.lambda_function(name="replay_hour")
def replay_hour(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Apply an hour of the archive again, as far as there is time."""
    from chalicelib.adapters.pace import LambdaPace

    done = bootstrap.ingestion().replay(
        event["hour"], event["after"] or None, suppress=event["suppress"], deadline=LambdaPace(context)
    )
    counted = done.counted
    _LOG.log(
        logging.WARNING if counted.failed else logging.INFO,
        "events replayed",
        extra={
            "hour": event["hour"],
            "records": counted.records,
            "events": counted.events,
            "unknown": counted.unknown,
            "malformed": len(counted.malformed),
            **metric("EventsNotReplayed", len(counted.failed), function=context.function_name),
        },
    )
    return {
        "hour": event["hour"],
        "suppress": event["suppress"],
        "after": done.after or "",
        "done": done.after is None,
        "events": event["events"] + counted.events,
        "failed": event["failed"] + len(counted.failed),
    }


@triggers.lambda_function(name="index_messages")
def index_messages(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Index the messages that changed; the streams hand in again from the first one that could not be indexed yet."""
    from chalicelib.analytics.indexing import Change
    from chalicelib.analytics.model import document_of
    from chalicelib.store.streams import message_of_image

    def changed(change: dict[str, Any]) -> Change | None:
        message = message_of_image(change["NewImage"]) if change.get("NewImage") else None
        return None if message is None else Change(change["SequenceNumber"], document_of(message))

    changes, unreadable = _read_each(event, changed)
    again, dead = bootstrap.indexing().index(changes, unreadable)
    if dead:
        _LOG.error("messages not indexed", extra=metric("IndexingRefusals", dead, function=context.function_name))
    return _from(again)


@triggers.lambda_function(name="publish_changes")
def publish_changes(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Tell other programs what changed; the streams hand in again from the first change that could not be told yet."""
    from chalicelib.live.publishing import Told
    from chalicelib.store.stream_changes import told_by

    told, unreadable = _read_each(event, lambda change: Told(change["SequenceNumber"], told_by(change)))
    done = bootstrap.publishing().publish(told, unreadable)
    _LOG.log(
        logging.ERROR if done.dead else logging.INFO,
        "changes published",
        extra={
            "events": done.events,
            "waiting": done.again is not None,
            **metric("PublishingRefusals", done.dead, function=context.function_name),
        },
    )
    return _from(done.again)


@triggers.lambda_function(name="issue_api_key")
def issue_api_key(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Make an API key; only who may invoke this function by IAM gets one, and the first key comes from here."""
    from chalicelib.access.audit import AuditEntry
    from chalicelib.access.model import ADMINISTRATOR, Scope
    from chalicelib.kernel.ids import new_id

    key, token = bootstrap.access().issue(str(event["name"]), frozenset(Scope(scope) for scope in event["scopes"]))
    bootstrap.audit_log().append(
        AuditEntry(
            entry_id=new_id("aud", key.created_at),
            at=key.created_at,
            actor=ADMINISTRATOR,
            actor_name=ADMINISTRATOR,
            action="issue_api_key",
            resource=f"/v1/api-keys/{key.key_id}",
            request_id=context.aws_request_id,
            source=None,
            status=HTTPStatus.CREATED,
        )
    )
    return {"key_id": key.key_id, "token": token, "scopes": sorted(key.scopes)}


@triggers.lambda_function(name="probe_sending")
def probe_sending(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Send mail to SES's mailbox simulator and follow it; an alarm rings when this fails twice in a row."""
    from chalicelib.adapters.own_api import OwnApi
    from chalicelib.adapters.pace import LambdaPace

    seconds = bootstrap.probe().run(
        OwnApi(event["api_url"]), LambdaPace(context), sender=event["sender"], name=context.aws_request_id
    )
    _LOG.info(
        "probe ended",
        extra={"seconds": seconds, **metric("ProbeSeconds", max(seconds.values()), function=context.function_name)},
    )
    return {"seconds": seconds}


def _announced(body: str) -> Iterator[tuple[str, str | None]]:
    """Read which objects a notification of S3 is about, by key and version; its test message is about none."""
    for one in json.loads(body).get("Records", ()):
        found = one["s3"]["object"]
        yield unquote_plus(found["key"]), found.get("versionId")


def _tell(what: str, done: "Ingested", context: Any, **about: str) -> None:
    """Log what became of events."""
    _LOG.log(
        logging.WARNING if done.failed or done.malformed or done.unknown else logging.INFO,
        what,
        extra={
            **about,
            "records": done.records,
            "events": done.events,
            "orphans": done.orphans,
            "foreign": done.foreign,
            "malformed": len(done.malformed),
            "failed": len(done.failed),
            # A number in any case: an alarm on a metric without data could not tell peace from silence.
            **metric("UnknownEvents", done.unknown, function=context.function_name),
        },
    )


def _read_each(
    event: dict[str, Any], read: Callable[[dict[str, Any]], Read | None]
) -> tuple[list[Read], list["DeadLetter"]]:
    """Read the changes of a stream's records; what is None is left out, what cannot be read comes as a dead letter.

    One item that cannot be read must not hold up all that changed after it.
    """
    from chalicelib.kernel.dead_letters import DeadLetter

    found, unreadable = [], []
    for record in event["Records"]:
        change = record["dynamodb"]
        try:
            one = read(change)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this item's
            _LOG.exception("change not readable", extra={"keys": change["Keys"]})
            unreadable.append(DeadLetter(json.dumps(change["Keys"]), type(error).__name__))
        else:
            if one is not None:
                found.append(one)
    return found, unreadable


def _from(position: str | None) -> dict[str, Any]:
    """Have a stream hand changes in again from a position on; None: all are done."""
    return {"batchItemFailures": [] if position is None else [{"itemIdentifier": position}]}
