import re

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel.addresses import canonical
from chalicelib.recipients import addresses
from chalicelib.recipients.addresses import InvalidAddressError, is_canonical, parse_address


@pytest.mark.parametrize(
    "text",
    [
        "anna@example.org",
        "bounce+label@simulator.amazonses.com",
        "o'neil.x_y@mail.example.co.uk",
        "a@b.example",
        "user@something.test",
        "double--dash@example.com",
    ],
)
def test_ordinary_and_reserved_addresses_are_taken_as_they_stand(text: str) -> None:
    address = parse_address(text)
    assert (address.value, address.canonical, address.repaired) == (text, text, False)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (" anna@example.org ", "anna@example.org"),
        ("\u00a0anna@example.org\u200b", "anna@example.org"),
        ("'anna@example.org'", "anna@example.org"),
        ('"Ortiz, Ana" <ana@example.org>', "ana@example.org"),
        ("<ana@example.org>", "ana@example.org"),
        ("Ana < ana@EXAMPLE.org >", "ana@example.org"),
    ],
)
def test_padding_and_display_names_are_taken_away_and_counted_as_repaired(raw: str, value: str) -> None:
    address = parse_address(raw)
    assert (address.value, address.repaired) == (value, True)


def test_the_domain_is_lower_case_and_the_local_part_stays_as_written() -> None:
    address = parse_address("Anna.B@Example.ORG")
    assert (address.value, address.canonical, address.repaired) == ("Anna.B@example.org", "anna.b@example.org", False)


def test_an_internationalised_domain_becomes_ascii() -> None:
    assert parse_address("info@müller.example").value == "info@xn--mller-kva.example"
    assert parse_address("info@XN--mller-kva.example").value == "info@xn--mller-kva.example"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("müller@example.org", "ASCII"),
        ("anna", "@-sign"),
        ("anna@", "after the @-sign"),
        ("@example.org", "before the @-sign"),
        ("anna@localhost", "@-sign"),
        ("anna@printer.local", "reserved"),
        ("anna@test", "domain name"),
        ("anna@10.0.0.1", "domain"),
        ("anna@[10.0.0.1]", "bracket"),
        ("a@b@example.org", "more than one @-sign"),
        ("a@example.org, b@example.org", "one address"),
        ("a b@example.org", "characters"),
        ("a..b@example.org", "period"),
        (".a@example.org", "period"),
        ("a@-example.org", "hyphen"),
        ("a@example..org", "period"),
        ("x" * 65 + "@example.org", "long"),
        ("a@" + "x" * 250 + ".org", "longer"),
        ("a\x01b@example.org", "cannot be seen"),
        ("a\r\nBcc: b@example.org", "cannot be seen"),
        ("Ana <>", "@-sign"),
    ],
)
def test_what_is_no_address_is_refused_with_the_reason(raw: str, words: str) -> None:
    with pytest.raises(InvalidAddressError, match=re.escape(words)):
        parse_address(raw)


_ATOMS = st.text("abcXYZ019!#$%&'*+/=?^_`{|}~-.", min_size=1, max_size=66)
_DOMAINS = st.text("abcXYZ019-.", min_size=1, max_size=70)


@given(
    st.builds(
        "{}@{}.{}".format,
        _ATOMS,
        _DOMAINS,
        st.sampled_from(["org", "COM", "x", "c0", "example", "a-b", "local", "TEST", "arpa"]),
    )
)
def test_what_the_fast_path_takes_email_validator_takes_alike(text: str) -> None:
    try:
        validated = validate_email(text, check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError:
        assert addresses._ORDINARY(text) is None
        return
    if addresses._ORDINARY(text):
        address = parse_address(text)
        assert address.value == validated.ascii_email
        assert address.canonical == canonical(text)


@given(st.emails() | st.text(max_size=40))
def test_the_canonical_fast_path_never_differs_from_parsing(text: str) -> None:
    if is_canonical(text):
        address = parse_address(text)
        assert (address.value, address.canonical, address.repaired) == (text, text, False)


@given(st.text(max_size=40).map("a{}@example.org".format) | st.text(max_size=80))
def test_whatever_is_taken_can_stand_in_a_header(text: str) -> None:
    try:
        address = parse_address(text)
    except InvalidAddressError:
        return
    assert address.value.isascii()
    assert address.value.isprintable()
    assert address.value.count("@") == 1
    assert not set(address.value) & set(' <>,;"\\')
