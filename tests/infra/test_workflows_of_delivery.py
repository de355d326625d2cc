"""The workflows of delivery: nothing stored that opens AWS, nothing deployed that was not checked."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).resolve().parents[2] / ".github" / "workflows"
FILES = sorted(path.name for path in FOLDER.glob("*.yml"))


def _workflow(name: str) -> dict[Any, Any]:
    workflow: dict[Any, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return workflow


def _checked(*files: Path) -> subprocess.CompletedProcess[str]:
    """Hold files to GitHub's schema of workflows, which comes with the package."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    return subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=False)


def test_workflows_are_what_github_takes() -> None:
    checked = _checked(*(FOLDER / name for name in FILES))
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("runs-on:", "run-on:"), ("types:", "typos:"), ("timeout-minutes: 90", "timeout-minutes: soon")],
)
def test_what_github_does_not_take_is_found(right: str, wrong: str, tmp_path: Path) -> None:
    text = (
        (FOLDER / "checks.yml")
        .read_text(encoding="utf-8")
        .replace("pull_request:", "pull_request:\n    types: [opened]")
    )
    assert right in text
    faulty = tmp_path / "checks.yml"
    faulty.write_text(text.replace(right, wrong), encoding="utf-8")
    assert _checked(faulty).returncode == 1


_EXPRESSION = re.compile(r"\$\{\{ *(.+?) *\}\}")
_KNOWN = re.compile(
    r"(github\.ref|runner\.os|(vars|secrets)\.[A-Z_]+|inputs\.(?P<input>[a-z]+)|hashFiles\('(?P<file>[^']+)'\))"
    r"( \|\| '[a-z]+')?"
)


@pytest.mark.parametrize("name", FILES)
def test_expressions_name_what_there_is(name: str) -> None:
    workflow = _workflow(name)
    inputs = {key for event in workflow[True].values() if event for key in event.get("inputs", {})}
    for expression in _EXPRESSION.findall((FOLDER / name).read_text(encoding="utf-8")):
        known = _KNOWN.fullmatch(expression)
        assert known, expression
        assert known["input"] is None or known["input"] in inputs
        assert known["file"] is None or (FOLDER.parents[1] / known["file"]).is_file()


@pytest.mark.parametrize("name", FILES)
def test_a_workflow_may_read_and_each_job_that_may_more_says_so(name: str) -> None:
    workflow = _workflow(name)
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert job.get("permissions", {"contents": "read"}).items() <= {"contents": "read", "id-token": "write"}.items()


@pytest.mark.parametrize("name", FILES)
def test_no_key_of_aws_is_stored_and_no_input_becomes_a_command_of_somebody_else(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert "AWS_ACCESS_KEY_ID" not in text
    assert "AWS_SECRET_ACCESS_KEY" not in text
    assert not re.search(r"run:.*\$\{\{ *github\.event", text)


def test_nothing_is_deployed_before_it_was_checked_and_previewed() -> None:
    jobs = _workflow("release.yml")["jobs"]
    assert jobs["preview"]["needs"] == "checks"
    assert jobs["deploy"]["needs"] == "preview"
    assert jobs["checks"]["uses"].endswith("checks.yml")
    assert [step["run"] for step in _workflow("checks.yml")["jobs"]["test"]["steps"] if "run" in step] == ["make test"]


def test_what_is_called_with_inputs_takes_them() -> None:
    release, called = _workflow("release.yml"), _workflow("pulumi.yml")
    takes = called[True]["workflow_call"]["inputs"]  # YAML 1.1 reads `on` as true
    for name in ("preview", "deploy"):
        assert release["jobs"][name]["with"].keys() == takes.keys()
