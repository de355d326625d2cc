"""Whether SES's events arrive by their delivery stream."""

from infra.alarm import LATE_SECONDS, Alarm, counted, late_queue
from infra.wiring import Foundation

_RUNBOOK = "the-delivery-stream-of-events"


def stream_alarms(base: Foundation) -> dict[str, Alarm]:
    """Return the alarms of the stream and of its objects, by name."""
    stream = {"DeliveryStreamName": base.stream.stream.name}
    return {
        "event-stream-late": Alarm(
            reason="Events of SES wait in their delivery stream for more than 15 minutes.",
            runbook=_RUNBOOK,
            namespace="AWS/Firehose",
            metric="DeliveryToS3.DataFreshness",
            dimensions=stream,
            statistic="Maximum",
            threshold=LATE_SECONDS,
        ),
        "event-stream-failing": Alarm(
            reason="The delivery stream of SES's events could not write objects for 15 minutes; it tries for 24 hours.",
            runbook=_RUNBOOK,
            namespace="AWS/Firehose",
            metric="DeliveryToS3.Success",
            dimensions=stream,
            statistic="Average",
            threshold=1,
            below=True,
            periods=3,
        ),
        "event-stream-throttled": Alarm(
            reason="SES's events come faster than the quota of their delivery stream.",
            runbook=_RUNBOOK,
            namespace="AWS/Firehose",
            metric="ThrottledRecords",
            dimensions=stream,
        ),
        "event-objects-late": late_queue(
            base.stream.queue.name, "Objects of SES's events wait for more than 15 minutes to be applied.", _RUNBOOK
        ),
        "unknown-events-in-objects": counted(
            "UnknownEvents",
            base.names.of("apply_event_objects"),
            "SES sent events of a kind that is not known here; they are in the archive.",
            "events-that-could-not-be-applied",
        ),
    }
