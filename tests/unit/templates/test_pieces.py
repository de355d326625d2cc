"""A render that looks at its limits a few pieces at a time makes what Jinja2 makes, and stops where it must."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2.exceptions import SecurityError

from chalicelib.templates.filters import MAX_RENDER_SECONDS, METER, TICKS_BETWEEN_LOOKS, Meter
from chalicelib.templates.rendering import MAX_HTML_CHARACTERS, RenderError, compile_content

PASSING = "chalicelib.templates.filters.time.monotonic"
USED = "chalicelib.templates.filters.time.thread_time"
SAMPLES = Path(__file__).parents[3] / "samples"
CONTENT = compile_content("Hello", (SAMPLES / "template.html").read_text(), (SAMPLES / "template.txt").read_text())
VALUES = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(first_name=VALUES, city=VALUES, voucher=VALUES, plan=st.sampled_from(["gold", "silver", ""]))
def test_the_sample_is_rendered_as_jinja2_renders_it(first_name: str, city: str, voucher: str, plan: str) -> None:
    fields = {"first_name": first_name, "city": city, "voucher": voucher, "plan": plan, "email": "a@example.org"}
    fields["unsubscribe_url"] = "https://mail.example.com/u/unsubscribe-1.cmp_1-00000-00001.AbC-_9"
    rendered = CONTENT.render(fields)
    for made, template in ((rendered.html, CONTENT.html), (rendered.text, CONTENT.text)):
        context = template.new_context({**fields, METER: Meter()}, shared=True)
        assert made == "".join(template.root_render_func(context))


@pytest.mark.parametrize("pieces", [1, TICKS_BETWEEN_LOOKS - 1, TICKS_BETWEEN_LOOKS, TICKS_BETWEEN_LOOKS + 1, 100])
def test_the_longest_result_is_exact_whatever_pieces_it_comes_in(pieces: int) -> None:
    fitting = ["x" * (MAX_HTML_CHARACTERS // pieces)] * pieces
    fitting[-1] += "x" * (MAX_HTML_CHARACTERS - len("".join(fitting)))
    source = "{{ e }}".join(fitting)
    assert len(compile_content("S", source, "T").render({"e": ""}).html) == MAX_HTML_CHARACTERS
    with pytest.raises(RenderError, match="the result has more than"):
        compile_content("S", source + "x", "T").render({"e": ""})


@pytest.mark.parametrize("together", [1, 3, TICKS_BETWEEN_LOOKS, 40])
def test_the_clock_is_looked_at_whenever_so_many_ticks_came_together(
    together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    meter = Meter()
    looks: list[float] = []

    def look() -> float:
        looks.append(0.0)
        return 0.0

    monkeypatch.setattr(PASSING, look)
    ticks = 0
    while not looks:
        meter.tick(together)
        ticks += together
    assert TICKS_BETWEEN_LOOKS <= ticks < TICKS_BETWEEN_LOOKS + together


def test_a_render_that_waits_keeps_its_processor_time(monkeypatch: pytest.MonkeyPatch) -> None:
    meter = Meter()
    monkeypatch.setattr(PASSING, lambda: 1e9)
    monkeypatch.setattr(USED, lambda: 7.0)
    _tick_for_long(meter, TICKS_BETWEEN_LOOKS)
    monkeypatch.setattr(USED, lambda: 7.0 + 0.99 * MAX_RENDER_SECONDS)
    _tick_for_long(meter, TICKS_BETWEEN_LOOKS)
    monkeypatch.setattr(USED, lambda: 7.0 + MAX_RENDER_SECONDS)
    with pytest.raises(SecurityError, match="longer than"):
        _tick_for_long(meter, TICKS_BETWEEN_LOOKS)


def _tick_for_long(meter: Meter, together: int) -> None:
    for _ in range(TICKS_BETWEEN_LOOKS):
        meter.tick(together)
