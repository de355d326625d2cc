"""The functions of jobs on the list of suppressions."""

from collections.abc import Mapping

from infra.grants import READ_VERSION, FunctionSpec, on, ses_list, suppression_jobs, suppression_uploads, table

_RECORDS = suppression_jobs("s3:GetObject", "s3:PutObject")
_LOOK = on("bucket.recipients", "s3:ListBucket")  # without it S3 answers 403 for what is not there
_SETTINGS = ("RECIPIENT_BUCKET",)

SUPPRESSIONS: Mapping[str, FunctionSpec] = {
    "import_suppressions": FunctionSpec(
        timeout=900,
        memory=1769,  # a whole processor: writing items is what takes its time
        grants=(
            _RECORDS,
            _LOOK,
            suppression_uploads(*READ_VERSION),
            table("suppressions", "UpdateItem"),
        ),
        settings=_SETTINGS,
    ),
    "export_suppressions": FunctionSpec(
        timeout=900,
        memory=1769,  # a whole processor: reading items is what takes its time
        grants=(
            suppression_jobs("s3:GetObject", "s3:PutObject", "s3:ListMultipartUploadParts"),
            _LOOK,
            table("suppressions", "Scan"),
        ),
        settings=_SETTINGS,
    ),
    "copy_suppressions": FunctionSpec(
        timeout=900,
        memory=512,
        grants=(
            _RECORDS,
            _LOOK,
            table("suppressions", "UpdateItem"),
            ses_list("ListSuppressedDestinations"),
        ),
        settings=_SETTINGS,
    ),
    "fail_suppression_job": FunctionSpec(timeout=30, memory=256, grants=(_RECORDS, _LOOK), settings=_SETTINGS),
}
