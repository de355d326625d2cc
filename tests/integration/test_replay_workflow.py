"""The workflow of a replay on the embedded AWS: every hour, each in as many turns as it needs."""

import io
import json
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from infra import asl
from local.emulator import Emulator

ROLE = "arn:aws:iam::000000000000:role/of-tests"
SECONDS = 60

CODE = """
def plan(event, context):
    if event["to"] < event["from"]:
        class InvalidInputError(Exception):
            pass
        raise InvalidInputError("no hours")
    return {"hours": ["a/", "b/", "c/"], "suppress": event.get("suppress", False) is True}


def hour(event, context):
    turn = int(event["after"] or 0) + 1
    done = event["hour"] != "b/" or turn == 3
    return {
        "hour": event["hour"],
        "suppress": event["suppress"],
        "after": "" if done else str(turn),
        "done": done,
        "events": event["events"] + 10,
        "failed": event["failed"] + (1 if event["hour"] == "c/" else 0),
    }
"""


def _function(aws: Emulator, name: str) -> str:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("replaying.py", CODE)
    arn: str = aws.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.11",
        Role=ROLE,
        Handler=f"replaying.{name}",
        Code={"ZipFile": content.getvalue()},
        Timeout=30,
    )["FunctionArn"]
    return arn


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with Emulator(Path(tmp_path_factory.mktemp("aws"))) as aws:
        trust = {"Version": "2012-10-17", "Statement": []}
        aws.client("iam").create_role(RoleName=ROLE.rpartition("/")[2], AssumeRolePolicyDocument=json.dumps(trust))
        functions = {"plan_replay": _function(aws, "plan"), "replay_hour": _function(aws, "hour")}
        states = aws.client("stepfunctions")
        definition = json.dumps(asl.render(asl.load("replay_events"), functions))
        arn = states.create_state_machine(name="replay", roleArn=ROLE, definition=definition)["stateMachineArn"]

        def run(task: dict[str, Any]) -> dict[str, Any]:
            execution = states.start_execution(stateMachineArn=arn, input=json.dumps(task))["executionArn"]
            deadline = time.monotonic() + SECONDS
            while time.monotonic() < deadline:
                ended: dict[str, Any] = states.describe_execution(executionArn=execution)
                if ended["status"] != "RUNNING":
                    return ended
                time.sleep(0.2)
            raise TimeoutError("The replay did not end.")

        yield run


@pytest.mark.parametrize(("given", "suppress"), [({}, False), ({"suppress": True}, True), ({"suppress": "yes"}, False)])
def test_each_hour_is_replayed_to_its_end_and_the_output_counts(
    machine: Any, given: dict[str, Any], *, suppress: bool
) -> None:
    ended = machine({"from": "2026-11-25T00:00:00Z", "to": "2026-11-25T03:00:00Z", **given})
    assert ended["status"] == "SUCCEEDED", ended
    hours = json.loads(ended["output"])
    assert [(hour["hour"], hour["events"], hour["failed"]) for hour in hours] == [
        ("a/", 10, 0),
        ("b/", 30, 0),
        ("c/", 10, 1),
    ]
    assert {hour["suppress"] for hour in hours} == {suppress}
    assert all(hour["done"] for hour in hours)


def test_a_replay_of_no_hours_fails_at_once(machine: Any) -> None:
    ended = machine({"from": "2026-11-25T00:00:00Z", "to": "2026-11-24T00:00:00Z"})
    assert (ended["status"], ended.get("error")) == ("FAILED", "InvalidInputError")
