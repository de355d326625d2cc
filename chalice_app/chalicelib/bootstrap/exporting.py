"""Exports of messages."""

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.bootstrap.base import clock, message_store, recipient_bucket, settings
from chalicelib.bootstrap.files import multipart_uploads

if TYPE_CHECKING:
    from chalicelib.adapters.pace import InvocationContext
    from chalicelib.exports.ports import ExportRecords
    from chalicelib.exports.service import ExportService
    from chalicelib.exports.writing import ExportWriting


@cache
def _records() -> "ExportRecords":
    from chalicelib.adapters.s3_exports import BucketExportRecords

    return BucketExportRecords(settings().recipient_bucket)


@cache
def exports() -> "ExportService":
    """Return the service of exports."""
    from chalicelib.adapters.workflows import ExportStepFunctions
    from chalicelib.exports.service import ExportService

    return ExportService(
        records=_records(),
        links=recipient_bucket(),
        workflows=ExportStepFunctions(export_messages_arn=settings().export_messages_arn),
        clock=clock(),
    )


def export_writing(context: "InvocationContext") -> "ExportWriting":
    """Return the work of ``export_messages`` for one invocation."""
    from chalicelib.adapters.pace import LambdaPace
    from chalicelib.exports.writing import ExportWriting

    return ExportWriting(
        records=_records(),
        messages=message_store(),
        uploads=multipart_uploads(),
        deadline=LambdaPace(context),
        clock=clock(),
    )


def fail_export(campaign_id: str, export_id: str, reason: str) -> None:
    """Record that an export could not be written."""
    from chalicelib.exports import writing

    writing.fail_export(_records(), clock(), campaign_id, export_id, reason)
