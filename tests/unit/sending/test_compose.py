"""The mail of a message: what the file, the template and the platform each put into it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache

import pytest

from chalicelib.messages.model import Message
from chalicelib.sending.compose import composer
from chalicelib.sending.model import RenderedMail, SendOrder
from chalicelib.sending.open_group import RenderFailedError
from chalicelib.templates.headers import MAX_HEADERS
from chalicelib.templates.rendering import CompiledContent, RenderError, compile_content

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CAMPAIGN = "cmp_01k9xq8z0v5w3r7t2y4n6m8p0s"
TEXT = "{{ email }} {{ unsubscribe_url }}"


class Links:
    def link(self, message_id: str, topic: str | None = None) -> str:
        del topic
        return f"https://example.com/u/{message_id}"


def order(
    *, subject: str = "Hi", html: str = "<p>Hi</p>", text: str = "Hi", headers: Mapping[str, str] | None = None
) -> SendOrder:
    return SendOrder(CAMPAIGN, "Shop <shop@example.com>", subject, html, text, headers=tuple((headers or {}).items()))


def message(**fields: str) -> Message:
    return Message(CAMPAIGN, 0, 7, "zoe@xn--bcher-kva.example", NOW, fields)


def compose(what: SendOrder, **fields: str) -> RenderedMail:
    return composer(compile_content, RenderError, Links())(what)(message(**fields))


def test_the_envelope_is_always_the_address_and_email_is_what_the_file_says() -> None:
    mail = compose(order(text=TEXT), email="zoe@bücher.example")
    assert mail.recipient == "zoe@xn--bcher-kva.example"
    assert mail.text.startswith("zoe@bücher.example ")


def test_email_is_the_address_when_the_file_says_nothing_else() -> None:
    assert compose(order(text=TEXT)).text.startswith("zoe@xn--bcher-kva.example ")


def test_no_column_replaces_the_unsubscribe_link() -> None:
    link = Links().link(message().message_id)
    mail = compose(order(text=TEXT), unsubscribe_url="https://evil.example")
    assert mail.text.endswith(link)
    assert dict(mail.headers)["List-Unsubscribe"] == f"<{link}>"


def test_a_templates_headers_stand_beside_those_of_the_platform() -> None:
    mail = compose(order(headers={"X-Plan": "{{ plan }}", "X-Empty": "{{ none|default('') }}"}), plan="a\r\nBcc: b")
    names = [name for name, _ in mail.headers]
    assert names == ["X-Plan", "List-Unsubscribe", "List-Unsubscribe-Post"]
    assert dict(mail.headers)["X-Plan"] == "a Bcc: b"
    assert dict(mail.headers)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_as_many_headers_as_a_template_may_have_fit_into_what_ses_takes() -> None:
    mail = compose(order(headers={f"X-{number}": "x" for number in range(MAX_HEADERS)}))
    assert len(mail.headers) == 15


def test_only_html_is_escaped() -> None:
    mail = compose(order(subject="{{ x }}", html="<p>{{ x }}</p>", text="{{ x }}"), x="C&A")
    assert (mail.subject, mail.html, mail.text) == ("C&A", "<p>C&amp;A</p>", "C&A")


def test_a_link_of_the_file_with_a_dangerous_scheme_fails_this_message_only() -> None:
    render = composer(compile_content, RenderError, Links())(order(html='<a href="{{ url }}">x</a>'))
    with pytest.raises(RenderFailedError, match="html: a link"):
        render(message(url="javascript:alert(1)"))
    assert 'href="https://e.example/?a=1&amp;b=2"' in render(message(url="https://e.example/?a=1&b=2")).html


def test_a_worker_compiles_a_template_once_for_all_parts() -> None:
    compiled: list[str] = []

    @lru_cache(maxsize=2)
    def compile_once(subject: str, html: str, text: str, headers: tuple[tuple[str, str], ...] = ()) -> CompiledContent:
        compiled.append(subject)
        return compile_content(subject, html, text, headers)

    prepare = composer(compile_once, RenderError, Links())
    for _ in range(3):
        prepare(order())(message())
        prepare(order(subject="Other"))(message())
    assert compiled == ["Hi", "Other"]
