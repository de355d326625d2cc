"""What a call tells once and what it tells of each mail is, put together again, each mail to the character."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.shared_content import share

# The one form that a placeholder has, with nothing around it that a reader of templates could take for a part of it.
_PLACEHOLDER = re.compile(r"(?<![{\\])\{\{([a-z]+[0-9]+)\}\}(?!\})")
_COMMON = [
    "<table class='outer' role='presentation'>",
    "}}} a { color: red } b {\\",
    "{" + "x" * 30 + "}",
    "short",
    "}",
]
_PIECES = st.sampled_from(_COMMON) | st.text(st.sampled_from("ab\\}\n\u00e4\U0001f600"), max_size=30)


def put_together(template: str, values: dict[str, str]) -> str:
    assert template.count("{{") == len(_PLACEHOLDER.findall(template))
    return _PLACEHOLDER.sub(lambda found: values[found[1]], template)


@settings(max_examples=500)
@given(st.lists(st.lists(_PIECES, max_size=8), min_size=2, max_size=5))
def test_each_mail_comes_out_as_it_went_in(mails: list[list[str]]) -> None:
    shared = share("h", mails)
    assert [put_together(shared.template, values) for values in shared.values] == ["".join(mail) for mail in mails]


@given(
    st.lists(_PIECES, min_size=1, max_size=6),
    st.lists(st.lists(st.text(st.sampled_from("ab{}\\"), max_size=5), min_size=6, max_size=6), min_size=2, max_size=4),
)
def test_mails_of_one_template_come_out_as_they_went_in(common: list[str], own: list[list[str]]) -> None:
    mails = [[piece for pair in zip(common, values, strict=False) for piece in pair] for values in own]
    if any("{{" in "".join(mail) for mail in mails):
        return  # such mails go by themselves
    shared = share("h", mails)
    assert [put_together(shared.template, values) for values in shared.values] == ["".join(mail) for mail in mails]


def test_what_all_mails_have_is_told_once() -> None:
    head, foot = "<style>p { color: red }</style><p>Hello ", "</p><p>You get this because you asked for it. "
    shared = share("h", [[head, name, foot, link] for name, link in [("Anna", "/u/1"), ("Ben", "/u/2")]])
    assert shared.template == f"{head}{{{{h1}}}}{foot}{{{{h3}}}}"
    assert shared.values == [{"h1": "Anna", "h3": "/u/1"}, {"h1": "Ben", "h3": "/u/2"}]


def test_what_is_around_a_part_that_only_some_have_is_told_once() -> None:
    head, foot, link = "x" * 40, "y" * 40, "z" * 40
    gold = [head, "Anna", "for gold only", "more of it", foot, "/u/1", link]
    other = [head, "Ben", foot, "/u/2", link]
    shared = share("h", [gold, other])
    assert shared.template == f"{head}{{{{h1}}}}{foot}{{{{h3}}}}{link}"
    assert shared.values == [{"h1": "Annafor gold onlymore of it", "h3": "/u/1"}, {"h1": "Ben", "h3": "/u/2"}]


def test_little_between_two_values_goes_with_them() -> None:
    shared = share("t", [["Anna", ", ", "K\u00f6ln"], ["Ben", ", ", "Bonn"]])
    assert (shared.template, shared.values) == ("{{t0}}", [{"t0": "Anna, K\u00f6ln"}, {"t0": "Ben, Bonn"}])
