import importlib
import json
import shutil
import traceback
import zipfile
from pathlib import Path

import pytest

from local import emulator_process
from local.emulator_process import error_type


class _CustomError(Exception):
    """Of this module, as an application's own exceptions are of theirs."""


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (KeyError("key"), "KeyError"),
        (_CustomError("two\nlines: here"), "_CustomError"),
        (_CustomError(), "_CustomError"),
        (ValueError("ends with a newline\n"), "ValueError"),
    ],
)
def test_a_failure_is_named_by_its_exception(error: Exception, name: str) -> None:
    with pytest.raises(type(error)) as caught:
        raise error
    trace = "".join(traceback.format_exception(caught.value))
    assert error_type(str(error), f"a line of the log\n{trace}") == name


def test_a_worker_that_died_is_an_exit() -> None:
    assert error_type("Worker process died", "a line of the log\nWorker process died") == "Runtime.ExitError"


def test_a_restart_takes_up_queues_where_they_were_but_streams_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    lambda_svc = importlib.import_module("ministack.services.lambda_svc")
    restored: list[object] = []
    monkeypatch.setattr(lambda_svc, "_restore_esm_positions", lambda positions, _data: restored.append(positions))
    emulator_process._forget_stream_positions()
    lambda_svc._restore_esm_positions(lambda_svc._dynamodb_stream_positions, {"mapping": 7})
    lambda_svc._restore_esm_positions(lambda_svc._kinesis_positions, {"mapping": 7})
    assert len(restored) == 1
    assert restored[0] is lambda_svc._kinesis_positions


def test_a_token_that_is_refreshed_names_the_groups_of_its_user(monkeypatch: pytest.MonkeyPatch) -> None:
    cognito = importlib.import_module("ministack.services.cognito")
    monkeypatch.setattr(cognito, "_get_pool_unscoped", {"pool": {"_users": {"anna": {"_groups": ["author"]}}}}.get)
    monkeypatch.setattr(cognito, "_signed_jwt", lambda claims, *_: json.dumps(claims))
    # What it was stays: the emulator's own function is put back.
    monkeypatch.setattr(cognito, "_fake_token", cognito._fake_token)
    refreshed = ("sub", "pool", "client", "id")
    assert "cognito:groups" not in json.loads(cognito._fake_token(*refreshed, username="anna"))

    emulator_process._keep_groups()
    assert json.loads(cognito._fake_token(*refreshed, username="anna"))["cognito:groups"] == ["author"]
    assert "cognito:groups" not in json.loads(cognito._fake_token(*refreshed, username="berta"))


def test_processes_of_a_function_share_what_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folders = []
    for number, text in enumerate(("one", "one", "two")):
        file = tmp_path / f"{number}.zip"
        with zipfile.ZipFile(file, "w") as made:
            made.writestr("package/module.py", text)
        folders.append(tmp_path / str(number) / "code")
        folders[-1].mkdir(parents=True)
        with emulator_process.SharedArchive(file) as archive:
            archive.extractall(folders[-1])
    modules = [folder / "package" / "module.py" for folder in folders]
    assert [module.read_text() for module in modules] == ["one", "one", "two"]
    assert modules[0].samefile(modules[1])
    shutil.rmtree(tmp_path / "0")  # as the emulator does when a process has ended
    assert modules[1].read_text() == "one"
