"""Style sheets become ``style`` attributes, and nothing else of the page changes."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.css import CssInline
from chalicelib.templates.html_reading import UnreadableHtmlError
from chalicelib.templates.inlining import inline_styles
from chalicelib.templates.rendering import ContentRefusedError, compile_content

INLINER = CssInline()


def inlined(source: str) -> str:
    return inline_styles(source, INLINER).html


def styles(source: str) -> list[str]:
    """Return the style attributes that a page gets."""
    return re.findall(' style="([^"]*)"', inlined(source))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<style>p{color:red}</style><p>", ["color: red"]),
        ("<style>.a p{color:red}#b{margin:0}</style><div class=a><p id=b>", ["color: red;margin: 0"]),
        ("<style>p{color:red}.a{color:blue}</style><p class='a'>", ["color: blue"]),
        ("<style>p{color:red}</style><p style='color:blue'>", []),
        ("<style media=screen>p{color:red}</style><p>", ["color: red"]),
        ("<style media=print>p{color:red}</style><p>", []),
        ('<style>p{font-family:"A B"}</style><p>', ["font-family: &#x27;A B&#x27;"]),
        ("<style>p:first-child{color:red}</style><div><p><p></div>", ["color: red"]),
        ("<style>p{color:red}</style><table><tr><td><p><br/><p></table>", ["color: red", "color: red"]),
        ("<style><!-- p{color:red} --></style><p>", ["color: red"]),
        ("<style>p{color:red}</style><!-- <p> --><title><p></title>", []),
        ("<style>p::before{color:red}p:hover{color:red}@media print{p{color:red}}</style><p>", []),
        ("<style></style><p>", []),
        ("<style>}}p{color:red}{</style><p>", []),
        (
            "<link rel=stylesheet href='https://127.0.0.1:1/x.css'><style>@import 'x.css';b{color:red}</style><b>",
            ["color: red"],
        ),
    ],
)
def test_an_element_gets_the_declarations_of_the_rules_that_meet_it(source: str, expected: list[str]) -> None:
    assert styles(source) == expected


@pytest.mark.parametrize(
    ("tag", "result"),
    [
        ("<p style='color:blue;margin:0'>", "<p style='color: red;color:blue;margin:0'>"),
        ("<p style=color:blue>", '<p style="color: red;color:blue">'),
        ("<p style=''>", "<p style='color: red;'>"),
        ("<p  title='{{ x }}'\n class='a'>", "<p style=\"color: red\"  title='{{ x }}'\n class='a'>"),
        (
            "<p style='width:{{ w }}px{% if x %};margin:0{% endif %}'>",
            "<p style='color: red;width:{{ w }}px{% if x %};margin:0{% endif %}'>",
        ),
    ],
)
def test_an_elements_own_declarations_stand_last_and_win(tag: str, result: str) -> None:
    style = "<style>p{color:red}</style>"
    assert inlined(style + tag) == style + result


def test_rules_for_certain_clients_and_readers_stay_and_still_win() -> None:
    source = (
        "<style>a{color:red}a:hover{color:blue}@media (max-width:9px){a{color:green; margin:0 !important}}</style><a>"
    )
    assert inlined(source) == (
        "<style>a{color:red}a:hover{color:blue}a:hover{color:blue !important}"
        "@media (max-width:9px){a{color:green !important; margin:0 !important}}</style>"
        '<a style="color: red">'
    )


@pytest.mark.parametrize(
    "style",
    [
        "<style>p{color:{{ x }}}</style>",
        "<style>{% if x %}p{color:red}{% endif %}</style>",
        "{% if x %}<style>p{color:red}</style>{% endif %}",
        "<style {% if x %}media='print'{% endif %}>p{color:red}</style>",
    ],
)
def test_a_style_sheet_that_depends_on_the_recipient_stays_as_it_is(style: str) -> None:
    result = inline_styles(f"<b>\n{style}<p>", INLINER)
    assert result.html == f"<b>\n{style}<p>"
    assert "line 2: this `<style>` depends" in result.warnings[0]


@pytest.mark.parametrize(
    "tag",
    [
        "<p class='{{ x }}'>",
        "<p class='a {% if x %}b{% endif %}'>",
        "<p {% if x %}class='a'{% endif %}>",
        "<p id='{{ x }}'>",
    ],
)
def test_an_element_whose_classes_depend_on_the_recipient_stays_as_it_is(tag: str) -> None:
    source = f"<style>p{{color:red}}.b{{color:blue}}</style>{tag}"
    assert inlined(source) == source


def test_rules_about_neighbours_stay_where_statements_decide_which_there_are() -> None:
    rules = "<style>p+p{margin:0}p{color:red}</style>"
    assert styles(rules + "<p></p><p></p>") == ["color: red", "color: red;margin: 0"]
    assert styles(rules + "<p></p>{% if x %}<p></p>{% endif %}") == ["color: red", "color: red"]


def test_nothing_but_attributes_changes() -> None:
    source = (
        "<!DOCTYPE html><HTML><head><style>td{margin:0}</style></head><body>"
        "<!--[if mso]><table><tr><td><![endif]-->\r\n"
        "<table>{% for a in ['<', 'b'] %}<tr><td>{{ a }} &nbsp;&amp; {# <td> #}{% raw %}{{ x }}{% endraw %}</tr>"
        "{%- endfor %}</table><p/>a<br></BODY></HTML>\n"
    )
    result = inlined(source)
    assert result.count(' style="margin: 0"') == 1
    assert result.replace(' style="margin: 0"', "") == source.replace("\r\n", "\n")


@given(
    st.lists(
        st.sampled_from(
            [
                *("<p>", "</p>", "<div class='a'>", "</div>", "<table>", "<tr>", "<td style='x:y'>", "</table>", "<b>"),
                *("{{ x }}", "{% if x %}", "{% endif %}", "{# c #}", "text", "\n", "<li>", "<br>", "<!-- c -->", "{"),
                *(
                    "<p {% if x %}id='a'{% endif %}>",
                    "<style>p{color:red}</style>",
                    "</b>",
                    "<a title='{{ x }}'>",
                    "&lt;",
                ),
            ]
        ),
        max_size=20,
    ).map("".join)
)
def test_a_page_renders_as_before_apart_from_its_styles(page: str) -> None:
    source = "<style>p,.a,td,b{color:red}</style>" + page
    try:
        before = compile_content("s", source, "").render({"x": "1"}).html
    except (ContentRefusedError, UnreadableHtmlError):
        return
    after = compile_content("s", inlined(source), "").render({"x": "1"}).html
    assert re.sub(' style="color: red"|color: red;', "", after) == before


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 100_000,
        "<div><b></div>" * 30_000,
        "<p><b>" * 30_000,
        ("<b>" * 200 + "<p>" * 90) * 80,
        "<p></p>" * 60_000,
        "<table><tr><td>" * 5_000,
    ],
)
def test_pages_that_could_stall_or_crash_the_parser_are_left_alone(body: str) -> None:
    source = "<style>p,b{color:red}</style>" + body
    started = time.process_time()
    result = inline_styles(source, INLINER)
    assert time.process_time() - started < 10
    assert result.html == source
    assert "too many styles" in result.warnings[0]


@pytest.mark.parametrize(
    "css",
    [
        "p{" + "".join(f"a{n}:b;" for n in range(400)) + "}",
        "p{a:" + "x" * 100_000 + "}",
        "p{a:b}" * 2_000,
        "p{a:" + "x" * 900 + "}",
    ],
)
def test_styles_that_would_grow_without_bounds_are_left_alone(css: str) -> None:
    source = f"<style>{css}</style>" + "<p></p>" * 2_000
    assert inline_styles(source, INLINER).html == source


@pytest.mark.parametrize(
    "unit", ["{ ", 'a{b:"\\', '"\\', "}", "a{", "@media{", "(", '"', "/*", "a,", "\\", ";", "a:b{c:d}", "<!--", ":not("]
)
def test_broken_style_sheets_are_read_in_linear_time(unit: str) -> None:
    started = time.process_time()
    inlined("<style>" + unit * (300_000 // len(unit)) + "</style><p>")
    assert time.process_time() - started < 10


def test_css_inline_loads_nothing_and_says_what_it_cannot_do() -> None:
    assert "root" not in INLINER.inline("<link rel=stylesheet href='file:///etc/passwd'><p>")
    assert INLINER.inline("<link rel=stylesheet href='http://127.0.0.1:1/a.css'><p>").count("<p>") == 1
