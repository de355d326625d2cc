import re

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example
from hypothesis import given as given_any
from hypothesis import strategies as st

from chalicelib.kernel.addresses import canonical
from chalicelib.recipients.addresses import (
    MAX_ADDRESS_CHARACTERS,
    MAX_LOCAL_CHARACTERS,
    ORDINARY_ADDRESS,
    Address,
    InvalidAddressError,
    is_ordinary,
    parse_address,
)
from chalicelib.recipients.model import RowReason

_LONG_DOMAIN = f"{'d' * 63}.{'d' * 63}.{'d' * 57}.org"  # 189 characters: with 64 and the @-sign 254


@pytest.mark.parametrize(
    "text",
    [
        "anna@example.org",
        "bounce+label@simulator.amazonses.com",
        "o'neil.x_y@mail.example.co.uk",
        "a@b.example",
        "user@something.test",
        "100%=!#$&*/?^`{}~@example.org",
        "a|b@example.org",
        "double--dash@example.com",
        "anna@two--dashes.example.com",
        "anna@one.two.three.four.five.example.org",
        "anna@127.example.org",
        "anna@example.locker",
        "x" * 64 + "@example.org",
        "x" * 64 + "@" + _LONG_DOMAIN,
    ],
)
def test_ordinary_and_reserved_addresses_are_taken_as_they_stand(text: str) -> None:
    assert parse_address(text) == Address(value=text, canonical=text, repaired=False, given=None)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (" anna@example.org ", "anna@example.org"),
        ("\u00a0anna@example.org\u200b", "anna@example.org"),
        ("'anna@example.org'", "anna@example.org"),
        ("'anna@example.org", "anna@example.org"),
        ("\u201eanna@example.org\u201c", "anna@example.org"),
        ('"Ortiz, Ana" <ana@example.org>', "ana@example.org"),
        ("<ana@example.org>", "ana@example.org"),
        ("Ana < ana@EXAMPLE.org >", "ana@example.org"),
        ("ana@example.org <ana@example.org>;", "ana@example.org"),
        ("mailto:ana@example.org", "ana@example.org"),
        ("MailTo:ana%2Bnews@example.org?subject=Hello%20there", "ana+news@example.org"),
        ("Ana <mailto:ana@example.org>", "ana@example.org"),
        ("ana@example.org,", "ana@example.org"),
        ("ana@example.org; ", "ana@example.org"),
        ("ana@example.org.", "ana@example.org"),
        ("ana\uff20example.org", "ana@example.org"),
        ("\uff41\uff4e\uff41\uff20\uff45\uff58ample\uff0eorg", "ana@example.org"),
    ],
)
def test_what_stands_around_an_address_is_taken_away_and_counted_as_repaired(raw: str, value: str) -> None:
    address = parse_address(raw)
    assert (address.value, address.repaired, address.given) == (value, True, None)


@pytest.mark.parametrize("raw", ["Anna.B@Example.ORG", "Anna.B@example.org"])
def test_the_domain_is_lower_case_and_the_local_part_stays_as_written(raw: str) -> None:
    assert parse_address(raw) == Address(value="Anna.B@example.org", canonical="anna.b@example.org")


def test_role_names_keep_their_capitals_on_every_path() -> None:
    assert parse_address("INFO@example.org").value == "INFO@example.org"
    assert parse_address("INFO@a.b.c.d.e.example.org").value == "INFO@a.b.c.d.e.example.org"


@pytest.mark.parametrize(
    ("raw", "value", "given"),
    [
        ("Info@müller.example", "Info@xn--mller-kva.example", "Info@müller.example"),
        ("info@MÜLLER.example", "info@xn--mller-kva.example", "info@MÜLLER.example"),
        (" <info@müller.example>", "info@xn--mller-kva.example", "info@müller.example"),
        ("info@XN--mller-kva.example", "info@xn--mller-kva.example", None),
        ("a@例え.テスト", "a@xn--r8jz45g.xn--zckzah", "a@例え.テスト"),
        ("a@faß.example", "a@xn--fa-hia.example", "a@faß.example"),
        ("a@\u212aelvin.example", "a@kelvin.example", "a@\u212aelvin.example"),
    ],
)
def test_an_internationalised_domain_is_kept_as_given_and_in_ascii(raw: str, value: str, given: str | None) -> None:
    assert parse_address(raw) == Address(value, value.lower(), "<" in raw, given)


@pytest.mark.parametrize(
    "raw", ["müller@example.org", "用户@例え.テスト", "jürgen@müller.example", "x <müller@example.org>"]
)
def test_a_local_part_that_ses_cannot_send_to_is_refused_with_a_reason_of_its_own(raw: str) -> None:
    with pytest.raises(InvalidAddressError, match="ASCII") as caught:
        parse_address(raw)
    assert caught.value.reason is RowReason.UNSUPPORTED_ADDRESS


@pytest.mark.parametrize(
    ("raw", "words"),
    [
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
        ("a@example.org;b@example.org", "one address"),
        ("a <a@example.org>, b <b@example.org>", "one address"),
        ("a b@example.org", "characters"),
        ("a..b@example.org", "period"),
        (".a@example.org", "period"),
        ("a.@example.org", "period"),
        ("a@-example.org", "hyphen"),
        ("a@example-.org", "hyphen"),
        ("a@example..org", "period"),
        ("a@example_x.org", "characters"),
        ("a@ab--cd.org", "dashes"),
        ("a@xn--zz.org", "IDNA"),
        ("müller@example", "period"),
        ("x" * 65 + "@example.org", "long"),
        ("x" * 65 + "@" + _LONG_DOMAIN, "longer"),
        ("x" * 64 + "@d" + _LONG_DOMAIN, "longer"),
        ("a@" + "x" * 64 + ".org", "characters"),
        ("a@" + "x" * 250 + ".org", "longer"),
        ("a\x01b@example.org", "cannot be seen"),
        ("a\r\nBcc: b@example.org", "cannot be seen"),
        ("a\udcffb@example.org", "cannot be seen"),
        ("a\u2028b@example.org", "cannot be seen"),
        ("Ana <>", "@-sign"),
        ("", "@-sign"),
    ],
)
def test_what_is_no_address_is_refused_with_the_reason(raw: str, words: str) -> None:
    with pytest.raises(InvalidAddressError, match=re.escape(words)) as caught:
        parse_address(raw)
    assert caught.value.reason is RowReason.INVALID_ADDRESS


def test_the_expression_of_an_ordinary_address_can_stand_in_the_middle_of_a_line() -> None:
    row = re.compile(rf"^[^,\r\n]*+,({ORDINARY_ADDRESS}),[^,\r\n]*+\r?$", re.MULTILINE)
    text = "\r\n".join(
        [
            "1,anna@example.org,x",
            "2,anna@example,.org",
            "3,anna,@example.org",
            "4,anna,",
            "@example.org,b@example.org,x",
            "6,anna@example.org.,x",
            "7,anna@example.orgX,x",
            f"8,{'x' * 65}@example.org,x",
            "9,c@x.example.org,",
        ]
    )
    assert row.findall(text) == ["anna@example.org", "b@example.org", "c@x.example.org"]


_ATOMS = st.text("abcXYZ019!#$%&'*+/=?^_`{|}~-.", min_size=1, max_size=66)
_LABELS = st.text("abcz019-", min_size=1, max_size=12) | st.text("abz09-", min_size=50, max_size=65)
_DOMAINS = st.lists(_LABELS, min_size=1, max_size=5).map(".".join) | st.text("abcXYZ019-.", min_size=1, max_size=70)
_TOP_LEVELS = [
    "org",
    "COM",
    "x",
    "c0",
    "example",
    "a-b",
    "local",
    "locals",
    "localhost",
    "TEST",
    "arpa",
    "onion",
    "test",
]
_NEAR_ADDRESSES = st.builds("{}@{}.{}".format, _ATOMS, _DOMAINS, st.sampled_from(_TOP_LEVELS))


@given_any(_NEAR_ADDRESSES)
@example("a@b--c.org")
@example("a@bc--d.org")
@example("a@xn--mller-kva.example")
@example(f"{'x' * 64}@{'d' * 54}.{'d' * 54}.{'d' * 54}.{'d' * 24}")
def test_what_the_fast_path_takes_email_validator_takes_alike(text: str) -> None:
    if is_ordinary(text):
        validated = validate_email(text, check_deliverability=False, test_environment=True, strict=True)
        assert validated.ascii_email is not None
        assert canonical(validated.ascii_email) == canonical(text)
        assert validated.ascii_domain == text.rpartition("@")[2]


@given_any(_NEAR_ADDRESSES)
def test_parsing_takes_and_refuses_what_email_validator_does(text: str) -> None:
    taken: str | None
    try:
        taken = parse_address(text).value
    except InvalidAddressError:
        taken = None
    bare = text.lstrip("'").rstrip("'.,;")
    try:
        validated = validate_email(bare, check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError:
        assert taken is None
    else:
        assert taken == f"{bare.rpartition('@')[0]}@{validated.ascii_domain}"


@given_any(
    st.lists(st.text("abzABZ09_+", min_size=1, max_size=15), min_size=1, max_size=4),
    st.sampled_from(".-'"),
    st.lists(st.text("abz09", min_size=1, max_size=26), min_size=1, max_size=2).map("-".join),
    st.sampled_from(["com", "info", "co.uk", "example", "mail.example.org"]),
)
def test_common_addresses_take_the_fast_path(atoms: list[str], between: str, label: str, end: str) -> None:
    assert is_ordinary(f"{between.join(atoms)}@{label}.{end}")


@given_any(_NEAR_ADDRESSES)
def test_an_ordinary_address_keeps_the_limits_of_smtp(text: str) -> None:
    if is_ordinary(text):
        assert len(text) <= MAX_ADDRESS_CHARACTERS
        assert text.index("@") <= MAX_LOCAL_CHARACTERS


@given_any(st.text(max_size=40).map("a{}@example.org".format) | st.text(max_size=80) | _NEAR_ADDRESSES)
def test_whatever_is_taken_can_stand_in_a_header_and_is_taken_again_alike(text: str) -> None:
    try:
        address = parse_address(text)
    except InvalidAddressError:
        return
    assert address.value.isascii()
    assert address.value.isprintable()
    assert address.value.count("@") == 1
    assert not set(address.value) & set(' <>,;"\\')
    assert parse_address(address.value) == Address(address.value, address.canonical)
