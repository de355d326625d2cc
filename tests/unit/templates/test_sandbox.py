"""Attacks on the sandbox: each is refused when the template is compiled, or fails within the limits of a render."""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.templates import filters, rendering
from chalicelib.templates.filters import FILTERS
from chalicelib.templates.grammar import MAX_STEPS
from chalicelib.templates.rendering import ContentRefusedError, RenderError, compile_content


def render(source: str, fields: Mapping[str, str] | None = None) -> str:
    return compile_content("s", source, "").render(fields or {}).html


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ ''['__class__'] }}",
        "{{ x.__class__ }}",
        "{{ x['y'] }}",
        "{{ x[0] }}",
        "{{ x[1:2] }}",
        "{{ self }}",
        "{{ self.__init__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ lipsum.__globals__ }}",
        "{{ lipsum() }}",
        "{{ joiner() }}",
        "{{ namespace(a=1) }}",
        "{% set ns = namespace(a=1) %}",
        "{% set ns.a = 1 %}",
        "{{ range(10) }}",
        "{{ dict(a=1) }}",
        "{{ {'a': 1} }}",
        "{{ x.upper() }}",
        "{{ '{0.__class__}'.format(x) }}",
        "{{ '%999999999d' | format(1) }}",
        "{{ x | attr('__class__') }}",
        "{{ x | map(attribute='__class__') | list }}",
        "{{ x | safe }}",
        "{{ x | center(10**9) }}",
        "{{ x | xmlattr }}",
        "{{ x | tojson }}",
        "{{ 2 ** 10 }}",
        "{{ [1, 2] }}",
        "{{ (1, 2) }}",
        "{% set a = (1, 2) %}",
        "{% set a, b = (1, 2) %}",
        "{% set a %}x{% endset %}",
        "{% macro m() %}{{ m() }}{% endmacro %}",
        "{% call x() %}{% endcall %}",
        "{% filter upper %}x{% endfilter %}",
        "{% include 'x' %}",
        "{% import 'x' as x %}",
        "{% from 'x' import y %}",
        "{% extends 'x' %}",
        "{% block x %}{% endblock %}",
        "{% autoescape false %}{{ x }}{% endautoescape %}",
        "{% with a = 1 %}{% endwith %}",
        "{% for a in x %}{% endfor %}",
        "{% for a in 'abc' %}{% endfor %}",
        "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}",
        "{% for a in [1] %}{{ loop }}{% endfor %}",
        "{% for a in [1] %}{{ loop.cycle('a') }}{% endfor %}",
        "{% for a in [1] %}{{ loop.__init__ }}{% endfor %}",
        "{% for a in [(1, 2)] %}{% endfor %}",
        "{% for a in [[1]] %}{% endfor %}",
        "{% for a, b in [1] %}{% endfor %}",
        "{% for loop in [1] %}{% endfor %}",
        "{% set loop = 1 %}",
        "{{ 'a' if x }}",
        "{{ x is mapping }}",
        "{{ x is filter }}",
        "{{ 1e999 }}",
        "{{ " + "9" * 5000 + " }}",
        "{{ 9999999999999999 }}",
        "{{ '" + "x" * 5000 + "' }}",
        "{% do x %}",
        "{% break %}",
        "{% trans %}x{% endtrans %}",
        "{{ x",
        "{% if x %}",
        "{% raw %}x",
        "{# x",
    ],
)
def test_what_is_not_allowed_is_refused_with_its_line(source: str) -> None:
    with pytest.raises(ContentRefusedError) as refused:
        compile_content("s", f"first line\n{source}", "")
    assert [finding.line for finding in refused.value.findings["html"]] != []
    assert {finding.line for finding in refused.value.findings["html"]} <= {1, 2}


def test_findings_give_the_line_and_help() -> None:
    with pytest.raises(ContentRefusedError) as refused:
        compile_content("s", "a\n{{ person.first_name }}\n\n{{ name.upper() }}", "{{ x|nope }}")
    html, text = refused.value.findings["html"], refused.value.findings["text"]
    assert [finding.line for finding in html] == [2, 4]
    assert "write `first_name`" in html[0].detail
    assert "name|upper" in html[1].detail
    assert "no filter `nope`" in text[0].detail


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in [1,2,3,4,5,6,7,8,9,10] %}" * 9 + "x" + "{% endfor %}" * 9,
        "{% for a in [" + "1," * 25_000 + "] %}{% endfor %}",
        "{{ a }}" * (MAX_STEPS + 1),
        "(" * 100 + "{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}",
        "{{ " + "not " * 3_000 + "a }}",
        "{{ a" + "|upper" * 3_000 + " }}",
        "{{ a" + " and a" * 3_000 + " }}",
        "{{ a" + " + a" * 3_000 + " }}",
        "{% if a %}" * 500 + "{% endif %}" * 500,
        "{% if a %}" + "{% elif a %}" * 5_000 + "{% endif %}",
        "{% for a in [1] %}" * 30 + "{% endfor %}" * 30,
        "{{" * 200_000,
        "{%" * 200_000,
        "{{ '" * 100_000,
    ],
)
def test_bombs_are_refused_quickly(source: str) -> None:
    started = time.process_time()
    with pytest.raises(ContentRefusedError):
        compile_content("s", source, "")
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "source",
    [
        "{% set a = 'xxxxxxxxxxxxxxxx' %}" + "{% set a = a ~ a %}" * 60 + "{{ a }}",
        "{% set a = 'xxxxxxxxxxxxxxxx' %}" + "{% set a = a + a %}" * 60 + "{{ a }}",
        "{% set a = 'xxxxxxxxxxxxxxxx' %}" + "{% set a = a|replace('x', 'xxxxxxxxxx') %}" * 60 + "{{ a }}",
        "{% set a = 'ß' %}" + "{% set a = a|urlencode %}{% set a = a ~ a %}" * 60 + "{{ a }}",
        "{% set a = 999999 %}" + "{% set a = a * a %}" * 60 + "{{ a }}",
        "{% set a = 'x'|truncate(1000000000) ~ ('y' * 1000000000) %}{{ a }}",
        "{{ 1.5|round(1000000000) ~ ('x' % 'y') }}",
        "{{ long|replace('', long) }}",
        "{{ 1 // 0 }}",
        "{{ 1 % 0 }}",
        "{{ -long }}",
        "{{ long - 1 }}",
        "{{ long * 2 }}",
        "{{ long|upper(1, 2) }}",
        "{{ long|upper(*long) }}",
        "{{ long < 1 }}",
        "{{ 1 is divisibleby(0) }}",
        "{% for a in [" + "1," * 1_000 + "] %}{% set b = long ~ a %}{% endfor %}",
        "{% for a in [" + "1," * 1_000 + "] %}{{ long }}{% endfor %}",
        "{% for a in [" + "1," * 1_000 + "] %}" + "x" * 10_000 + "{% endfor %}",
        "{{ missing }}",
        "{% if missing %}{% endif %}",
        "{{ missing|upper }}",
        "{{ missing|int }}",
        "{{ missing + 1 }}",
        "{{ missing ~ 'x' }}",
    ],
)
def test_what_grows_or_fails_ends_as_a_render_error_without_the_value(source: str) -> None:
    started = time.process_time()
    with pytest.raises(RenderError) as failed:
        render(source, {"long": "s3cret" * 8_000})
    assert time.process_time() - started < 5
    assert "s3cret" not in failed.value.reason


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in [" + "1," * 1_000 + "] %}{% if 'ab' in long %}{% endif %}{% endfor %}",
        "{% if 'ab' in long %}{% endif %}" * 1_000,
        "{% set b = 'ab' in long %}" * 1_000,
        "{{ 'ab' in long }}" * 1_000,
        "{% for a in [" + "1," * 1_000 + "] %}{% set b = 'xy'|upper %}{% endfor %}",
    ],
)
def test_a_render_ends_when_its_time_is_up_wherever_it_spends_it(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "MAX_RENDER_SECONDS", 0.0)
    with pytest.raises(RenderError, match="processor time"):
        render(source, {"long": "a" * 1_000})


_LONG = "a" * 2_000 + "b"


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in [" + "1," * 1_000 + "] %}{% if '" + _LONG + "' in long %}{% endif %}{% endfor %}",
        ("{% if '" + _LONG + "' in long %}{% endif %}") * 100,
        "{% for a in [" + "1," * 2_000 + "] %}{% if long|title|lower|title == 'x' %}{% endif %}{% endfor %}",
        "{% for a in [" + "1," * 1_000 + "] %}{% set b = long|replace('a', 'bb') %}{% endfor %}",
        "{% for a in [" + "1," * 1_500 + "] %}{{ long|length }}{{ long|int }}{{ long|float }}{% endfor %}",
        "{% for a in [" + "1," * 1_000 + "] %}{{ a * a * a }}{{ a / 3 }}{{ loop.index ~ a }}{% endfor %}",
    ],
)
def test_the_dearest_renders_end_within_seconds_in_a_worker_thread(source: str) -> None:
    content = compile_content("s", source, "")

    def work() -> float:
        with suppress(RenderError):
            content.render({"long": "a" * 60_000})
        return time.thread_time()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(work).result(timeout=30) < filters.MAX_RENDER_SECONDS + 2


def test_one_messages_time_is_not_taken_from_the_next() -> None:
    content = compile_content("s", "{% for a in [" + "1," * 1_000 + "] %}{{ x }}{% endfor %}", "")
    assert {len(content.render({"x": "y"}).html) for _ in range(50)} == {1_000}


def test_too_many_characters_of_fields_are_refused() -> None:
    with pytest.raises(RenderError, match="fields"):
        render("x", {"a": "x" * rendering.MAX_FIELDS_CHARACTERS, "b": "y"})


_HOSTILE = st.sampled_from(
    [
        *("{{", "}}", "{%", "%}", "{#", "#}", "x", "y", ".", "__class__", "|", "upper", "attr", "(", ")", "[", "]"),
        *("'", ",", " for ", " in ", " set ", " if ", " endif ", " endfor ", "=", "~", "*", "+", "1", "loop", "self"),
        *(" is ", "defined"),
    ]
)


@given(st.lists(_HOSTILE, max_size=25).map("".join))
def test_any_source_is_refused_or_renders_or_fails_as_a_render_error(source: str) -> None:
    try:
        result = render(source, {"x": "<b>", "y": "5"})
    except (ContentRefusedError, RenderError):
        return
    assert "<b>" not in result


_FILTERS = st.sampled_from(
    [
        *("upper", "lower", "e", "escape", "trim", "title", "capitalize", "truncate(5)", "first", "last", "urlencode"),
        *("replace('&', '<')", "replace('lt', '<')", "default('<i>')", "d('<i>')"),
    ]
)


@given(st.lists(_FILTERS, min_size=1, max_size=4), st.text("<>&\"'ablt;", max_size=20))
def test_no_chain_of_filters_lets_markup_of_a_field_through(filters: list[str], value: str) -> None:
    result = render("{{ x|" + "|".join(filters) + " }}{{ x ~ x|e }}{{ (x|e) + x }}", {"x": value})
    assert not set(result) & set("<>\"'")


def test_only_listed_filters_exist() -> None:
    assert set(FILTERS) == {
        *("capitalize", "count", "d", "default", "e", "escape", "first", "float", "int", "last", "length", "lower"),
        *("replace", "round", "title", "trim", "truncate", "upper", "urlencode"),
    }
