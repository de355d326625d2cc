"""The state machines as files: rendered strictly, whole, and with no task that could hang or fail unheard."""

import builtins
import importlib
import inspect
import pkgutil
from copy import deepcopy
from typing import Any

import pytest

import chalicelib
from infra import asl

NAMES = sorted(path.name.removesuffix(".asl.json") for path in asl.FOLDER.glob("*.asl.json"))
TASK: dict[str, Any] = {
    "Type": "Task",
    "Resource": "${work}",
    "TimeoutSeconds": 9,
    "Retry": [{"ErrorEquals": ["States.ALL"], "JitterStrategy": "FULL"}],
    "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Broken"}],
    "End": True,
}
MACHINE: dict[str, Any] = {"StartAt": "Work", "States": {"Work": TASK, "Broken": {"Type": "Fail"}}}


def _changed(state: str, **changes: Any) -> dict[str, Any]:
    machine = deepcopy(MACHINE)
    machine["States"][state] = {k: v for k, v in (machine["States"][state] | changes).items() if v is not None}
    return machine


def test_there_are_eleven_workflows() -> None:
    assert NAMES == [
        "check_campaign",
        "create_messages",
        "export_messages",
        "import_recipients",
        "rebuild_statistics",
        "reconcile_statistics",
        "remove_recipients",
        "replay_events",
        "send_campaign",
        "suppression_jobs",
        "watch_campaign",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wrong_with_a_workflow(name: str) -> None:
    assert asl.faults(asl.load(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_error_that_a_workflow_names_can_be_raised(name: str) -> None:
    known = {"States.ALL", *_exception_names()}
    assert asl.error_names(asl.load(name)) - known == set()


@pytest.mark.parametrize("name", NAMES)
def test_the_context_object_is_read_by_a_path_only(name: str) -> None:
    for key, text in _fields(asl.load(name)):
        assert not text.startswith("$$.") or key.endswith(".$"), text
        assert not key.endswith(".$") or text.startswith("$"), text


def _exception_names() -> set[str]:
    found = {name for name, value in vars(builtins).items() if inspect.isclass(value)}
    for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
        if module.name.endswith((".model", ".errors", ".states", ".planning", ".comparing")):
            members = inspect.getmembers(importlib.import_module(module.name), inspect.isclass)
            found |= {name for name, kind in members if issubclass(kind, Exception)}
    return found


def _fields(node: Any) -> list[tuple[str, str]]:
    if isinstance(node, list):
        return [pair for item in node for pair in _fields(item)]
    if not isinstance(node, dict):
        return []
    here = [(key, value) for key, value in node.items() if isinstance(value, str)]
    return here + [pair for value in node.values() for pair in _fields(value)]


def test_values_keep_their_type_where_they_stand_alone() -> None:
    definition = {"MaxConcurrency": "${many}", "Resource": "arn:${partition}:x", "Id.$": "$$.Execution.Id"}
    rendered = asl.render(definition, {"many": 7, "partition": "aws"})
    assert rendered == {"MaxConcurrency": 7, "Resource": "arn:aws:x", "Id.$": "$$.Execution.Id"}


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(asl.RenderError, match="no value for work"):
        asl.render(MACHINE, {})


def test_a_value_that_nothing_uses_is_an_error() -> None:
    with pytest.raises(asl.RenderError, match="nothing uses spare"):
        asl.render(MACHINE, {"work": "arn", "spare": "x"})


@pytest.mark.parametrize(
    ("machine", "fault"),
    [
        (_changed("Work", Next="Gone", End=None), "Gone is named but does not exist"),
        (_changed("Work", Catch=None), "Work has no Catch"),
        (_changed("Work", TimeoutSeconds=None), "Work has no TimeoutSeconds"),
        (_changed("Work", Retry=None), "Work has no Retry"),
        (_changed("Work", Retry=[{"ErrorEquals": ["States.ALL"]}]), "no JitterStrategy"),
        (_changed("Work", End=None), "Work needs either Next or End"),
        (_changed("Work", Catch=[]), "Broken is never reached"),
        ({**MACHINE, "StartAt": "Start"}, "Start is named but does not exist"),
    ],
)
def test_a_fault_is_found(machine: dict[str, Any], fault: str) -> None:
    assert any(fault in found for found in asl.faults(machine)), asl.faults(machine)


def test_faults_inside_of_a_map_are_found_and_names_are_unique_across_it() -> None:
    inner = _changed("Work", Next="Gone", End=None)
    outer = {
        "StartAt": "Each",
        "States": {
            "Each": {"Type": "Map", "ItemProcessor": inner, "Catch": TASK["Catch"], "End": True},
            "Broken": {"Type": "Fail"},
        },
    }
    found = asl.faults(outer)
    assert "Each/Gone is named but does not exist" in found
    assert "Broken is the name of two states" in found
