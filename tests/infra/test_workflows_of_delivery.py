"""The workflows of delivery: nothing stored that opens AWS, nothing deployed that was not checked."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).resolve().parents[2] / ".github" / "workflows"
FILES = sorted(path.name for path in FOLDER.glob("*.yml"))


def _workflow(name: str) -> dict[Any, Any]:
    workflow: dict[Any, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return workflow


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
