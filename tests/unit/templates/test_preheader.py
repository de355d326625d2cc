import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.templates.plaintext import text_template
from chalicelib.templates.preheader import with_preheader
from chalicelib.templates.rendering import compile_content


def render(preheader: str, **fields: str) -> str:
    """Render a page that consists of a preheader; return what a mail program shows of it."""
    page = compile_content("s", with_preheader("", preheader), "").render(fields).html
    found = re.fullmatch(r'<div style="display:none;[^"]*">(.*?)(?:&#847;&zwnj;&nbsp;)+</div>', page, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("page", "around"),
    [
        ("<!doctype html><html><head></head><body class='{{ x }}'>\n<p>", ("body class='{{ x }}'>", "\n<p>")),
        ("<!doctype html><head><title>t</title></head><p>", ("</head>", "<p>")),
        ("<!DOCTYPE html>\n<p>", ("<!DOCTYPE html>", "\n<p>")),
        ("{% if x %}<p>{% endif %}", ("", "{% if x %}<p>{% endif %}")),
        ("<!-- <body> --><body><body>x", ("--><body>", "<body>x")),
    ],
)
def test_it_stands_at_the_top_of_the_body(page: str, around: tuple[str, str]) -> None:
    made = with_preheader(page, "Hi")
    hidden = re.search(r"<div style=.*?</div>", made)
    assert hidden
    assert made.replace(hidden[0], "") == page
    assert made.startswith(page[: page.index(around[0]) + len(around[0])] + hidden[0] + around[1][:1])


def test_it_is_plain_text_with_variables() -> None:
    assert render("C&A <b>\n{{ x|upper }} {% if x %}&{% endif %}", x="<i>&") == "C&amp;A &lt;b&gt; &lt;I&gt;&amp; &amp;"


@given(st.text(max_size=30))
def test_no_value_leaves_it(value: str) -> None:
    assert not re.search('[<>"]', render("{{ x }}", x=value))


def test_it_is_no_part_of_the_plain_text() -> None:
    assert text_template(with_preheader("<body><p>Hello</p></body>", "A line")) == "Hello\n"
