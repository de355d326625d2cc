"""Delivery streams of Amazon Data Firehose."""

from typing import Any

from local.deploy.resource import Context, Inputs, Kind, Result, existing, pascal, physical_name

_SPELLED = {"bucketArn": "BucketARN", "roleArn": "RoleARN"}
_PLAIN = ("bucketArn", "roleArn", "prefix", "errorOutputPrefix", "fileExtension", "compressionFormat")


def _stream(context: Context, name: str, inputs: Inputs) -> Result:
    firehose = context.client("firehose")
    stream = physical_name(inputs, name)
    if inputs["destination"] != "extended_s3":
        raise ValueError(f"no destination {inputs['destination']} here")
    destination = _destination(inputs["extendedS3Configuration"])
    found = existing(firehose.describe_delivery_stream, "ResourceNotFoundException", DeliveryStreamName=stream)
    if found is None:
        firehose.create_delivery_stream(DeliveryStreamName=stream, ExtendedS3DestinationConfiguration=destination)
    else:
        known = found["DeliveryStreamDescription"]
        firehose.update_destination(
            DeliveryStreamName=stream,
            CurrentDeliveryStreamVersionId=known["VersionId"],
            DestinationId=known["Destinations"][0]["DestinationId"],
            ExtendedS3DestinationUpdate=destination,
        )
    return Result(stream, {"name": stream, "arn": context.arn("firehose", f"deliverystream/{stream}")})


def _destination(block: Inputs) -> dict[str, Any]:
    made: dict[str, Any] = pascal({key: block[key] for key in _PLAIN if key in block}, _SPELLED)
    made["BufferingHints"] = {
        "IntervalInSeconds": block.get("bufferingInterval", 300),
        "SizeInMBs": block.get("bufferingSize", 5),
    }
    if "processingConfiguration" in block:
        made["ProcessingConfiguration"] = pascal(block["processingConfiguration"])
    return made


KINDS = {
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": Kind(
        _stream,
        {
            "tags": "nothing here reads tags",
            "serverSideEncryption": "what is gathered stands in the emulator's memory",
            "extendedS3Configuration.cloudwatchLoggingOptions": "what goes wrong stands in the emulator's log",
        },
    )
}
