import functools
from typing import Any

import pytest

from local.deploy.resource import Context, DeploymentError, Inputs, Kind, Result, pascal
from local.deploy.table import KINDS, answer, apply

CONTEXT = Context("http://nowhere.invalid", "us-east-1")


def _lamp(_context: Context, name: str, inputs: Inputs) -> Result:
    if inputs["bulb"]["watts"] > 60:
        raise ValueError("too bright")
    return Result(f"id-{name}", {"arn": f"arn:{name}"})


_apply = functools.partial(
    apply,
    CONTEXT,
    "test:lamp",
    "desk",
    kinds={"test:lamp": Kind(_lamp, {"colour": "all are white", "bulb.maker": "they are alike"})},
)


def test_outputs_hold_the_inputs_and_what_the_handler_knows() -> None:
    inputs: dict[str, Any] = {"bulb": {"watts": 40}}
    made = _apply(inputs)
    assert (made.id, made.outputs) == ("id-desk", {"bulb": {"watts": 40}, "arn": "arn:desk"})


def test_an_unknown_type_is_named() -> None:
    with pytest.raises(DeploymentError, match=r"aws:moon/rocket:Rocket 'x': nothing here knows"):
        apply(CONTEXT, "aws:moon/rocket:Rocket", "x", {})


def test_an_input_without_effect_is_an_error() -> None:
    with pytest.raises(DeploymentError, match=r"test:lamp 'desk': .*lost here: bulb\.hue, dimmer$"):
        _apply({"bulb": {"watts": 40, "hue": "warm"}, "dimmer": True})


def test_an_input_that_is_knowingly_ignored_passes() -> None:
    assert _apply({"bulb": {"watts": 40, "maker": "x"}, "colour": {"red": 1}}).id == "id-desk"


def test_an_absent_value_is_no_input() -> None:
    assert _apply({"bulb": {"watts": 40, "hue": None}, "dimmer": None}).id == "id-desk"


def test_a_failure_names_the_resource() -> None:
    with pytest.raises(DeploymentError, match=r"test:lamp 'desk': ValueError: too bright"):
        _apply({"bulb": {"watts": 100}})


def test_blocks_in_lists_are_watched_too() -> None:
    inputs = Inputs({"rules": [{"id": 1, "days": 2}, {"id": 3}]})
    assert [rule["id"] for rule in inputs["rules"]] == [1, 3]
    assert list(inputs.unread()) == ["rules.days"]
    assert inputs.plain("rules") == [{"id": 1, "days": 2}, {"id": 3}]
    assert list(inputs.unread()) == []


def test_every_ignored_input_has_a_reason() -> None:
    assert all(reason for kind in KINDS.values() for reason in kind.ignored.values())


def test_names_are_turned_into_those_of_the_aws_api() -> None:
    wanted = {"ID": "a", "Filter": {"Prefix": "p"}, "Rules": [{"MaxAge": 1}]}
    assert pascal({"id": "a", "filter": {"prefix": "p"}, "rules": [{"maxAge": 1}]}, {"id": "ID"}) == wanted


def test_provider_functions_are_known_by_name() -> None:
    assert answer(CONTEXT, "aws:index/getRegion:getRegion")["region"] == "us-east-1"
    with pytest.raises(DeploymentError, match="getMoon"):
        answer(CONTEXT, "aws:index/getMoon:getMoon")
