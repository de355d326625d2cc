"""EventBridge buses and rules, CloudWatch log groups, log streams and alarms."""

from typing import Any

from local.deploy.resource import Context, Inputs, Kind, Result, created, pascal, physical_name

_DEFAULT_BUS = "default"


def _log_group(context: Context, name: str, inputs: Inputs) -> Result:
    logs = context.client("logs")
    group = physical_name(inputs, name)
    created(logs.create_log_group, "ResourceAlreadyExistsException", logGroupName=group)
    if days := inputs.get("retentionInDays", 0):
        logs.put_retention_policy(logGroupName=group, retentionInDays=days)
    return Result(group, {"name": group, "arn": context.arn("logs", f"log-group:{group}")})


def _log_stream(context: Context, name: str, inputs: Inputs) -> Result:
    group, stream = inputs["logGroupName"], physical_name(inputs, name)
    created(
        context.client("logs").create_log_stream,
        "ResourceAlreadyExistsException",
        logGroupName=group,
        logStreamName=stream,
    )
    return Result(stream, {"name": stream, "arn": context.arn("logs", f"log-group:{group}:log-stream:{stream}")})


def _alarm(context: Context, name: str, inputs: Inputs) -> Result:
    alarm = physical_name(inputs, name)
    keys = (
        "actionsEnabled",
        "alarmActions",
        "alarmDescription",
        "comparisonOperator",
        "datapointsToAlarm",
        "evaluationPeriods",
        "extendedStatistic",
        "insufficientDataActions",
        "metricName",
        "namespace",
        "period",
        "statistic",
        "threshold",
        "treatMissingData",
        "unit",
    )
    arguments = pascal({key: inputs[key] for key in keys if key in inputs})
    if "okActions" in inputs:
        arguments["OKActions"] = inputs["okActions"]
    dimensions = [{"Name": key, "Value": value} for key, value in inputs.plain("dimensions", {}).items()]
    if "metricQueries" in inputs:
        arguments["Metrics"] = [_metric_query(query) for query in inputs["metricQueries"]]
    context.client("cloudwatch").put_metric_alarm(AlarmName=alarm, Dimensions=dimensions, **arguments)
    return Result(alarm, {"name": alarm, "arn": context.arn("cloudwatch", f"alarm:{alarm}")})


def _metric_query(query: Inputs) -> dict[str, Any]:
    wanted: dict[str, Any] = pascal({key: query[key] for key in query if key != "metric"})
    if "metric" in query:
        metric = query["metric"]
        dimensions = [{"Name": key, "Value": value} for key, value in metric.plain("dimensions", {}).items()]
        wanted["MetricStat"] = {
            "Metric": {
                "Namespace": metric["namespace"],
                "MetricName": metric["metricName"],
                "Dimensions": dimensions,
            },
            "Period": metric["period"],
            "Stat": metric["stat"],
        }
    return wanted


def _dashboard(context: Context, _name: str, inputs: Inputs) -> Result:
    name = inputs["dashboardName"]
    return Result(name, {"dashboardArn": f"arn:aws:cloudwatch::{context.account}:dashboard/{name}"})


def _bus(context: Context, name: str, inputs: Inputs) -> Result:
    events = context.client("events")
    bus = physical_name(inputs, name)
    arguments = pascal({key: inputs[key] for key in ("description",) if key in inputs})
    created(events.create_event_bus, "ResourceAlreadyExistsException", Name=bus, **arguments)
    return Result(bus, {"name": bus, "arn": context.arn("events", f"event-bus/{bus}")})


def _rule(context: Context, name: str, inputs: Inputs) -> Result:
    rule = physical_name(inputs, name)
    keys = ("description", "eventBusName", "eventPattern", "roleArn", "scheduleExpression", "state")
    arguments = pascal({key: inputs[key] for key in keys if key in inputs})
    arn = context.client("events").put_rule(Name=rule, **arguments)["RuleArn"]
    return Result(rule, {"name": rule, "arn": arn, "eventBusName": inputs.get("eventBusName", _DEFAULT_BUS)})


def _target(context: Context, name: str, inputs: Inputs) -> Result:
    target = {"Id": physical_name(inputs, name, "targetId"), "Arn": inputs["arn"]}
    blocks = ("deadLetterConfig", "input", "inputPath", "retryPolicy", "roleArn")
    target |= pascal({key: inputs[key] for key in blocks if key in inputs})
    if "inputTransformer" in inputs:
        transformer = inputs["inputTransformer"]
        target["InputTransformer"] = {
            "InputTemplate": transformer["inputTemplate"],
            "InputPathsMap": transformer.plain("inputPaths", {}),
        }
    bus = inputs.get("eventBusName", _DEFAULT_BUS)
    answer = context.client("events").put_targets(Rule=inputs["rule"], EventBusName=bus, Targets=[target])
    if answer["FailedEntryCount"]:
        raise RuntimeError(f"the target was refused: {answer['FailedEntries']}")
    return Result(f"{inputs['rule']}-{target['Id']}", {"targetId": target["Id"], "eventBusName": bus})


_TAGS = {"tags": "nothing here reads tags"}
_KEPT = {"forceDestroy": "nothing is destroyed here", "skipDestroy": "nothing is destroyed here"}

KINDS = {
    "aws:cloudwatch/logGroup:LogGroup": Kind(
        _log_group,
        _TAGS
        | _KEPT
        | {
            "logGroupClass": "a matter of price",
            "kmsKeyId": "logs stand in the emulator's plain state",
            "deletionProtectionEnabled": "nothing is destroyed",
        },
    ),
    "aws:cloudwatch/logStream:LogStream": Kind(_log_stream),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Kind(_alarm, _TAGS),
    "aws:cloudwatch/dashboard:Dashboard": Kind(
        _dashboard, {"dashboardBody": "nobody looks at numbers of CloudWatch on this machine"}
    ),
    "aws:cloudwatch/eventBus:EventBus": Kind(_bus, _TAGS),
    "aws:cloudwatch/eventRule:EventRule": Kind(_rule, _TAGS | _KEPT),
    "aws:cloudwatch/eventTarget:EventTarget": Kind(_target, _KEPT),
}
