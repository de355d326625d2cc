"""Amazon States Language files: strict rendering, and a check of what AWS would only find while running.

The files are valid JSON by themselves: ``"${name}"`` as a whole value becomes the value with its type, within a longer
string its text. `string.Template` cannot be used, for it trips over the ``$$.`` of the context object.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "stepfunctions"
_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
_TERMINAL = frozenset({"Succeed", "Fail"})
_NEVER_FAILS = frozenset({"Choice", "Wait", "Pass", *_TERMINAL})

Definition = dict[str, Any]


class RenderError(Exception):
    """Names and placeholders do not match one another."""


def load(name: str) -> Definition:
    """Read ``stepfunctions/<name>.asl.json``."""
    definition: Definition = json.loads((FOLDER / f"{name}.asl.json").read_text(encoding="utf-8"))
    return definition


def placeholders(node: Any) -> set[str]:
    """Return the names that a definition leaves open."""
    return {name for text in _strings(node) for name in _PLACEHOLDER.findall(text)}


def render(definition: Definition, values: Mapping[str, str | int]) -> Definition:
    """Fill in every placeholder.

    Raises:
        RenderError: a placeholder has no value, or a value no placeholder.
    """
    open_names = placeholders(definition)
    if missing := sorted(open_names - values.keys()):
        raise RenderError(f"no value for {', '.join(missing)}")
    if unused := sorted(values.keys() - open_names):
        raise RenderError(f"nothing uses {', '.join(unused)}")
    rendered: Definition = _fill(definition, values)
    return rendered


def faults(machine: Definition) -> list[str]:
    """Return what is wrong with a definition: targets, reachability, and that no task may hang or fail unheard."""
    found = _graph_faults("", machine)
    names = [name for name, _ in _named_states(machine)]
    found += [f"{name} is the name of two states" for name in sorted({n for n in names if names.count(n) > 1})]
    for name, state in tasks(machine):
        found += [f"{name} has no {needed}" for needed in ("TimeoutSeconds", "Retry", "Catch") if needed not in state]
        found += [
            f"{name} retries in step with its siblings: no JitterStrategy"
            for retrier in state.get("Retry", [])
            if retrier.get("MaxAttempts") != 0 and retrier.get("JitterStrategy") != "FULL"
        ]
    return found


def tasks(machine: Definition) -> Iterator[tuple[str, Definition]]:
    """Walk through every Task state, those inside of maps included."""
    return ((name, state) for name, state in _named_states(machine) if state["Type"] == "Task")


def error_names(machine: Definition) -> set[str]:
    """Return every error that a Retry or Catch names."""
    handlers = [
        handler for _, state in _named_states(machine) for handler in [*state.get("Retry", []), *state.get("Catch", [])]
    ]
    return {name for handler in handlers for name in handler["ErrorEquals"]}


def _named_states(machine: Definition) -> Iterator[tuple[str, Definition]]:
    for name, state in machine["States"].items():
        yield name, state
        if "ItemProcessor" in state:
            yield from _named_states(state["ItemProcessor"])


def _graph_faults(path: str, machine: Definition) -> list[str]:
    states = machine["States"]
    found = []
    reached: set[str] = set()
    waiting = [machine["StartAt"]]
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        if name not in states:
            found.append(f"{path}{name} is named but does not exist")
            continue
        reached.add(name)
        waiting += _followers(states[name])
    found += [f"{path}{name} is never reached" for name in states if name not in reached]
    for name, state in states.items():
        if state["Type"] not in _TERMINAL | {"Choice"} and ("Next" in state) == bool(state.get("End")):
            found.append(f"{path}{name} needs either Next or End")
        if state["Type"] not in _NEVER_FAILS and "Catch" not in state:
            found.append(f"{path}{name} has no Catch")
        if "ItemProcessor" in state:
            found += _graph_faults(f"{path}{name}/", state["ItemProcessor"])
    return found


def _followers(state: Definition) -> list[str]:
    following = [state[key] for key in ("Next", "Default") if key in state]
    return following + [branch["Next"] for key in ("Choices", "Catch") for branch in state.get(key, [])]


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from _strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from _strings(value)


def _fill(node: Any, values: Mapping[str, str | int]) -> Any:
    if isinstance(node, dict):
        return {key: _fill(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [_fill(value, values) for value in node]
    if not isinstance(node, str):
        return node
    if whole := _PLACEHOLDER.fullmatch(node):
        return values[whole[1]]
    return _PLACEHOLDER.sub(lambda match: str(values[match[1]]), node)
