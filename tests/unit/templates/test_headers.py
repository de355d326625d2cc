"""A template's own headers: which names it can have, and that no value leaves its line."""

from email import message_from_bytes, policy
from email.header import decode_header, make_header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.templates.headers import MAX_HEADER_CHARACTERS, header_value, name_problem
from chalicelib.templates.rendering import ContentRefusedError, RenderError, compile_content
from local.ses.rules import parse_submission


@pytest.mark.parametrize("name", ["X-Campaign", "Feedback-ID", "Precedence", "Importance", "In-Reply-To", "X-1"])
def test_headers_of_an_authors_own_are_allowed(name: str) -> None:
    assert name_problem(name) is None


@pytest.mark.parametrize(
    "name",
    [
        *("To", "from", "SUBJECT", "Reply-To", "Date", "Message-ID", "Return-Path", "Cc", "Bcc", "Sender", "Received"),
        *("MIME-Version", "Content-Type", "Content-Anything", "DKIM-Signature", "ARC-Seal", "Resent-To"),
        *("List-Unsubscribe", "List-Unsubscribe-Post", "X-SES-CONFIGURATION-SET", "X-SES-Message-Tags"),
        *("", "X Y", "X:Y", "X\nY", "Ä", "-X", "1", "X" * 127),
    ],
)
def test_headers_that_ses_or_the_platform_sets_and_broken_names_are_refused(name: str) -> None:
    assert name_problem(name)


def headers(source: str, **fields: str) -> dict[str, str]:
    return dict(compile_content("s", "", "", (("X-Note", source),)).render(fields).headers)


def test_a_value_may_have_variables() -> None:
    assert headers("{{ city|default('nowhere') }}:{{ x }}", x="C&A") == {"X-Note": "nowhere:C&A"}


def test_a_field_that_only_a_header_reads_is_one_of_the_variables() -> None:
    content = compile_content("s", "", "", (("X-Note", "{{ a|default('') }}{{ b }}"),))
    assert (content.variables, content.required) == (("a", "b"), ("b",))


def test_an_empty_header_is_left_out() -> None:
    assert headers("{{ x }}", x=" \r\n") == {}


def test_a_header_that_cannot_be_compiled_is_named() -> None:
    with pytest.raises(ContentRefusedError) as refused:
        headers("{{ a.b }}")
    assert list(refused.value.findings) == ["headers/X-Note"]


def test_a_header_that_is_too_long_fails_its_message() -> None:
    longest = "y" * (MAX_HEADER_CHARACTERS - len("X-Note"))
    assert headers("{{ x }}", x=longest) == {"X-Note": longest}
    with pytest.raises(RenderError, match="headers/X-Note: name and value"):
        headers("{{ x }}", x=longest + "y")


def test_other_letters_are_encoded_as_words() -> None:
    value = header_value("Zoë, " + "日本語 " * 20)
    assert value.isascii()
    assert str(make_header(decode_header(value))) == "Zoë, " + ("日本語 " * 20).strip()


@given(st.text(max_size=60))
def test_no_value_begins_another_header_and_ses_takes_each(value: str) -> None:
    line = header_value(f"{value}")
    assert all(" " <= character <= "~" for character in line)
    mail = message_from_bytes(f"X-Note: {line}\r\nX-End: e\r\n\r\nbody".encode(), policy=policy.compat32)
    assert [name for name, _ in mail.items()] == ["X-Note", "X-End"]
    if line:
        request = {
            "FromEmailAddress": "a@example.com",
            "Destination": {"ToAddresses": ["b@example.com"]},
            "Content": {
                "Simple": {
                    "Subject": {"Data": "s"},
                    "Body": {"Text": {"Data": "t"}},
                    "Headers": [{"Name": "X-Note", "Value": line}],
                }
            },
        }
        assert ("X-Note", line) in parse_submission(request).headers
