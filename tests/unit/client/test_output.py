"""What the commands print: nothing that steers a terminal, and JSON that holds everything."""

import json

import pytest

from emailplatform.commands.following import with_seconds
from emailplatform.commands.output import Output, plain, shown

HOSTILE = {"name": "[red]Spring[/red] :smile: \x1b]0;owned\x07", "n": 1}


def test_what_other_people_wrote_does_not_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output()
    output.listing([HOSTILE], ("name", "n"))
    output.document(HOSTILE)
    output.tell(HOSTILE["name"])  # type: ignore[arg-type]
    output.fail(HOSTILE["name"])  # type: ignore[arg-type]
    printed = capsys.readouterr()
    for text in (printed.out, printed.err):
        assert text.count("[red]Spring[/red] :smile: ") == 2
        assert not {"\x1b", "\x07"} & set(text)


def test_machines_get_it_all_and_only_it(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(as_json=True)
    output.tell("on the way")
    output.listing([HOSTILE], ("n",))
    output.fail("no", {"status": 404})
    printed = capsys.readouterr()
    assert json.loads(printed.out) == [HOSTILE]
    assert json.loads(printed.err) == {"error": "no", "status": 404}


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (True, "yes"), (1234567, "1,234,567"), (0.25, "0.25"), ([], "-"), ({"a": 1, "b": None}, "a 1, b -")],
)
def test_values_are_written_for_people(value: object, text: str) -> None:
    assert shown(value) == text


def test_letters_of_all_scripts_stay() -> None:
    assert plain("Müller 株式会社 😀\n") == "Müller 株式会社 😀\n"


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("2030-03-01 09:00", "2030-03-01T09:00:00"),
        ("2030-03-01T09:00+01:00", "2030-03-01T09:00:00+01:00"),
        ("2030-03-01T09:00Z", "2030-03-01T09:00:00Z"),
        ("2030-03-01T09:00:30", "2030-03-01T09:00:30"),
        ("tomorrow", "tomorrow"),
    ],
)
def test_a_time_may_be_without_seconds(given: str, sent: str) -> None:
    assert with_seconds(given) == sent
