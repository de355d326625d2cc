"""A small Pulumi program with each kind of resource that the platform uses, for test_materialiser.py."""

import json

import pulumi
import pulumi_aws as aws

from tests.integration.materialiser.documents import CODE, document, policy, trust

config = pulumi.Config()
here = aws.get_caller_identity()
key = aws.kms.Key(
    "data",
    description="data",
    enable_key_rotation=True,
    policy=policy(
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{here.account_id}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
    ),
)
aws.kms.Alias("data", name="alias/data", target_key_id=key.key_id)
token_key = aws.kms.Key("token", customer_master_key_spec="HMAC_256", key_usage="GENERATE_VERIFY_MAC")

bucket = aws.s3.Bucket("files")
aws.s3.BucketVersioning("files", bucket=bucket.id, versioning_configuration={"status": "Enabled"})
aws.s3.BucketServerSideEncryptionConfiguration(
    "files",
    bucket=bucket.id,
    rules=[
        {
            "apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": key.arn},
            "bucket_key_enabled": True,
        }
    ],
)
aws.s3.BucketPublicAccessBlock(
    "files",
    bucket=bucket.id,
    block_public_acls=True,
    block_public_policy=True,
    ignore_public_acls=True,
    restrict_public_buckets=True,
)
aws.s3.BucketOwnershipControls("files", bucket=bucket.id, rule={"object_ownership": "BucketOwnerEnforced"})
aws.s3.BucketLifecycleConfiguration(
    "files",
    bucket=bucket.id,
    rules=[
        {
            "id": "abort",
            "status": "Enabled",
            "filter": {"prefix": "uploads/"},
            "abort_incomplete_multipart_upload": {"days_after_initiation": 1},
            "noncurrent_version_expiration": {"noncurrent_days": 30},
        }
    ],
)
aws.s3.BucketCorsConfiguration(
    "files",
    bucket=bucket.id,
    cors_rules=[{"allowed_methods": ["POST"], "allowed_origins": ["https://example.com"], "max_age_seconds": 60}],
)
aws.s3.BucketPolicy(
    "files",
    bucket=bucket.id,
    policy=bucket.arn.apply(
        lambda arn: policy(
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:DeleteBucket",
                "Resource": arn,
            }
        )
    ),
)
aws.s3.BucketNotification("files", bucket=bucket.id, eventbridge=True)
aws.s3.BucketLogging("files", bucket=bucket.id, target_bucket=bucket.id, target_prefix="logs/")

table = aws.dynamodb.Table(
    "facts",
    hash_key="id",
    range_key="at",
    billing_mode="PAY_PER_REQUEST",
    attributes=[{"name": "id", "type": "S"}, {"name": "at", "type": "N"}, {"name": "from", "type": "S"}],
    global_secondary_indexes=[{"name": "by_from", "hash_key": "from", "range_key": "at", "projection_type": "ALL"}],
    stream_enabled=True,
    stream_view_type="NEW_IMAGE",
    ttl={"attribute_name": "expires", "enabled": True},
    point_in_time_recovery={"enabled": True},
    server_side_encryption={"enabled": True, "kms_key_arn": key.arn},
    deletion_protection_enabled=config.get_bool("protect") or False,
)

dead = aws.sqs.Queue("dead", message_retention_seconds=1209600)
queue = aws.sqs.Queue(
    "work",
    visibility_timeout_seconds=60,
    redrive_policy=dead.arn.apply(lambda arn: json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})),
)
topic = aws.sns.Topic("events")
aws.sns.TopicPolicy(
    "events",
    arn=topic.arn,
    policy=topic.arn.apply(
        lambda arn: policy(
            {
                "Effect": "Allow",
                "Principal": {"Service": "ses.amazonaws.com"},
                "Action": "sns:Publish",
                "Resource": arn,
            }
        )
    ),
)
aws.sqs.QueuePolicy(
    "work",
    queue_url=queue.id,
    policy=pulumi.Output.all(queue.arn, topic.arn).apply(
        lambda arns: policy(
            {
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": arns[0],
                "Condition": {"ArnEquals": {"aws:SourceArn": arns[1]}},
            }
        )
    ),
)
aws.sns.TopicSubscription("work", topic=topic.arn, protocol="sqs", endpoint=queue.arn, raw_message_delivery=True)

archive = pulumi.AssetArchive({"app.py": pulumi.StringAsset(CODE)})


def function(name: str, statements: pulumi.Output[str], handler: str = "app.main") -> aws.lambda_.Function:
    """A function with a role of its own."""
    role = aws.iam.Role(name, assume_role_policy=trust("lambda.amazonaws.com"))
    aws.iam.RolePolicy(name, role=role.name, policy=statements)
    log = aws.cloudwatch.LogGroup(name, name=f"/aws/lambda/{name}", retention_in_days=7)
    return aws.lambda_.Function(
        name,
        name=name,
        role=role.arn,
        runtime="python3.11",
        handler=handler,
        code=archive,
        timeout=30,
        memory_size=256,
        architectures=["arm64"],
        environment={"variables": {"TABLE": table.name, "BUCKET": bucket.bucket, "VERSION": config.require("version")}},
        opts=pulumi.ResourceOptions(depends_on=[log]),
    )


worker = function(
    "worker",
    pulumi.Output.all(table.arn, table.stream_arn, queue.arn, key.arn).apply(
        lambda arns: policy(
            {"Effect": "Allow", "Action": ["dynamodb:PutItem"], "Resource": arns[0]},
            {
                "Effect": "Allow",
                "Action": [
                    "dynamodb:GetRecords",
                    "dynamodb:GetShardIterator",
                    "dynamodb:DescribeStream",
                    "dynamodb:ListStreams",
                ],
                "Resource": arns[1],
            },
            {
                "Effect": "Allow",
                "Action": [
                    "sqs:ReceiveMessage",
                    "sqs:DeleteMessage",
                    "sqs:GetQueueAttributes",
                ],
                "Resource": arns[2],
            },
            {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": arns[3]},
        )
    ),
)
reader = function(
    "reader",
    pulumi.Output.all(bucket.arn, key.arn).apply(
        lambda arns: policy(
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{arns[0]}/*"},
            {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": arns[1]},
        )
    ),
)
authorize = function(
    "authorize",
    pulumi.Output.from_input(
        policy(
            {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"},
        )
    ),
    "app.authorize",
)

aws.lambda_.EventSourceMapping(
    "work",
    function_name=worker.arn,
    event_source_arn=queue.arn,
    batch_size=10,
    maximum_batching_window_in_seconds=0,
    function_response_types=["ReportBatchItemFailures"],
)
aws.lambda_.EventSourceMapping(
    "facts",
    function_name=worker.arn,
    event_source_arn=table.stream_arn,
    batch_size=100,
    starting_position="TRIM_HORIZON",
    maximum_batching_window_in_seconds=1,
    maximum_retry_attempts=2,
    bisect_batch_on_function_error=True,
    function_response_types=["ReportBatchItemFailures"],
    filter_criteria={"filters": [{"pattern": json.dumps({"eventName": ["INSERT", "MODIFY"]})}]},
    destination_config={"on_failure": {"destination_arn": dead.arn}},
)
aws.lambda_.FunctionEventInvokeConfig(
    "worker",
    function_name=worker.name,
    maximum_retry_attempts=1,
    destination_config={"on_failure": {"destination": dead.arn}},
)

states_role = aws.iam.Role("states", assume_role_policy=trust("states.amazonaws.com"))
invoke = aws.iam.Policy(
    "invoke",
    policy=worker.arn.apply(
        lambda arn: policy(
            {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": [arn, f"{arn}:*"]},
        )
    ),
)
aws.iam.RolePolicyAttachment("states", role=states_role.name, policy_arn=invoke.arn)
flow_log = aws.cloudwatch.LogGroup("flow", name="/aws/vendedlogs/states/flow", retention_in_days=7)
flow = aws.sfn.StateMachine(
    "flow",
    role_arn=states_role.arn,
    type="STANDARD",
    logging_configuration={"level": "ERROR", "log_destination": flow_log.arn.apply(lambda arn: f"{arn}:*")},
    tracing_configuration={"enabled": True},
    definition=worker.arn.apply(
        lambda arn: json.dumps(
            {
                "StartAt": "Work",
                "States": {
                    "Work": {
                        "Type": "Task",
                        "Resource": "arn:aws:states:::lambda:invoke",
                        "TimeoutSeconds": 60,
                        "Parameters": {"FunctionName": arn, "Payload.$": "$"},
                        "OutputPath": "$.Payload",
                        "End": True,
                        "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 2}],
                    }
                },
            }
        )
    ),
)
rule = aws.cloudwatch.EventRule(
    "uploaded",
    event_pattern=bucket.bucket.apply(
        lambda name: json.dumps(
            {
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {"bucket": {"name": [name]}, "object": {"key": [{"prefix": "uploads/"}]}},
            }
        )
    ),
)
events_role = aws.iam.Role("starts", assume_role_policy=trust("events.amazonaws.com"))
aws.iam.RolePolicy(
    "starts",
    role=events_role.name,
    policy=flow.arn.apply(
        lambda arn: policy(
            {"Effect": "Allow", "Action": "states:StartExecution", "Resource": arn},
        )
    ),
)
aws.cloudwatch.EventTarget(
    "uploaded",
    rule=rule.name,
    arn=flow.arn,
    role_arn=events_role.arn,
    dead_letter_config={"arn": dead.arn},
    retry_policy={"maximum_event_age_in_seconds": 3600, "maximum_retry_attempts": 3},
)
aws.scheduler.ScheduleGroup("sends")
aws.cloudwatch.MetricAlarm(
    "dead",
    namespace="AWS/SQS",
    metric_name="ApproximateNumberOfMessagesVisible",
    dimensions={"QueueName": dead.name},
    comparison_operator="GreaterThanThreshold",
    threshold=0,
    evaluation_periods=1,
    period=60,
    statistic="Maximum",
    alarm_actions=[topic.arn],
)

mails = aws.sesv2.ConfigurationSet(
    "mails",
    configuration_set_name="mails",
    delivery_options={"tls_policy": "REQUIRE"},
    reputation_options={"reputation_metrics_enabled": True},
    sending_options={"sending_enabled": True},
    suppression_options={"suppressed_reasons": ["BOUNCE", "COMPLAINT"]},
)
aws.sesv2.ConfigurationSetEventDestination(
    "mails",
    configuration_set_name=mails.configuration_set_name,
    event_destination_name="all",
    event_destination={
        "enabled": True,
        "matching_event_types": ["SEND", "BOUNCE"],
        "sns_destination": {"topic_arn": topic.arn},
    },
)
aws.sesv2.EmailIdentity("sender", email_identity="example.com", configuration_set_name=mails.configuration_set_name)

body = pulumi.Output.all(worker.invoke_arn, authorize.invoke_arn).apply(document)
api = aws.apigateway.RestApi("things", body=body, endpoint_configuration={"types": "REGIONAL"})
for caller in (worker, authorize):
    aws.lambda_.Permission(
        f"api-{caller._name}",
        function=caller.name,
        action="lambda:InvokeFunction",
        principal="apigateway.amazonaws.com",
        source_arn=api.execution_arn.apply(lambda arn: f"{arn}/*"),
    )
deployment = aws.apigateway.Deployment("things", rest_api=api.id, triggers={"body": body})
aws.apigateway.Account("account", cloudwatch_role_arn=states_role.arn)
stage = aws.apigateway.Stage(
    "live",
    rest_api=api.id,
    deployment=deployment.id,
    stage_name="live",
    xray_tracing_enabled=True,
    access_log_settings={"destination_arn": flow_log.arn, "format": '{"id": "$context.requestId"}'},
)
aws.apigateway.MethodSettings(
    "live",
    rest_api=api.id,
    stage_name=stage.stage_name,
    method_path="*/*",
    settings={"throttling_burst_limit": 50, "throttling_rate_limit": 100, "metrics_enabled": True},
)

pulumi.export("url", stage.invoke_url)
pulumi.export("names", {"bucket": bucket.bucket, "table": table.name, "queue": queue.url})
pulumi.export("flow", flow.arn)
pulumi.export("topic", topic.arn)
pulumi.export("token_key", token_key.key_id)
