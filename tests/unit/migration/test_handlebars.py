"""Handlebars translated to Jinja2 print the same; what has no counterpart is named and never silently gone."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.templates.filters import METER, Meter
from chalicelib.templates.sandbox import Sandbox
from emailplatform.migration.handlebars import translate
from emailplatform.migration.pinpoint import field_name

SANDBOX = Sandbox(autoescape=False)
NAMES = {"Attributes.Plan": "plan", "User.UserAttributes.FirstName": "user_first_name", "Address": "email"}


def rendered(source: str, fields: dict[str, str]) -> str:
    """Render as the platform does."""
    template, _ = SANDBOX.compile_source(source)
    return template.render({**fields, METER: Meter()})


def carried(source: str, fields: dict[str, str] | None = None, **stand_ins: str) -> str:
    translation = translate(source, field_name, stand_ins)
    assert translation.not_carried == []
    return rendered(translation.source, fields or {})


ANNA = {"user_first_name": "Anna", "plan": "gold", "email": "anna@example.org", "metric_age": "17"}


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("Hi {{User.UserAttributes.FirstName}}!", "Hi Anna!"),
        ("Hi {{ User.UserAttributes.FirstName.[0] }}!", "Hi Anna!"),
        ("Hi {{{Address}}} {{&Address}}", "Hi anna@example.org anna@example.org"),
        ("{{Attributes.Missing}}|", "|"),
        ("{{! a note }}a{{!-- one with }} in it --}}b", "ab"),
        ("{{#if Attributes.Plan}}yes{{else}}no{{/if}}", "yes"),
        ("{{#if Attributes.Missing}}yes{{else}}no{{/if}}", "no"),
        ("{{#if Attributes.Missing}}a{{else if Attributes.Plan}}b{{else}}c{{/if}}", "b"),
        ("{{#unless Attributes.Missing}}none{{/unless}}", "none"),
        ("{{^Attributes.Missing}}none{{/Attributes.Missing}}", "none"),
        ('{{#eq Attributes.Plan "gold"}}G{{else}}-{{/eq}}', "G"),
        ("{{#neq Attributes.Plan 'gold'}}G{{else}}-{{/neq}}", "-"),
        ("{{#gte Metrics.age 18}}adult{{else}}minor{{/gte}}", "minor"),
        ("{{#lt Metrics.age 100}}young{{/lt}}", "young"),
        ('{{#if (and Attributes.Plan (eq Attributes.Plan "gold"))}}x{{/if}}', "x"),
        ('{{#or Attributes.Missing (eq Attributes.Plan "gold")}}x{{/or}}', "x"),
        ("{{#if (not Attributes.Missing)}}x{{/if}}", "x"),
        ("{{upper User.UserAttributes.FirstName}}", "ANNA"),
        ("{{upper (replace Attributes.Plan 'g' 'b')}}", "BOLD"),
        ("{{#if Attributes.Plan}}{{#if Address}}in{{/if}}{{/if}}", "in"),
        ("a {{~Attributes.Plan~}} b", "agoldb"),
        (r"\{{Attributes.Plan}} {% if %} {# x #} { {", "{{Attributes.Plan}} {% if %} {# x #} { {"),
        ("{{'it''s'}}", None),
    ],
)
def test_it_prints_what_it_printed(source: str, printed: str | None) -> None:
    if printed is not None:
        assert carried(source, ANNA) == printed
    else:
        assert translate(source, field_name).not_carried


def test_a_default_of_the_template_stands_in() -> None:
    source = "Hi {{User.UserAttributes.FirstName}}"
    translation = translate(source, field_name, {"User.UserAttributes.FirstName": "it's \\ you"})
    assert rendered(translation.source, {}) == "Hi it's \\ you"
    assert translation.fields == {"user_first_name"}


@pytest.mark.parametrize(
    "source",
    [
        "{{#each Attributes.Interests}}{{this}}{{/each}}",
        "{{#with User}}{{UserId}}{{/with}}",
        "{{> footer}}",
        "{{Unknown.Thing}}",
        "{{now format='yyyy'}}",
        "{{#if Attributes.Plan}}never closed",
        "{{/if}}",
        "{{else}}",
        "{{#if Attributes.Plan}}{{/unless}}",
        "{{#custom Attributes.Plan}}{{/custom}}",
        "{{eq Attributes.Plan 'x'}}",
        "{{}}",
        "{{Attributes.List.[1]}}",
        "{{@index}}",
        "{{{{raw}}}} {{x}} {{{{/raw}}}}",
    ],
)
def test_what_has_no_counterpart_is_a_field_that_nobody_has(source: str) -> None:
    translation = translate(f"before {source} after", field_name)
    assert translation.not_carried
    for number, one in enumerate(translation.not_carried, 1):
        assert one.field == f"carry_over_{number}"
        assert one.field in translation.source
        assert (one.line, bool(one.why)) == (1, True)
    assert "before" in translation.source
    template, _ = SANDBOX.compile_source(translation.source)
    with pytest.raises(Exception, match="carry_over_1"):
        template.render({METER: Meter()})


def test_a_block_goes_as_a_whole_and_is_told_once_with_its_line() -> None:
    source = "one\ntwo {{#each Attributes.X}}{{bad thing here}}{{#if y}}z{{/if}}{{/each}}\n{{Other.Thing}}"
    first, second = translate(source, field_name).not_carried
    assert (first.line, second.line) == (2, 3)
    assert first.source.endswith("{{/each}}")
    assert (first.field, second.field) == ("carry_over_1", "carry_over_2")


@dataclass(frozen=True)
class Node:
    """A piece of Handlebars and what it prints for each recipient."""

    source: str
    prints: Any


PATHS = st.sampled_from([*NAMES, "Attributes.Missing"])
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\\"), max_size=12)
STRINGS = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_characters='\\"{}'), max_size=8)


def _value(path: str, fields: dict[str, str]) -> str:
    return fields.get(NAMES.get(path, ""), "")


def _text(text: str) -> Node:
    safe = text.replace("{{", "{ {").rstrip("{")
    return Node(safe, lambda _fields: safe)


def _variable(path: str) -> Node:
    return Node(f"{{{{{path}}}}}", lambda fields: _value(path, fields))


def _sequence(nodes: list[Node]) -> Node:
    return Node("".join(one.source for one in nodes), lambda fields: "".join(one.prints(fields) for one in nodes))


def _if(path: str, then: Node, other: Node, word: str) -> Node:
    def prints(fields: dict[str, str]) -> str:
        return str((then if bool(_value(path, fields)) is (word == "if") else other).prints(fields))

    return Node(f"{{{{#{word} {path}}}}}{then.source}{{{{else}}}}{other.source}{{{{/{word}}}}}", prints)


def _equal(path: str, text: str, then: Node, word: str) -> Node:
    def prints(fields: dict[str, str]) -> str:
        return str(then.prints(fields)) if (_value(path, fields) == text) is (word == "eq") else ""

    return Node(f'{{{{#{word} {path} "{text}"}}}}{then.source}{{{{/{word}}}}}', prints)


LEAVES = TEXTS.map(_text) | PATHS.map(_variable) | TEXTS.map(lambda _: Node("{{! note }}", lambda _fields: ""))
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4).map(_sequence)
        | st.builds(_if, PATHS, inner, inner, st.sampled_from(["if", "unless"]))
        | st.builds(_equal, PATHS, STRINGS | st.just("gold"), inner, st.sampled_from(["eq", "neq"]))
    ),
    max_leaves=12,
)
FIELDS = st.dictionaries(st.sampled_from(list(NAMES.values())), STRINGS | st.just("gold"), max_size=3)


@given(TREES, FIELDS)
@settings(max_examples=300)
def test_any_template_of_what_is_carried_over_prints_the_same(tree: Node, fields: dict[str, str]) -> None:
    assert carried(tree.source, fields) == tree.prints(fields)


@given(st.text(st.sampled_from("{}#/^!>&~\\ \n'\"()=.@[]%-ifelseunqAtributs.Plan0"), max_size=60))
@settings(max_examples=500)
def test_any_text_gives_a_template_that_compiles(source: str) -> None:
    translation = translate(source, field_name)
    SANDBOX.compile_source(translation.source)
    for one in translation.not_carried:
        assert translation.source.count(one.field) >= 1


@given(
    st.lists(
        st.sampled_from(["{{#if Attributes.A}}", "{{else}}", "{{/if}}", "{{#each x}}", "{{/each}}", "{{A b}}", "t"])
    )
)
@settings(max_examples=300)
def test_blocks_that_cross_or_do_not_end_still_compile_and_are_told(pieces: list[str]) -> None:
    translation = translate("".join(pieces), field_name)
    SANDBOX.compile_source(translation.source)
    if "{{A b}}" in pieces or "{{#each x}}" in pieces:
        assert translation.not_carried
