"""An AWS account in memory, as Pulumi's provider sees one."""

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from local.engine.naming import AUTONAMED

ACCOUNT = "123456789012"
REGION = "eu-central-1"
ANSWERS: Mapping[str, dict[str, Any]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": ACCOUNT},
    "aws:index/getRegion:getRegion": {"region": REGION},
    "aws:index/getPartition:getPartition": {"partition": "aws"},
}


_STREAM = "kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
_ARNS: Mapping[str, str] = {
    "apigateway/restApi:RestApi": "arn:aws:apigateway:{region}::/restapis/{name}",
    "apigateway/stage:Stage": "arn:aws:apigateway:{region}::/restapis/api/stages/{name}",
    "cloudwatch/dashboard:Dashboard": "arn:aws:cloudwatch::{account}:dashboard/{name}",
    "cloudwatch/eventBus:EventBus": "arn:aws:events:{region}:{account}:event-bus/{name}",
    "cloudwatch/eventRule:EventRule": "arn:aws:events:{region}:{account}:rule/{name}",
    "cloudwatch/logGroup:LogGroup": "arn:aws:logs:{region}:{account}:log-group:{name}",
    "cloudwatch/metricAlarm:MetricAlarm": "arn:aws:cloudwatch:{region}:{account}:alarm:{name}",
    "dynamodb/table:Table": "arn:aws:dynamodb:{region}:{account}:table/{name}",
    "iam/role:Role": "arn:aws:iam::{account}:role/{name}",
    _STREAM: "arn:aws:firehose:{region}:{account}:deliverystream/{name}",
    "kms/key:Key": "arn:aws:kms:{region}:{account}:key/{name}",
    "lambda/eventSourceMapping:EventSourceMapping": "arn:aws:lambda:{region}:{account}:event-source-mapping:{name}",
    "lambda/function:Function": "arn:aws:lambda:{region}:{account}:function:{name}",
    "opensearch/domain:Domain": "arn:aws:es:{region}:{account}:domain/{name}",
    "s3/bucket:Bucket": "arn:aws:s3:::{name}",
    "scheduler/scheduleGroup:ScheduleGroup": "arn:aws:scheduler:{region}:{account}:schedule-group/{name}",
    "sesv2/configurationSet:ConfigurationSet": "arn:aws:ses:{region}:{account}:configuration-set/{name}",
    "sesv2/emailIdentity:EmailIdentity": "arn:aws:ses:{region}:{account}:identity/{name}",
    "sfn/stateMachine:StateMachine": "arn:aws:states:{region}:{account}:stateMachine:{name}",
    "sns/topic:Topic": "arn:aws:sns:{region}:{account}:{name}",
    "sns/topicSubscription:TopicSubscription": "arn:aws:sns:{region}:{account}:topic:{name}",
    "sqs/queue:Queue": "arn:aws:sqs:{region}:{account}:{name}",
}
"""Shapes of ARNs by resource type: https://docs.aws.amazon.com/service-authorization/latest/reference/"""

_NAMED_BY = ("bucket", "emailIdentity", "configurationSetName", "domainName", "name")
"""Properties that hold a resource's name in AWS, the most telling first."""


def name_of(logical: str, inputs: Mapping[str, Any]) -> str:
    """Return what AWS calls a resource: what the program says, else its logical name."""
    return str(next((inputs[key] for key in _NAMED_BY if key in inputs), logical))


def arn_of(kind: str, name: str) -> str:
    """Return the ARN of a resource, as AWS makes it for its type."""
    shape = _ARNS.get(
        kind.removeprefix("aws:"), "arn:aws:none:{region}:{account}:" + kind.replace(":", "/") + "/{name}"
    )
    return shape.format(region=REGION, account=ACCOUNT, name=name)


def computed(kind: str, name: str) -> dict[str, Any]:
    """Return what AWS would add to the inputs of a resource."""
    arn = arn_of(kind, name)
    return {
        "arn": arn,
        "name": name,
        "bucket": name,
        "keyId": f"key-{name}",
        "streamArn": f"{arn}/stream/2026",
        "url": f"https://sqs.example/{name}",
        "endpoint": "search.example",
        "domainName": name,
        "executionArn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{name}-id",
        "invokeUrl": "https://api.example/live",
        "version": "1",
        "regionalDomainName": "d-1.execute-api.example",
        "dkimSigningAttributes": {"tokens": ["one", "two", "three"]},
    }


class AccountInMemory:
    """Resources by type and id.

    Attributes:
        resources: the inputs that each was last given, by type and id.
        refused: says of a type and a logical name whether AWS refuses to make it.
    """

    def __init__(self) -> None:
        self.resources: dict[tuple[str, str], dict[str, Any]] = {}
        self.refused: Callable[[str, str], bool] = lambda _kind, _name: False
        self._lock = Lock()
        self._made = 0

    def create(self, kind: str, name: str, inputs: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Make a resource."""
        with self._lock:
            if self.refused(kind, name):
                raise RuntimeError(f"AWS refuses {name}")
            self._made += 1
            identity = inputs[AUTONAMED[kind].property] if kind in AUTONAMED else f"{name}-{self._made}"
            if (kind, identity) in self.resources:
                raise RuntimeError(f"{kind} {identity} is there already")
            self.resources[kind, identity] = dict(inputs)
        return identity, computed(kind, name_of(name, inputs))

    def update(self, kind: str, name: str, identity: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Change a resource."""
        with self._lock:
            if (kind, identity) not in self.resources:
                raise RuntimeError(f"there is no {kind} {name}")
            self.resources[kind, identity] = dict(inputs)
        return computed(kind, name_of(name, inputs))

    def delete(self, kind: str, name: str, identity: str) -> None:
        """Remove a resource."""
        with self._lock:
            if self.resources.pop((kind, identity), None) is None:
                raise RuntimeError(f"there is no {kind} {name}")

    def answer(self, token: str) -> dict[str, Any]:
        """Say who and where we are."""
        return ANSWERS[token]
