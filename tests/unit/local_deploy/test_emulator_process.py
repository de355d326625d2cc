import traceback

import pytest

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
