from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.adapters.css import CssInline
from chalicelib.kernel.errors import InvalidInputError, StaleRevisionError
from chalicelib.templates import model
from chalicelib.templates.catalog import TemplateCatalog
from chalicelib.templates.inputs import Sources
from chalicelib.templates.model import (
    TemplateNotFoundError,
    TemplateNotReadyError,
    TemplateSources,
    TemplateStatus,
    TemplateVersion,
)
from chalicelib.templates.service import TemplateService
from tests.fakes.templates import FakeTemplateObjects, FakeTemplates, NoStyles

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
HTML = b'<p>Hello {{ first_name }}, {{ city|default("x") }}</p><a href="{{ unsubscribe_url }}">Unsubscribe</a>'


class At:
    def now(self) -> datetime:
        return NOW


class Stage:
    def __init__(self) -> None:
        self.templates = FakeTemplates()
        self.objects = FakeTemplateObjects()
        self.service = TemplateService(templates=self.templates, objects=self.objects)
        self.catalog = TemplateCatalog(templates=self.templates, objects=self.objects, clock=At())

    def validated(
        self, body: bytes, *, text: str | None = None, subject: str = "Hi {{ first_name }}"
    ) -> TemplateVersion:
        new = self.catalog.create("Welcome", Sources(subject, text))
        self.objects.upload(new.upload.fields["key"], body)
        return self.service.validate(new.version.object_key, "v1", len(body), NoStyles())


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_template_waits_for_its_upload(stage: Stage) -> None:
    new = stage.catalog.create(" Welcome ", Sources("Hi"))
    template, post = new.version, new.upload
    assert (template.status, template.version, new.template.name) == (TemplateStatus.AWAITING_UPLOAD, 1, "Welcome")
    assert post.fields == {"key": f"uploads/{template.template_id}/1/template.html", "Content-Type": "text/html"}
    assert post.max_bytes == model.MAX_HTML_BYTES
    assert model.version_of(template.object_key) == (template.template_id, 1)


@pytest.mark.parametrize(
    ("name", "subject", "text", "pointers"),
    [
        ("", "s", None, ["/name"]),
        ("n", "", None, ["/subject"]),
        ("n", "{{ a.b }}", None, ["/subject"]),
        ("n", "{{", "{{ x() }}", ["/subject", "/text"]),
        ("n", "s", " ", ["/text"]),
        ("n", "s", "x" * 100_001, ["/text"]),
        ("n", "s" * 1001, None, ["/subject"]),
    ],
)
def test_bad_input_is_pointed_at_and_stores_nothing(
    stage: Stage, name: str, subject: str, text: str | None, pointers: list[str]
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        stage.catalog.create(name, Sources(subject, text))
    assert [error.pointer for error in refused.value.errors] == pointers
    assert stage.templates.items == {}


def test_a_good_upload_becomes_ready_with_its_variables_and_a_text(stage: Stage) -> None:
    template = stage.validated(HTML)
    assert template.status is TemplateStatus.READY
    assert template.variables == ("city", "first_name", "unsubscribe_url")
    assert template.required == ("first_name",)
    assert template.findings == ()
    assert (template.text_generated, template.html_bytes, template.object_version) == (True, len(HTML), "v1")
    assert template.text == ('Hello {{ first_name }}, {{ city|default("x") }}\n\nUnsubscribe ({{ unsubscribe_url }})\n')


def test_a_given_text_is_kept(stage: Stage) -> None:
    template = stage.validated(HTML, text="Hello {{ unsubscribe_url }}")
    assert (template.text, template.text_generated) == ("Hello {{ unsubscribe_url }}", False)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<p>M\xfcller</p>", "byte 5 is not UTF-8"),
        (b"<p>\na\0b</p>", "line 2: the file contains a NUL"),
        (b"x" * (model.MAX_HTML_BYTES + 1), "larger than"),
        (b"", "visible"),
        (b"<style>a{}</style><div hidden>x</div>", "visible"),
        (b"<img src='x'>", "alt"),
        (b"<p>x</p>\n<p title='", "HTML, line 2: a tag or comment that begins here is not closed"),
        (b"<p>x</p>\n<style>a{}", "HTML, line 2: a <style>"),
        (b"<p>\n{{ a.b }}</p>", "HTML, line 2: fields are plain texts"),
        (b"<p>{{ a", "HTML, line 1"),
        (b"{% if x is defined %}<p>", "HTML, line 1"),
        (b"<p {% if x is defined %}>a</p>{% else %}>b</p>{% endif %}", "give the plain text"),
    ],
)
def test_a_bad_upload_becomes_invalid_with_the_reason(stage: Stage, body: bytes, words: str) -> None:
    template = stage.validated(body)
    assert template.status is TemplateStatus.INVALID
    assert words in template.findings[0]
    with pytest.raises(TemplateNotReadyError, match="invalid"):
        stage.service.preview(template.template_id, 1, {})


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<p>x</p>", "Nothing links to"),
        (b"<p>x</p><script></script>{{ unsubscribe_url }}", "line 1: `<script>`"),
        (b"{# a\n<b #}<p>x</p>\n<script></script>{{ unsubscribe_url }}", "line 3: `<script>`"),
        (b"<p>x</p>{# {{ unsubscribe_url }} #}<!-- {{ unsubscribe_url }} -->", "The plain text has no link"),
        (b"<p>{{ unsubscribe_url|default('x') }}</p>".replace(b"}}", b"}}{# <form> #}"), None),
        (HTML + b"<!--" + b"x" * 110_000 + b"-->", "Gmail"),
        (HTML + b"{# " + b"x <a " * 30_000 + b"#}", None),
    ],
)
def test_a_usable_upload_has_warnings(stage: Stage, body: bytes, words: str | None) -> None:
    template = stage.validated(body)
    assert template.status is TemplateStatus.READY
    if words is None:
        assert template.findings == ()
    else:
        assert any(words in finding for finding in template.findings)


def test_a_text_without_the_unsubscribe_link_is_a_warning(stage: Stage) -> None:
    assert "plain text" in stage.validated(HTML, text="Hello").findings[0]


def test_a_byte_order_mark_is_not_part_of_the_mail(stage: Stage) -> None:
    template = stage.validated(b"\xef\xbb\xbf" + HTML)
    assert stage.service.content(template.template_id, 1).html == HTML.decode()


def test_the_event_twice_gives_the_same(stage: Stage) -> None:
    template = stage.validated(HTML)
    assert stage.service.validate(template.object_key, "v1", len(HTML), NoStyles()) == template


def test_a_crash_in_between_is_made_good_by_the_next_event(stage: Stage) -> None:
    template = stage.catalog.create("n", Sources("s {{ first_name }}")).version
    with pytest.raises(KeyError):
        stage.service.validate(template.object_key, "v1", 1, NoStyles())
    assert stage.service.get(template.template_id).status is TemplateStatus.VALIDATING
    stage.objects.upload(template.object_key, HTML)
    assert stage.service.validate(template.object_key, "v1", 1, NoStyles()).status is TemplateStatus.READY


def test_a_later_upload_changes_nothing(stage: Stage) -> None:
    template = stage.validated(HTML)
    stage.objects.upload(template.object_key, b"<p>other</p>", "v2")
    assert stage.service.validate(template.object_key, "v2", 12, NoStyles()) == template
    assert stage.service.content(template.template_id, 1).html == HTML.decode()


def test_two_deliveries_at_once_agree(stage: Stage) -> None:
    template = stage.catalog.create("n", Sources("s")).version
    stage.objects.upload(template.object_key, HTML)
    other = TemplateService(templates=stage.templates, objects=stage.objects)
    read = stage.objects.read
    raced: list[str] = []

    def race(key: str, version: str | None, *, max_bytes: int) -> bytes:
        if not raced:
            raced.append(key)
            other.validate(key, version, len(HTML), NoStyles())
        return read(key, version, max_bytes=max_bytes)

    stage.objects.read = race  # type: ignore[method-assign]  # the other delivery runs in between
    done = stage.service.validate(template.object_key, "v1", len(HTML), NoStyles())
    assert (done.status, done.revision) == (TemplateStatus.READY, 3)


@pytest.mark.parametrize("key", ["uploads/x", "uploads/tpl_x/1/template.html", "uploads/x/0/template.html", "a/b/c/d"])
def test_foreign_keys_belong_to_no_template(stage: Stage, key: str) -> None:
    with pytest.raises(TemplateNotFoundError):
        stage.service.validate(key, "v1", 1, NoStyles())


def test_a_preview_shows_the_message(stage: Stage) -> None:
    template = stage.validated(HTML)
    shown = stage.service.preview(template.template_id, None, {"first_name": "<Ana>"})
    assert shown.subject == "Hi <Ana>"
    assert "Hello &lt;Ana&gt;, x" in shown.html
    assert "Hello <Ana>, x" in shown.text
    assert "https://example.com/unsubscribe" in shown.text


def test_a_preview_names_the_fields_that_are_missing(stage: Stage) -> None:
    template = stage.validated(HTML, subject="{{ a }}{{ b }}")
    with pytest.raises(InvalidInputError) as refused:
        stage.service.preview(template.template_id, 1, {"a": "1"})
    assert [error.pointer for error in refused.value.errors] == ["/fields/b", "/fields/first_name"]


def test_a_preview_that_cannot_be_rendered_says_why(stage: Stage) -> None:
    template = stage.validated(HTML)
    with pytest.raises(InvalidInputError, match="characters"):
        stage.service.preview(template.template_id, 1, {"first_name": "x" * 70_000})


def test_content_gives_the_sources_of_a_ready_version_only(stage: Stage) -> None:
    template = stage.catalog.create("n", Sources("s")).version
    with pytest.raises(TemplateNotReadyError, match="awaiting_upload"):
        stage.service.content(template.template_id, 1)
    ready = stage.validated(HTML, text="t {{ unsubscribe_url }}")
    assert stage.service.content(ready.template_id, 1) == TemplateSources(
        "Hi {{ first_name }}", HTML.decode(), "t {{ unsubscribe_url }}"
    )
    with pytest.raises(TemplateNotFoundError, match="version 2 of"):
        stage.service.content(ready.template_id, 2)


def test_the_fake_repository_refuses_a_stale_revision(stage: Stage) -> None:
    template = stage.validated(HTML)
    with pytest.raises(StaleRevisionError):
        stage.templates.save(replace(template, revision=1))


def test_what_is_sent_has_the_styles_in_its_elements_and_the_preheader_at_its_top(stage: Stage) -> None:
    sources = Sources("s", preheader="For {{ city }}", headers={"X-Segment": "{{ segment }}"})
    new = stage.catalog.create("n", sources)
    created, post = new.version, new.upload
    body = b"<style>p{color:red}</style><p>Hello</p>{{ unsubscribe_url }}"
    stage.objects.upload(post.fields["key"], body)
    template = stage.service.validate(created.object_key, "v1", len(body), CssInline())
    assert template.status is TemplateStatus.READY
    assert template.required == ("city", "segment")
    content = stage.service.content(template.template_id, 1)
    assert '<p style="color: red">Hello</p>' in content.html
    assert content.html.index("For {{ city }}") < content.html.index("Hello")
    assert content.headers == (("X-Segment", "{{ segment }}"),)
    shown = stage.service.preview(template.template_id, 1, {"city": "<Rio>", "segment": "a\r\nBcc: b"})
    assert shown.preheader == "For <Rio>"
    assert "For &lt;Rio&gt;" in shown.html
    assert shown.headers == (("X-Segment", "a Bcc: b"),)


@pytest.mark.parametrize(
    ("preheader", "headers", "pointers"),
    [
        (" ", {}, ["/preheader"]),
        ("x" * 501, {}, ["/preheader"]),
        ("{{ a.b }}", {}, ["/preheader"]),
        (None, {"Subject": "x"}, ["/headers/Subject"]),
        (None, {"a/b~": "x"}, ["/headers/a~1b~0"]),
        (None, {"X-A": "{{"}, ["/headers/X-A"]),
        (None, {"X-A": " "}, ["/headers/X-A"]),
        (None, {"X-A": "x" * 1_001}, ["/headers/X-A"]),
        (None, {"X-A": "1", "x-a": "2"}, ["/headers/x-a"]),
        (None, {f"X-{n}": "x" for n in range(14)}, ["/headers"]),
    ],
)
def test_bad_preheaders_and_headers_are_pointed_at(
    stage: Stage, preheader: str | None, headers: dict[str, str], pointers: list[str]
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        stage.catalog.create("n", Sources("s", preheader=preheader, headers=headers))
    assert [error.pointer for error in refused.value.errors] == pointers


def test_the_check_again_stores_the_same_object(stage: Stage) -> None:
    template = stage.validated(HTML)
    assert template.sent_key is not None
    assert template.sent_key == model.sent_key(template.template_id, 1, HTML)
    assert [key for key, _ in stage.objects.items] == [template.object_key, template.sent_key]


def test_a_later_object_under_the_uploads_key_does_not_reach_the_messages(stage: Stage) -> None:
    template = stage.validated(HTML)
    stage.objects.upload(template.object_key, b"<p>other</p>", None)
    assert stage.service.content(template.template_id, 1).html == HTML.decode()
