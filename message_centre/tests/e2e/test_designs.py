"""What the visual editor makes of designs, of starters and of any shape, judged by the platform's own validator."""

import functools
import json
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest

from chalicelib.adapters.css import CssInline
from chalicelib.templates.links import SCHEMES
from chalicelib.templates.model import TemplateStatus, TemplateVersion
from chalicelib.templates.validation import Verdict, judge
from message_centre.tests.e2e.browser import NODE, WEB

_UNSUBSCRIBE = "https://mail.example.com/u/1"
_NASTY = "<b>\"'&{{ 7 * 7 }}#}"
_PEOPLE = (
    {"first_name": "Anna", "city": "Bremen", "code": "A 1", "link": "https://l.example.com/"},
    {"first_name": _NASTY, "city": "", "code": _NASTY, "link": "https://l.example.com/?a=<b>"},
)


@functools.cache
def _sources() -> list[dict[str, Any]]:
    made = subprocess.run([str(NODE), "tools/designs.ts"], cwd=WEB, capture_output=True, check=True)
    sources: list[dict[str, Any]] = json.loads(made.stdout)
    return sources


@dataclass
class _Page(HTMLParser):
    """The links of a mail, its elements, and whether they are well nested."""

    def __post_init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.open: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        values = dict(attrs)
        if tag == "a":
            self.links.append(values["href"] or "")
        if tag == "table":
            assert values.get("role") == "presentation"
        if tag == "img":
            assert values.get("alt") is not None
        if tag not in {"meta", "img", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _judged(source: dict[str, Any]) -> Verdict:
    version = TemplateVersion(
        "tpl_1", 1, TemplateStatus.VALIDATING, source["subject"], "k", datetime.now(UTC), preheader=source["preheader"]
    )
    return judge(version, source["html"].encode(), CssInline())


def test_platform_takes_every_design_without_a_remark_and_renders_it_whole() -> None:
    sources = _sources()
    assert len(sources) > 200
    for source in sources:
        verdict = _judged(source)
        assert verdict.findings == (), source["name"]
        assert verdict.content is not None
        for fields in _PEOPLE:
            mail = verdict.content.render({"email": "anna@example.com", "unsubscribe_url": _UNSUBSCRIBE, **fields})
            assert "message-centre design" not in mail.html
            page = _Page()
            page.feed(mail.html)
            page.close()
            assert page.open == [], source["name"]
            assert not page.tags & {"script", "b", "form"}, source["name"]
            assert page.links.count(_UNSUBSCRIBE) == 1
            assert {link.partition(":")[0] for link in page.links} <= SCHEMES, page.links
            assert _UNSUBSCRIBE in mail.text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("newsletter-en", ["Hello Anna, here is what is new", "- Something to smile about"]),
        ("offer-de", ["20 % auf alles", "DANKE20"]),
        ("receipt-en", ["Thank you for your order", "£ 44.90"]),
    ],
)
def test_plain_text_of_a_starter_says_what_the_mail_says(name: str, words: list[str]) -> None:
    source = next(one for one in _sources() if one["name"] == name)
    content = _judged(source).content
    assert content is not None
    mail = content.render({"email": "anna@example.com", "unsubscribe_url": _UNSUBSCRIBE, "first_name": "Anna"})
    for each in words:
        assert each in mail.text
        assert each.removeprefix("- ") in mail.html
    assert len(mail.html.encode()) < 30_000
