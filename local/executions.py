"""Runs a state machine of the local stack to its end."""

import json
import time
from typing import Any

_POLL_SECONDS = 0.5


def run_to_the_end(states: Any, machine_arn: str, task: dict[str, Any], *, seconds: float) -> dict[str, Any]:
    """Start an execution and wait for its end.

    Args:
        states: boto3's client of Step Functions.
        machine_arn: of the state machine.
        task: its input.
        seconds: how long to wait.

    Returns:
        What DescribeExecution says of it then.

    Raises:
        TimeoutError: it goes on.
    """
    execution = states.start_execution(stateMachineArn=machine_arn, input=json.dumps(task))["executionArn"]
    deadline = time.monotonic() + seconds
    while True:
        ended: dict[str, Any] = states.describe_execution(executionArn=execution)
        if ended["status"] != "RUNNING":
            return ended
        if time.monotonic() > deadline:
            raise TimeoutError(f"{machine_arn.rpartition(':')[2]} did not end in {seconds:.0f} s.")
        time.sleep(_POLL_SECONDS)
