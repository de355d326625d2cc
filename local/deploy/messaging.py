"""SQS queues, SNS topics and subscriptions."""

from typing import Any

from local.deploy.resource import Context, Inputs, Kind, Result, existing, physical_name

_QUEUE_ATTRIBUTES = {
    "delaySeconds": "DelaySeconds",
    "kmsDataKeyReusePeriodSeconds": "KmsDataKeyReusePeriodSeconds",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "maxMessageSize": "MaximumMessageSize",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "policy": "Policy",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "redriveAllowPolicy": "RedriveAllowPolicy",
    "redrivePolicy": "RedrivePolicy",
    "sqsManagedSseEnabled": "SqsManagedSseEnabled",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
}
_TOPIC_ATTRIBUTES = {
    "deliveryPolicy": "DeliveryPolicy",
    "displayName": "DisplayName",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "policy": "Policy",
    "signatureVersion": "SignatureVersion",
    "tracingConfig": "TracingConfig",
}
_SUBSCRIPTION_ATTRIBUTES = {
    "deliveryPolicy": "DeliveryPolicy",
    "filterPolicy": "FilterPolicy",
    "filterPolicyScope": "FilterPolicyScope",
    "rawMessageDelivery": "RawMessageDelivery",
    "redrivePolicy": "RedrivePolicy",
}


def _attributes(inputs: Inputs, names: dict[str, str]) -> dict[str, str]:
    """Attributes as SQS and SNS take them: text, whatever they mean."""
    return {aws: _text(inputs[key]) for key, aws in names.items() if key in inputs}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _queue(context: Context, name: str, inputs: Inputs) -> Result:
    sqs = context.client("sqs")
    queue = physical_name(inputs, name)
    attributes = _attributes(inputs, _QUEUE_ATTRIBUTES)
    found = existing(sqs.get_queue_url, "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist", QueueName=queue)
    if found is None:
        found = sqs.create_queue(QueueName=queue, Attributes=attributes)
    elif attributes:
        sqs.set_queue_attributes(QueueUrl=found["QueueUrl"], Attributes=attributes)
    url = found["QueueUrl"]
    return Result(url, {"name": queue, "url": url, "arn": context.arn("sqs", queue)})


def _queue_policy(context: Context, _name: str, inputs: Inputs) -> Result:
    url = inputs["queueUrl"]
    context.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": inputs["policy"]})
    return Result(url, {})


def _topic(context: Context, name: str, inputs: Inputs) -> Result:
    sns = context.client("sns")
    topic = physical_name(inputs, name)
    arn = sns.create_topic(Name=topic)["TopicArn"]
    for attribute, value in _attributes(inputs, _TOPIC_ATTRIBUTES).items():
        sns.set_topic_attributes(TopicArn=arn, AttributeName=attribute, AttributeValue=value)
    return Result(arn, {"name": topic, "arn": arn, "owner": context.account})


def _topic_policy(context: Context, _name: str, inputs: Inputs) -> Result:
    arn = inputs["arn"]
    context.client("sns").set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=inputs["policy"])
    return Result(arn, {"owner": context.account})


def _subscription(context: Context, _name: str, inputs: Inputs) -> Result:
    sns = context.client("sns")
    topic, protocol, endpoint = inputs["topic"], inputs["protocol"], inputs["endpoint"]
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    arn = next(
        (
            found["SubscriptionArn"]
            for page in pages
            for found in page["Subscriptions"]
            if (found["Protocol"], found["Endpoint"]) == (protocol, endpoint)
        ),
        None,
    )
    if arn is None:
        arn = sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint, ReturnSubscriptionArn=True)[
            "SubscriptionArn"
        ]
    for attribute, value in _attributes(inputs, _SUBSCRIPTION_ATTRIBUTES).items():
        sns.set_subscription_attributes(SubscriptionArn=arn, AttributeName=attribute, AttributeValue=value)
    return Result(arn, {"arn": arn, "ownerId": context.account})


_TAGS = {"tags": "nothing here reads tags"}

KINDS = {
    "aws:sqs/queue:Queue": Kind(_queue, _TAGS),
    "aws:sqs/queuePolicy:QueuePolicy": Kind(_queue_policy),
    "aws:sns/topic:Topic": Kind(_topic, _TAGS),
    "aws:sns/topicPolicy:TopicPolicy": Kind(_topic_policy),
    "aws:sns/topicSubscription:TopicSubscription": Kind(_subscription),
}
