import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.templates.html_reading import UnreadableHtmlError
from chalicelib.templates.plaintext import text_template
from chalicelib.templates.rendering import ContentRefusedError, compile_content


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<h1>Title</h1><p>One\n  two</p><p>Three</p>", "Title\n\nOne two\n\nThree"),
        ("<div><div>a</div><div>b</div></div>c", "a\nb\nc"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("<ul><li>a</li><li>b</li></ul><ol><li>x<li>y</ol>", "- a\n- b\n\n1. x\n2. y"),
        ('<a href="https://e.example/?a=1&amp;b=2">Go <b>on</b></a>', "Go on (https://e.example/?a=1&b=2)"),
        ('<a href="https://e.example">https://e.example</a>', "https://e.example"),
        ('<a href="mailto:a@e.example">a@e.example</a>', "a@e.example"),
        ('<a href="#top">Up</a> <a>none</a>', "Up none"),
        ('<a href="https://e.example"><img src="x" alt="Logo"></a>', "Logo (https://e.example)"),
        ('<a href="https://e.example"><img src="x"></a>', "https://e.example"),
        ('<img src="pixel.gif" alt="">x', "x"),
        ("<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>", "A  B\n1  2"),
        ('<table role="presentation"><tr><td>1</td><td>2</td></tr></table>', "1\n2"),
        ("&lt;b&gt; &amp; &eacute;&nbsp;x", "<b> & é x"),
        ("<head><title>t</title><style>a{b:c}</style></head><script>x()</script>y", "y"),
        ('<div style="display:none">pre</div><span hidden>x</span>y', "y"),
        ('<div style="DISPLAY : none"><p>pre<br></p></div>y', "y"),
        ("a<hr>b", "a\n\n---\n\nb"),
        ("<!-- note -->a<!--[if mso]>b<![endif]-->", "a"),
        ("Hi {{ first_name|default('}}') }}, {{ a }}", "Hi {{ first_name|default('}}') }}, {{ a }}"),
        ('<a href="{{ unsubscribe_url }}">Leave</a>', "Leave ({{ unsubscribe_url }})"),
        ("{% if a < b %}<p>x</p>{% endif %}", "{% if a < b %}\nx\n\n{% endif %}"),
        ("<style>{% set a = 'x' %}</style><p>{{ a }}</p>", "{% set a = 'x' %}\n{{ a }}"),
        ("<!-- {% set a = 'x' %} --><p>{{ a }}</p>", "{% set a = 'x' %}\n{{ a }}"),
        ("{# note #}x", "x"),
        ("x\u200b\u00ad\u034fy", "xy"),
        (
            "<a href='https://e.example/?q={{ q }}&r={{ r|urlencode }}'>Go</a>",
            "Go (https://e.example/?q={{ (q)|urlencode }}&r={{ r|urlencode }})",
        ),
        ("<a href='https://e.example/?q={{- -q -}}'>Go</a>", "Go (https://e.example/?q={{ (-q)|urlencode }})"),
        ("<a href='https://e.example/{{ q }}'>{{ q }}</a>", "{{ q }} (https://e.example/{{ q }})"),
        ("", ""),
        ("</p></a></table>x", "x"),
        ("<a href='https://e.example'>open", "open (https://e.example)"),
        (
            "<a href='https://e.example/1'>one<a href='https://e.example/2'>two</a>",
            "one (https://e.example/1)two (https://e.example/2)",
        ),
        ("1 < 2, 3 <4 & x", "1 < 2, 3 <4 & x"),
    ],
)
def test_html_becomes_readable_text(html: str, text: str) -> None:
    assert text_template(html).strip() == text


@pytest.mark.parametrize("html", ["&#123;&#123; x }}", "{% raw %}{{ x }}{% endraw %}", "{&#123; x }}"])
def test_braces_that_are_no_expression_do_not_become_one(html: str) -> None:
    assert compile_content("s", "", text_template(html)).render({}).text == "{{ x }}\n"


_PIECES = st.sampled_from(
    [
        *("<p>", "</p>", "<div hidden>", "</div>", "<a href='{{ u }}'>", "</a>", "<table>", "<tr>", "<td>", "</table>"),
        *("<pre>", "{{ x }}", "text", "&#123;", "{", "%}", "\n", "<li>", "<ul>", "</ul>", "<br>", "<!--", "-->"),
        "<img alt='{{ x }}'>",
    ]
)


@given(st.lists(_PIECES, max_size=20).map("".join))
def test_text_made_of_any_html_compiles_and_reads_no_more_than_the_html(html: str) -> None:
    try:
        variables = compile_content("s", html, "").variables
        text = text_template(html)
    except (ContentRefusedError, UnreadableHtmlError):
        return
    assert set(compile_content("s", "", text).variables) <= set(variables)


@pytest.mark.parametrize(
    "unit", ["<a ", "<a x='", "<!--", "<script>&", "<![CDATA[", "<", "<div>", "</b>", "<a>x</a></a>", " \n"]
)
def test_html_is_read_in_linear_time(unit: str) -> None:
    started = time.process_time()
    with suppress(UnreadableHtmlError):
        text_template(unit * (200_000 // len(unit)))
    assert time.process_time() - started < 10


def test_long_expressions_in_links_are_read_in_linear_time() -> None:
    started = time.process_time()
    text_template("<a href='https://e.example/?q={{ a" + " " * 500_000 + "}}'>Go</a>")
    text_template("<a href='https://e.example/" + "{{ a }}x" * 20_000 + "'>Go</a>")
    assert time.process_time() - started < 10
