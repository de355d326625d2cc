"""Idempotency keys as they are read."""

import pytest

from chalicelib.idempotency.model import IdempotencyKeyRequiredError, fingerprint, read_key


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ('"8e03978e-40d5-43dd-bc93-6894a57f9324"', "8e03978e-40d5-43dd-bc93-6894a57f9324"),
        ("8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324"),
        (' "a b, c" ', "a b, c"),
        (r'"say \"x\" \\"', r'say "x" \\'.replace(r"\\", "\\")),
        ("order:4711/reset", "order:4711/reset"),
        ("k" * 255, "k" * 255),
    ],
)
def test_a_key_is_a_string_with_or_without_quotation_marks(header: str, key: str) -> None:
    assert read_key(header) == key


@pytest.mark.parametrize(
    "header", [None, "", " ", '""', '"open', "a b", "a,b", '"a"b"', r'"a\b"', "ä", '"ä"', "a\nb", "k" * 256]
)
def test_what_is_no_key_is_refused(header: str | None) -> None:
    with pytest.raises(IdempotencyKeyRequiredError):
        read_key(header)


def test_the_same_values_in_another_order_are_the_same_request() -> None:
    one = {"to": "a@example.org", "inline": {"subject": "x", "text": "ü"}}
    assert fingerprint(one) == fingerprint({"inline": {"text": "ü", "subject": "x"}, "to": "a@example.org"})
    assert fingerprint(one) != fingerprint({**one, "to": "b@example.org"})
