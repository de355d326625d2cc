"""The way of SES's events by a delivery stream: gathered into objects of the archive, each announced by a queue.

It stands in every stack, whichever way SES publishes (`eventDelivery`), as the topic and its queue do: what is under
way when the setting changes arrives by the way on which it was sent. A stream that nothing is put into costs nothing.
"""

import pulumi
from pulumi_aws import cloudwatch, kinesis, s3, sesv2, sqs

from infra.config import StackConfig
from infra.email import EVENT_TYPES, Email
from infra.event_config import FIREHOSE
from infra.function_specs import FUNCTIONS
from infra.iam import ServiceRole, allow
from infra.keys import Keys
from infra.names import Names
from infra.queues import admit, dead_letter_queue
from infra.storage import Storage

PREFIX = "events/raw/"
"""Firehose adds ``YYYY/MM/DD/HH/`` of the arrival in UTC, which is the layout of `chalicelib.tracking.archive`."""

_FAILED = "events/failed/"
_EXTENSION = ".stream.gz"
"""As `chalicelib.tracking.archive.STREAMED`: batches that functions archive are not announced."""

_RECEIVES = 5


class EventStream(pulumi.ComponentResource):
    """The delivery stream, the queue of its objects, and SES's leave to put events into it.

    Attributes:
        stream: of Amazon Data Firehose.
        queue: of S3's announcements.
        dead_letters: where objects are named that could not be applied.
        publisher: the role with which SES puts events into the stream.
    """

    def __init__(
        self,
        names: Names,
        config: StackConfig,
        keys: Keys,
        storage: Storage,
        email: Email,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("email-platform:infra:EventStream", names.of("event-stream"), None, opts)
        self._names = names
        self._config = config
        self._keys = keys
        child = pulumi.ResourceOptions(parent=self)
        self.dead_letters = dead_letter_queue("event-objects-dead", names, keys, self)
        self.queue = sqs.Queue(
            names.of("event-objects"),
            visibility_timeout_seconds=6 * FUNCTIONS["apply_event_objects"].timeout,
            message_retention_seconds=14 * 24 * 3600,
            kms_master_key_id=keys.data.arn,
            redrive_policy=pulumi.Output.json_dumps(
                {"deadLetterTargetArn": self.dead_letters.arn, "maxReceiveCount": _RECEIVES}
            ),
            opts=child,
        )
        admitted = admit(self.queue, names.of("event-objects"), "s3.amazonaws.com", [storage.events.arn], self)
        announced = s3.BucketNotification(
            names.of("events"),
            bucket=storage.events.id,
            queues=[
                {
                    "queue_arn": self.queue.arn,
                    "events": ["s3:ObjectCreated:*"],
                    "filter_prefix": PREFIX,
                    "filter_suffix": _EXTENSION,
                }
            ],
            # S3 sends a test message at once and refuses a queue that it may not send to.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[admitted]),
        )
        self.stream = self._stream(storage.events, announced)
        self.publisher = ServiceRole(
            names.of("publish-events"),
            service="ses.amazonaws.com",
            trust_conditions={
                "StringEquals": {"aws:SourceAccount": names.account, "aws:SourceArn": email.configuration_set.arn}
            },
            # By name, so that the role is there, and known everywhere, while the stream is still made.
            statements=[
                allow(["firehose:PutRecordBatch"], [names.arn("firehose", f"deliverystream/{names.of('ses-events')}")])
            ],
            opts=child,
        )
        if config.event_delivery == FIREHOSE:
            sesv2.ConfigurationSetEventDestination(
                names.of("ses-stream"),
                configuration_set_name=email.configuration_set.configuration_set_name,
                event_destination_name="stream",
                event_destination={
                    "enabled": True,
                    "matching_event_types": list(EVENT_TYPES),
                    "kinesis_firehose_destination": {
                        "delivery_stream_arn": self.stream.arn,
                        "iam_role_arn": self.publisher.arn,
                    },
                },
                opts=pulumi.ResourceOptions(parent=self, depends_on=[self.publisher.policy]),
            )
        self.register_outputs({})

    def _stream(self, bucket: s3.Bucket, announced: s3.BucketNotification) -> kinesis.FirehoseDeliveryStream:
        names, child = self._names, pulumi.ResourceOptions(parent=self)
        name = names.of("ses-events")
        logs = cloudwatch.LogGroup(
            names.of("event-stream"),
            name=f"/aws/kinesisfirehose/{name}",
            retention_in_days=self._config.log_retention_days,
            kms_key_id=self._keys.data.arn,
            opts=child,
        )
        deliveries = cloudwatch.LogStream(
            names.of("event-stream"), name="deliveries", log_group_name=logs.name, opts=child
        )
        key = self._keys.data.arn
        objects = [pulumi.Output.concat(bucket.arn, "/", prefix, "*") for prefix in (PREFIX, _FAILED)]
        role = ServiceRole(
            names.of("event-stream"),
            service="firehose.amazonaws.com",
            trust_conditions={"StringEquals": {"sts:ExternalId": names.account}},
            # What Firehose asks for: https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3
            statements=[
                allow(["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"], objects, sid="StreamedEvents"),
                allow(["s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:GetBucketLocation"], [bucket.arn]),
                allow(
                    ["kms:Decrypt", "kms:GenerateDataKey"],
                    [key],
                    conditions={"StringEquals": {"kms:ViaService": [f"s3.{names.region}.amazonaws.com"]}},
                ),
                allow(["logs:PutLogEvents"], [pulumi.Output.concat(logs.arn, ":log-stream:", deliveries.name)]),
            ],
            opts=child,
        )
        return kinesis.FirehoseDeliveryStream(
            name,
            name=name,
            destination="extended_s3",
            server_side_encryption={"enabled": True, "key_type": "CUSTOMER_MANAGED_CMK", "key_arn": key},
            extended_s3_configuration={
                "bucket_arn": bucket.arn,
                "role_arn": role.arn,
                "prefix": PREFIX,
                "error_output_prefix": f"{_FAILED}!{{firehose:error-output-type}}/",
                "file_extension": _EXTENSION,
                "compression_format": "GZIP",
                "buffering_interval": self._config.event_buffer_seconds,
                "buffering_size": self._config.event_buffer_megabytes,
                # SES ends no event by a new line, and Firehose puts nothing between them by itself.
                "processing_configuration": {
                    "enabled": True,
                    "processors": [
                        {
                            "type": "AppendDelimiterToRecord",
                            "parameters": [{"parameter_name": "Delimiter", "parameter_value": "\\n"}],
                        }
                    ],
                },
                "cloudwatch_logging_options": {
                    "enabled": True,
                    "log_group_name": logs.name,
                    "log_stream_name": deliveries.name,
                },
            },
            # An object that is written before S3 announces them would be in the archive and nowhere else.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[role.policy, announced]),
        )
