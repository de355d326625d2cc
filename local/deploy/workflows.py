"""Step Functions state machines and EventBridge Scheduler's groups."""

from local.deploy.resource import Context, DeploymentError, Inputs, Kind, Result, created, existing, physical_name


def _state_machine(context: Context, name: str, inputs: Inputs) -> Result:
    sfn = context.client("stepfunctions")
    machine = physical_name(inputs, name)
    arn = context.arn("states", f"stateMachine:{machine}")
    kind = inputs.get("type", "STANDARD")
    wanted = {"definition": inputs["definition"], "roleArn": inputs["roleArn"]}
    if "loggingConfiguration" in inputs:
        logging = inputs["loggingConfiguration"]
        wanted["loggingConfiguration"] = {
            "level": logging.get("level", "OFF"),
            "includeExecutionData": logging.get("includeExecutionData", False),
            "destinations": [
                {"cloudWatchLogsLogGroup": {"logGroupArn": logging[key]}}
                for key in ("logDestination",)
                if key in logging
            ],
        }
    if "tracingConfiguration" in inputs:
        wanted["tracingConfiguration"] = inputs.plain("tracingConfiguration")
    found = existing(sfn.describe_state_machine, "StateMachineDoesNotExist", stateMachineArn=arn)
    if found is None:
        arn = sfn.create_state_machine(name=machine, type=kind, **wanted)["stateMachineArn"]
    elif found["type"] != kind:
        raise DeploymentError(f"the kept state machine {machine} is {found['type']}; start with fresh state")
    else:
        sfn.update_state_machine(stateMachineArn=arn, **wanted)
    return Result(arn, {"name": machine, "arn": arn, "status": "ACTIVE", "type": kind})


def _schedule_group(context: Context, name: str, inputs: Inputs) -> Result:
    group = physical_name(inputs, name)
    created(context.client("scheduler").create_schedule_group, "ConflictException", Name=group)
    arn = context.arn("scheduler", f"schedule-group/{group}")
    return Result(group, {"name": group, "arn": arn, "state": "ACTIVE"})


_TAGS = {"tags": "nothing here reads tags"}

KINDS = {
    "aws:sfn/stateMachine:StateMachine": Kind(_state_machine, _TAGS),
    "aws:scheduler/scheduleGroup:ScheduleGroup": Kind(_schedule_group, _TAGS),
}
