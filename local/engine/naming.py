"""How the AWS provider names a resource that the program gives no name, and which changes it answers with a new one.

Both are facts of the provider's schema, for the resource types that this program uses. The provider itself cannot be
asked here. Sources: https://www.pulumi.com/registry/packages/aws/ (each type's page), and the argument references of
the Terraform provider that it wraps ("Forces new resource").
"""

from collections.abc import Mapping
from typing import NamedTuple

RANDOM_CHARACTERS = 7
"""Hexadecimal characters behind a name and a hyphen."""


class Name(NamedTuple):
    """The property that holds the name, and the most characters that AWS takes."""

    property: str
    longest: int


AUTONAMED: Mapping[str, Name] = {
    "aws:apigateway/restApi:RestApi": Name("name", 255),
    "aws:cloudwatch/eventBus:EventBus": Name("name", 256),
    "aws:cloudwatch/eventRule:EventRule": Name("name", 64),
    "aws:cloudwatch/logGroup:LogGroup": Name("name", 512),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Name("name", 255),
    "aws:dynamodb/table:Table": Name("name", 255),
    "aws:iam/role:Role": Name("name", 64),
    "aws:iam/rolePolicy:RolePolicy": Name("name", 128),
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": Name("name", 64),
    "aws:lambda/function:Function": Name("name", 64),
    "aws:opensearch/domain:Domain": Name("domainName", 28),
    "aws:s3/bucket:Bucket": Name("bucket", 63),
    "aws:scheduler/scheduleGroup:ScheduleGroup": Name("name", 64),
    "aws:sfn/stateMachine:StateMachine": Name("name", 80),
    "aws:sns/topic:Topic": Name("name", 256),
    "aws:sqs/queue:Queue": Name("name", 80),
}

REPLACING: Mapping[str, frozenset[str]] = {
    "aws:apigateway/domainName:DomainName": frozenset({"domainName"}),
    "aws:apigateway/deployment:Deployment": frozenset({"restApi", "triggers"}),
    "aws:apigateway/methodSettings:MethodSettings": frozenset({"restApi", "stageName", "methodPath"}),
    "aws:apigateway/stage:Stage": frozenset({"restApi", "stageName"}),
    "aws:cloudwatch/dashboard:Dashboard": frozenset({"dashboardName"}),
    "aws:cloudwatch/eventRule:EventRule": frozenset({"name", "eventBusName"}),
    "aws:cloudwatch/eventTarget:EventTarget": frozenset({"rule", "targetId", "eventBusName"}),
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": frozenset({"policyName"}),
    "aws:dynamodb/table:Table": frozenset({"name", "hashKey", "rangeKey", "localSecondaryIndexes"}),
    "aws:iam/role:Role": frozenset({"name", "path"}),
    "aws:iam/rolePolicy:RolePolicy": frozenset({"name", "role"}),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": frozenset({"role", "policyArn"}),
    "aws:cloudwatch/logStream:LogStream": frozenset({"name", "logGroupName"}),
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": frozenset(
        {"destination", "kinesisSourceConfiguration"}
    ),
    "aws:kms/key:Key": frozenset({"customerMasterKeySpec", "keyUsage", "multiRegion"}),
    "aws:lambda/alias:Alias": frozenset({"name", "functionName"}),
    "aws:lambda/eventSourceMapping:EventSourceMapping": frozenset({"eventSourceArn", "startingPosition"}),
    "aws:lambda/function:Function": frozenset({"name", "packageType"}),
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": frozenset({"functionName"}),
    "aws:lambda/permission:Permission": frozenset(
        {"action", "function", "principal", "qualifier", "sourceArn", "statementId"}
    ),
    "aws:opensearch/domain:Domain": frozenset({"domainName", "encryptAtRest", "vpcOptions"}),
    "aws:opensearch/domainPolicy:DomainPolicy": frozenset({"domainName"}),
    "aws:s3/bucket:Bucket": frozenset({"bucket", "objectLockEnabled"}),
    "aws:scheduler/scheduleGroup:ScheduleGroup": frozenset({"name"}),
    "aws:sesv2/configurationSet:ConfigurationSet": frozenset({"configurationSetName"}),
    "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination": frozenset(
        {"configurationSetName", "eventDestinationName"}
    ),
    "aws:sesv2/dedicatedIpPool:DedicatedIpPool": frozenset({"poolName", "scalingMode"}),
    "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes": frozenset({"emailIdentity"}),
    "aws:sesv2/emailIdentity:EmailIdentity": frozenset({"emailIdentity"}),
    "aws:sfn/stateMachine:StateMachine": frozenset({"name", "type"}),
    "aws:sns/topic:Topic": frozenset({"name", "fifoTopic"}),
    "aws:sns/topicPolicy:TopicPolicy": frozenset({"arn"}),
    "aws:sns/topicSubscription:TopicSubscription": frozenset({"endpoint", "protocol", "topic"}),
    "aws:sqs/queue:Queue": frozenset({"name", "fifoQueue"}),
    "aws:sqs/queuePolicy:QueuePolicy": frozenset({"queueUrl"}),
    "aws:wafv2/webAcl:WebAcl": frozenset({"name", "scope"}),
    "aws:wafv2/webAclAssociation:WebAclAssociation": frozenset({"resourceArn", "webAclArn"}),
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": frozenset({"resourceArn"}),
}


def replacing(kind: str) -> frozenset[str]:
    """Return the properties of a type whose change makes a new resource; what hangs on a bucket hangs on that one."""
    if kind.startswith("aws:s3/bucket") and kind != "aws:s3/bucket:Bucket":
        return frozenset({"bucket"})
    named = {AUTONAMED[kind].property} if kind in AUTONAMED else set()
    return REPLACING.get(kind, frozenset()) | named
