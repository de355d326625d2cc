"""Diagnostics that say the same are recognised, those that do not stay apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.analytics.diagnostics import MAX_GROUP_CHARACTERS, diagnostic_group


@pytest.mark.parametrize(
    ("diagnostic", "group"),
    [
        (
            "smtp; 550 5.1.1 <anna@example.org>: user unknown x7si1234567pjb.12",
            "550 5.1.1 <address>: user unknown <id>",
        ),
        ("smtp; 550 user unknown", "550 user unknown"),
        ("SMTP;550 5.1.1\r\n user  unknown", "550 5.1.1 user unknown"),
        (
            "smtp; 554 5.7.1 Service unavailable; client [192.0.2.17] blocked, see https://block.example/?ip=192.0.2.17",
            "554 5.7.1 Service unavailable; client <ip> blocked, see <url>",
        ),
        ("smtp; 550 blocked [2001:db8:0:1::17]", "550 blocked <ip>"),
        ("smtp; 452 4.2.2 mailbox full, 1048576 bytes", "452 4.2.2 mailbox full, <number> bytes"),
        ('X-Postfix; unknown user: "anna"', 'unknown user: "anna"'),
        ("", None),
        ("  ", None),
        (None, None),
    ],
)
def test_what_differs_from_message_to_message_is_left_out(diagnostic: str | None, group: str | None) -> None:
    assert diagnostic_group(diagnostic) == group


def test_two_reasons_are_two_groups() -> None:
    assert diagnostic_group("smtp; 550 5.1.1 unknown") != diagnostic_group("smtp; 550 5.7.1 unknown")
    assert diagnostic_group("smtp; 450 try later") != diagnostic_group("smtp; 550 try later")


@given(st.text(max_size=3_000))
def test_any_text_has_a_bounded_group_and_is_its_own_group(text: str) -> None:
    group = diagnostic_group(text)
    assert group is None or 0 < len(group) <= MAX_GROUP_CHARACTERS


def test_a_hostile_text_takes_no_long_time() -> None:
    for text in ("a1." * 100_000, "0:" * 100_000, "<" * 100_000, "1.1." * 100_000, "x@" * 100_000):
        assert len(diagnostic_group(text) or "") <= MAX_GROUP_CHARACTERS
