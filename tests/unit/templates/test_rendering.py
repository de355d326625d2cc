import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.templates.rendering import MAX_SUBJECT_CHARACTERS, RenderError, compile_content, one_line


def test_html_is_escaped_and_plain_parts_are_not() -> None:
    content = compile_content("{{ x }}", '<p title="{{ x }}">{{ x }}</p>', "{{ x }}")
    rendered = content.render({"x": "C&A <\"'>"})
    assert rendered.subject == rendered.text == "C&A <\"'>"
    escaped = "C&amp;A &lt;&#34;&#39;&gt;"
    assert rendered.html == f'<p title="{escaped}">{escaped}</p>'


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("{{ name|default('there') }}", "there"),
        ("{{ empty|default('there') }}", "there"),
        ("{{ empty|d('there', true) }}", "there"),
        ("{{ city|default('there') }}", "São Paulo"),
        ("{{ city|upper }} {{ city|lower|capitalize }} {{ 'ana maria'|title }}", "SÃO PAULO São paulo Ana Maria"),
        ("{{ city|length }}{{ city|first }}{{ city|last }}", "9So"),
        ("{{ city|truncate(6) }}|{{ city|truncate(9) }}|{{ 'abcdef'|truncate(3) }}", "São…|São Paulo|ab…"),
        ("{{ city|urlencode }}", "S%C3%A3o%20Paulo"),
        ("{{ city|replace('o', '0') }}", "Sã0 Paul0"),
        ("{{ points|int + 1 }} {{ city|int }} {{ '1e3'|int }} {{ '-2.9'|int }}", "43 0 1000 -2"),
        ("{{ (price|float * 1.19)|round(2) }} {{ 1.2|round(0, 'ceil') }} {{ city|float(7) }}", "11.9 2.0 7"),
        ("{{ 7 // 2 }}{{ 7 % 2 }}{{ -(points|int) }}{{ 1 / 4 }}", "31-420.25"),
        ("{{ city ~ ', ' ~ points }}{{ city + '!' }}", "São Paulo, 42São Paulo!"),
        ("{% if city == 'São Paulo' and points|int > 40 %}yes{% else %}no{% endif %}", "yes"),
        ("{% if city in ['Rio', 'São Paulo'] %}yes{% endif %}{{ 'x' if city not in ('Rio',) else 'y' }}", "yesx"),
        ("{% if name is defined %}{{ name }}{% elif city is defined %}{{ city }}{% endif %}", "São Paulo"),
        (
            "{% for a in ['x', city] %}{{ loop.index }}{{ a }}{% if not loop.last %}, {% endif %}{% endfor %}",
            "1x, 2São Paulo",
        ),
        ("{% for a, b in [('x', 1), ('y', 2)] if b > 1 %}{{ a }}{{ b }}{% else %}none{% endfor %}", "y2"),
        ("{% set a = 'x' %}{% set a = a ~ 'y' %}{{ a }}", "xy"),
        ("{# a note #}{% raw %}{{ city }}{% endraw %}", "{{ city }}"),
        ("{{ loop }}", "column"),
        ("{{ 4 is even }} {{ points is in ['42'] }}", "True True"),
    ],
)
def test_what_templates_can_say(source: str, result: str) -> None:
    fields = {"city": "São Paulo", "points": "42", "price": "10", "empty": "", "loop": "column"}
    assert compile_content("s", "", source).render(fields).text == result


def test_statements_on_lines_of_their_own_leave_no_empty_lines() -> None:
    text = "Hello\n  {% if a %}\nA\n  {% endif %}\nBye\n"
    assert compile_content("s", "", text).render({"a": "1"}).text == "Hello\nA\nBye\n"


def test_variables_are_known_and_those_without_a_stand_in_are_required() -> None:
    content = compile_content(
        "{{ subject_field }}",
        "{{ a|default(b) }}{% if c is defined %}{{ c }}{{ d }}{% endif %}{{ c2 if c2 is defined else 'x' }}",
        "{% set own = e|d('') %}{{ own }}{% for f in [g] %}{{ f }}{{ loop.index }}{% endfor %}",
    )
    assert content.variables == tuple(sorted(["a", "b", "c", "c2", "d", "e", "g", "subject_field"]))
    assert content.required == tuple(sorted(["b", "d", "g", "subject_field"]))


@pytest.mark.parametrize(
    ("source", "required"),
    [
        ("{{ x }}", True),
        ("{{ x|upper|default('') }}", True),
        ("{{ (x|default(''))|upper }}", False),
        ("{% if x %}{% endif %}", True),
        ("{% if x is defined and x %}{% endif %}", False),
        ("{% if x is undefined or x == 'a' %}{% endif %}", False),
        ("{% if x is undefined %}{% else %}{{ x }}{% endif %}", False),
        ("{% if x is not defined %}{% elif x %}{{ x }}{% endif %}", False),
        ("{% if not (x is defined) %}{{ x }}{% endif %}", True),
        ("{% if x is defined or y is defined %}{{ x }}{% endif %}", True),
        ("{% if x is defined %}{% endif %}{{ x }}", True),
        ("{% set x = 'a' %}{{ x }}", False),
        ("{% if y is defined %}{% set x = 'a' %}{% endif %}{{ x }}", True),
        ("{% if y is defined %}{% set x = 'a' %}{% else %}{% set x = 'b' %}{% endif %}{{ x }}", False),
        ("{% for x in ['a'] %}{{ x }}{% endfor %}", False),
        ("{% for x in ['a'] %}{{ x }}{% endfor %}{{ x }}", True),
        ("{% for y in [x] %}{% endfor %}", True),
    ],
)
def test_a_required_field_is_one_whose_absence_fails(source: str, *, required: bool) -> None:
    content = compile_content("s", "", source)
    assert ("x" in content.required) is required
    if not required:
        content.render({})


@pytest.mark.parametrize(
    "evil", ["a\r\nBcc: b@example.org", "a\nb", "a\u2028b", "a\x00b", "a\x85b", "a\u202eb", "a \t b"]
)
def test_a_field_cannot_leave_the_subject_line(evil: str) -> None:
    subject = compile_content("Hi {{ x }}!", "", "").render({"x": evil}).subject
    assert subject == "Hi " + " ".join(["a", evil[1:].strip("\r\n\u2028\x00\x85\u202e \t")]) + "!"


@given(st.text())
def test_a_subject_is_always_one_printable_line(text: str) -> None:
    try:
        line = one_line(text)
    except RenderError:
        return
    assert 1 <= len(line) <= MAX_SUBJECT_CHARACTERS
    assert len(line.splitlines()) == 1
    assert line == line.strip()
    assert all(ord(c) >= 32 for c in line)


@pytest.mark.parametrize("value", ["", " ", "\r\n"])
def test_an_empty_subject_is_no_mail(value: str) -> None:
    with pytest.raises(RenderError, match="subject is empty"):
        compile_content("{{ x }}", "", "").render({"x": value})


def test_a_long_subject_is_cut() -> None:
    subject = compile_content("{{ x }}", "", "").render({"x": "word " * 100}).subject
    assert len(subject) <= MAX_SUBJECT_CHARACTERS
    assert subject.endswith("…")


def test_a_missing_field_is_named() -> None:
    with pytest.raises(RenderError, match="html: the field 'first_name' is undefined"):
        compile_content("s", "{{ first_name }}", "").render({})


def test_one_compiled_message_renders_many_recipients_apart() -> None:
    content = compile_content("{{ a }}", "{% set b = a %}{{ b }}{{ c|d('-') }}", "{{ a }}")
    assert content.render({"a": "1", "c": "x"}).html == "1x"
    assert content.render({"a": "2"}).html == "2-"
