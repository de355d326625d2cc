"""S3 buckets and what is set on them."""

import json
from collections.abc import Callable
from typing import Any

from local.deploy.resource import Context, Inputs, Kind, Result, created, pascal, physical_name

_S3_NAMES = {"id": "ID", "sseAlgorithm": "SSEAlgorithm", "kmsMasterKeyId": "KMSMasterKeyID", "and": "And"}


def _bucket(context: Context, name: str, inputs: Inputs) -> Result:
    bucket = physical_name(inputs, name, "bucket")
    created(
        context.client("s3").create_bucket,
        "BucketAlreadyOwnedByYou",
        "BucketAlreadyExists",
        Bucket=bucket,
    )
    return Result(
        bucket,
        {
            "bucket": bucket,
            "arn": f"arn:aws:s3:::{bucket}",
            "bucketDomainName": f"{bucket}.s3.amazonaws.com",
            "bucketRegionalDomainName": f"{bucket}.s3.{context.region}.amazonaws.com",
            "bucketRegion": context.region,
        },
    )


def _setting(operation: str, argument: str, block: Callable[[Inputs], Any]) -> Callable[[Context, str, Inputs], Result]:
    """A handler for a setting that one PutBucket... call replaces whole."""

    def put(context: Context, _name: str, inputs: Inputs) -> Result:
        getattr(context.client("s3"), operation)(Bucket=inputs["bucket"], **{argument: block(inputs)})
        return Result(inputs["bucket"], {})

    return put


def _rules(key: str, argument: str) -> Callable[[Inputs], Any]:
    return lambda inputs: {argument: pascal(inputs[key], _S3_NAMES)}


def _public_access(inputs: Inputs) -> dict[str, bool]:
    keys = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    return {key[0].upper() + key[1:]: inputs.get(key, False) for key in keys}


def _policy(inputs: Inputs) -> str:
    """The bucket's policy without what refuses plain HTTP: the emulator serves loopback only, without TLS."""
    policy = json.loads(inputs["policy"])
    policy["Statement"] = [one for one in policy["Statement"] if not _refuses_plain_http(one)]
    return json.dumps(policy)


def _refuses_plain_http(statement: dict[str, Any]) -> bool:
    return statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}


def _notification(inputs: Inputs) -> dict[str, Any]:
    told: dict[str, Any] = {"EventBridgeConfiguration": {}} if inputs.get("eventbridge", False) else {}
    if queues := [_told_queue(queue) for queue in inputs.get("queues", [])]:
        told["QueueConfigurations"] = queues
    return told


def _told_queue(queue: Inputs) -> dict[str, Any]:
    rules = [
        {"Name": name, "Value": queue[key]}
        for name, key in (("prefix", "filterPrefix"), ("suffix", "filterSuffix"))
        if key in queue
    ]
    return {"QueueArn": queue["queueArn"], "Events": queue["events"], "Filter": {"Key": {"FilterRules": rules}}}


def _logging(inputs: Inputs) -> dict[str, Any]:
    return {"LoggingEnabled": pascal({key: inputs[key] for key in ("targetBucket", "targetPrefix")})}


_SKIP_DESTROY = {"skipDestroy": "nothing is destroyed here"}

KINDS = {
    "aws:s3/bucket:Bucket": Kind(
        _bucket,
        {"forceDestroy": "nothing is destroyed here", "tags": "nothing here reads tags"},
    ),
    "aws:s3/bucketVersioning:BucketVersioning": Kind(
        _setting(
            "put_bucket_versioning",
            "VersioningConfiguration",
            lambda inputs: pascal(inputs["versioningConfiguration"]),
        )
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": Kind(
        _setting("put_bucket_encryption", "ServerSideEncryptionConfiguration", _rules("rules", "Rules"))
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": Kind(
        _setting("put_public_access_block", "PublicAccessBlockConfiguration", _public_access), _SKIP_DESTROY
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": Kind(
        _setting(
            "put_bucket_ownership_controls",
            "OwnershipControls",
            lambda inputs: {"Rules": [pascal(inputs["rule"])]},
        )
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": Kind(
        _setting("put_bucket_lifecycle_configuration", "LifecycleConfiguration", _rules("rules", "Rules"))
    ),
    "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": Kind(
        _setting("put_bucket_cors", "CORSConfiguration", _rules("corsRules", "CORSRules"))
    ),
    "aws:s3/bucketPolicy:BucketPolicy": Kind(_setting("put_bucket_policy", "Policy", _policy)),
    "aws:s3/bucketNotification:BucketNotification": Kind(
        _setting("put_bucket_notification_configuration", "NotificationConfiguration", _notification)
    ),
    "aws:s3/bucketLogging:BucketLogging": Kind(_setting("put_bucket_logging", "BucketLoggingStatus", _logging)),
}
