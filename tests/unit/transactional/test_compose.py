"""How a request becomes a mail."""

from dataclasses import replace

import pytest

from chalicelib.kernel.errors import InvalidInputError
from chalicelib.templates.model import TemplateNotFoundError, TemplateNotReadyError, TemplateStatus
from chalicelib.transactional.compose import Composed
from chalicelib.transactional.request import InlineContent, MailRequest, TemplateUse
from tests.unit.transactional.stage import RESET, TEMPLATE, USE, Stage

RENDERED = replace(RESET, content=TemplateUse(TEMPLATE, fields={"name": "Zoë & Co", "code": "4711"}))


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.template(
        "Code for {{ name }}",
        "<p>{{ name }}: {{ code }} for {{ email }}</p>",
        "{{ name }}: {{ code }}",
        (("X-Flow", "reset"), ("X-Name", "{{ name }}")),
    )
    return stage


def compose(stage: Stage, request: MailRequest) -> Composed:
    return stage.composer.compose(request)


def faults(stage: Stage, request: MailRequest) -> list[str]:
    """Send a request that cannot be taken; return where its faults are."""
    with pytest.raises(InvalidInputError) as refusal:
        stage.send(request)
    assert stage.empty, "nothing was stored"
    return [error.pointer for error in refusal.value.errors]


def test_inline_content_is_sent_as_it_is(stage: Stage) -> None:
    mail = compose(stage, RESET).mail
    assert (mail.subject, mail.html, mail.text) == ("Your code", "<p>4711 &amp; {{ done }}</p>", "4711")
    assert (mail.sender, mail.recipient) == ("Shop <login@example.com>", "Anna@example.org")
    only_text = compose(stage, replace(RESET, content=InlineContent("Code", text="4711"))).mail
    assert (only_text.html, only_text.text) == ("", "4711")


def test_a_template_is_rendered_with_the_fields_and_the_address(stage: Stage) -> None:
    made = compose(stage, RENDERED)
    assert made.template_version == 1
    assert made.mail.subject == "Code for Zoë & Co"
    assert made.mail.html == "<p>Zoë &amp; Co: 4711 for Anna@example.org</p>"
    assert made.mail.text == "Zoë & Co: 4711"
    assert made.mail.headers == (("X-Flow", "reset"), ("X-Name", "=?utf-8?b?Wm/DqyAmIENv?="))


def test_a_version_is_read_and_compiled_once(stage: Stage) -> None:
    for _ in range(3):
        compose(stage, RENDERED)
    assert stage.objects.reads == 1


def test_own_headers_replace_those_of_the_template(stage: Stage) -> None:
    made = compose(stage, replace(RENDERED, headers=(("x-flow", "login"), ("References", "<ä@example.org>"))))
    assert dict(made.mail.headers).keys() == {"X-Name", "x-flow", "References"}
    assert dict(made.mail.headers)["x-flow"] == "login"
    assert dict(made.mail.headers)["References"].isascii()


def test_names_and_international_domains_are_encoded(stage: Stage) -> None:
    mail = compose(stage, replace(RESET, sender_name="Bücher, Müller", to="anna@bücher.example")).mail
    assert mail.sender.isascii()
    assert mail.sender.endswith("<login@example.com>")
    assert mail.recipient == "anna@xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("change", "pointers"),
    [
        ({"to": "anna"}, ["/to"]),
        ({"to": "anna@localhost"}, ["/to"]),
        ({"to": "änna@example.org"}, ["/to"]),
        ({"to": "Anna <anna@example.org>"}, ["/to"]),
        ({"content": InlineContent("Code")}, ["/inline"]),
        ({"content": InlineContent("Code", "", "")}, ["/inline"]),
        ({"tags": (("message_id", "x"), ("campaign_id", "x"))}, ["/tags/message_id", "/tags/campaign_id"]),
        ({"headers": (("Bcc", "x@example.org"),)}, ["/headers/Bcc"]),
        ({"headers": (("List-Unsubscribe", "<https://example.org>"),)}, ["/headers/List-Unsubscribe"]),
        ({"headers": (("X-A", "1"), ("x-a", "2"))}, ["/headers/x-a"]),
        ({"headers": (("X-A", " \r\n "),)}, ["/headers/X-A"]),
        ({"headers": (("X-A", "x" * 993),)}, ["/headers/X-A"]),
        ({"headers": (("X:A", "1"),)}, ["/headers/X:A"]),
        ({"content": TemplateUse(TEMPLATE)}, ["/template/fields/code", "/template/fields/name"]),
        ({"content": TemplateUse(TEMPLATE, fields={"name": "", "code": "x" * 70_000})}, ["/template/fields"]),
    ],
)
def test_each_fault_is_named_and_nothing_is_stored(
    stage: Stage, change: dict[str, object], pointers: list[str]
) -> None:
    assert faults(stage, replace(RESET, **change)) == pointers  # type: ignore[arg-type]  # names are the request's own


def test_a_header_cannot_begin_another(stage: Stage) -> None:
    mail = compose(stage, replace(RESET, headers=(("X-A", "1\r\nBcc: x@example.org"),))).mail
    assert mail.headers == (("X-A", "1 Bcc: x@example.org"),)


def test_there_may_be_no_more_headers_than_ses_takes(stage: Stage) -> None:
    many = tuple((f"X-{number}", "1") for number in range(12))
    assert len(compose(stage, replace(RESET, headers=(*many, ("X-12", "1")))).mail.headers) == 13
    assert faults(stage, replace(RENDERED, headers=many)) == ["/headers"]


def test_a_template_that_is_not_ready_is_not_remembered(stage: Stage) -> None:
    with pytest.raises(TemplateNotFoundError):
        stage.send(replace(RESET, content=TemplateUse(TEMPLATE, 2)))
    ready = stage.template_items.items[TEMPLATE, 1]
    stage.template_items.items[TEMPLATE, 1] = replace(ready, status=TemplateStatus.VALIDATING)
    with pytest.raises(TemplateNotReadyError):
        stage.send(RENDERED)
    stage.template_items.items[TEMPLATE, 1] = ready
    assert stage.send(RENDERED).template_version == 1
    assert stage.mails == 1


def test_an_answered_request_needs_its_template_no_more(stage: Stage) -> None:
    first = stage.send(RENDERED)
    stage.template_items.items.clear()
    stage.objects.items.clear()
    assert stage.send(RENDERED, USE) == first
