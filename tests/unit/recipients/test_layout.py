import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.recipients.headers import (
    ADDRESS_HEADERS,
    LOCALE_HEADERS,
    TIME_ZONE_HEADERS,
    is_address_header,
    is_locale_header,
    is_time_zone_header,
)
from chalicelib.recipients.layout import (
    MAX_HEADER_CHARACTERS,
    RESERVED_NAMES,
    clean_headers,
    field_name,
    layout_of,
    layout_without_header,
)
from chalicelib.recipients.model import UnreadableFileError
from chalicelib.templates.rendering import compile_content


@pytest.mark.parametrize(
    "header",
    [
        *("email", "E-Mail", " E-mail address ", "MAIL", "e_mail_address", "E-Mail-Adresse", "Correo electrónico"),
        *("Courriel", "メールアドレス", "E-MAIL CÍM", "Poczta elektroniczna", "İmejl", "Имейл", "sähkopostiosoite"),
    ],
)
def test_a_header_of_addresses_is_known_in_any_spelling(header: str) -> None:
    assert is_address_header(header)


@pytest.mark.parametrize("header", ["", "*", "name", "emails sent", "post", "address", "Adresse", "town", "@"])
def test_other_headers_are_none_of_addresses(header: str) -> None:
    assert not is_address_header(header)


def test_every_listed_header_is_known_and_has_one_meaning() -> None:
    for listed, means in (
        (ADDRESS_HEADERS, is_address_header),
        (TIME_ZONE_HEADERS, is_time_zone_header),
        (LOCALE_HEADERS, is_locale_header),
    ):
        for header in listed.split(","):
            assert means(header)
            assert [is_address_header(header), is_time_zone_header(header), is_locale_header(header)].count(True) == 1


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("First Name", "first_name"),
        ("  Größe (cm) ", "größe_cm"),
        ("2nd", "_2nd"),
        ("", "column_4"),
        ("***", "column_4"),
        ("नाम", "नाम"),
        ("\uff21\uff22", "ab"),
        ("__x__", "x"),
    ],
)
def test_names_have_letters_digits_and_underscores(header: str, name: str) -> None:
    assert field_name(header, 3) == name


def test_names_are_unique_and_never_reserved_and_the_mapping_shows_them() -> None:
    layout = layout_of(["email", "E-Mail", "Name", "name", "Name", "", "for", "Unsubscribe URL"], 0)
    assert layout.names == (*("email", "e_mail", "name", "name_2", "name_3", "column_6", "for_2", "unsubscribe_url_2"),)
    assert layout.columns == {
        "email": "email",
        "E-Mail": "e_mail",
        "Name": "name",
        "name": "name_2",
        "Name (column 5)": "name_3",
        "(column 6)": "column_6",
        "for": "for_2",
        "Unsubscribe URL": "unsubscribe_url_2",
    }


def test_the_address_column_is_called_email_whatever_its_header() -> None:
    layout = layout_of(["email", "Kontakt"], 1)
    assert (layout.address_index, layout.address_column) == (1, "Kontakt")
    assert layout.names == ("email_2", "email")


def test_columns_of_time_zones_and_locales_have_set_names() -> None:
    layout = layout_of(["E-Mail", "Sprache", "Zeitzone", "timezone", "Locale"], 0)
    assert layout.names == ("email", "locale", "timezone", "timezone_2", "locale_2")
    assert layout.timezone_index == 2
    assert layout_of(["email", "name"], 0).timezone_index is None
    assert layout_of(["tz", "lang"], 0).names == ("email", "locale")


def test_without_header_columns_are_named_by_their_positions() -> None:
    layout = layout_without_header(3, 1)
    assert layout.names == ("column_1", "email", "column_3")
    assert layout.columns == {"column 1": "column_1", "column 2": "email", "column 3": "column_3"}
    assert (layout.address_index, layout.address_column, layout.timezone_index) == (1, "column 2", None)


def test_headers_are_trimmed_and_empty_ones_at_the_end_dropped() -> None:
    assert clean_headers([" email ", "", "town", " ", "\xa0", ""]) == ["email", "", "town"]
    assert clean_headers(["", " "]) == []


def test_what_a_record_cannot_hold_is_replaced_in_headers() -> None:
    assert clean_headers(["na\0me", "t\udce9l"]) == ["na\ufffdme", "t\ufffdl"]


def test_a_long_header_is_shown_by_its_beginning() -> None:
    layout = layout_of(["email", "x" * 300, "x" * 301, "y" * MAX_HEADER_CHARACTERS], 0)
    shown = "x" * MAX_HEADER_CHARACTERS + "…"
    assert list(layout.columns) == ["email", shown, f"{shown} (column 3)", "y" * MAX_HEADER_CHARACTERS]


def test_too_many_columns_are_refused() -> None:
    layout_of(["email"] * 200, 0)
    with pytest.raises(UnreadableFileError, match="201 columns; at most 200"):
        layout_of(["email"] * 201, 0)
    with pytest.raises(UnreadableFileError, match="201 columns; at most 200"):
        layout_without_header(201, 0)


known = st.sampled_from([*sorted(RESERVED_NAMES), "tz", "timezone", "Zeitzone", "lang", "a (column 3)", "a"])


@given(st.lists(st.text(max_size=20) | known, max_size=6), st.integers(0, 6))
def test_a_template_can_read_every_column(others: list[str], position: int) -> None:
    headers = clean_headers([*others[:position], "email", *others[position:], "end"])
    layout = layout_of(headers, min(position, len(others)))
    assert len(set(layout.names)) == len(layout.names)
    assert tuple(layout.columns.values()) == layout.names
    assert layout.columns[layout.address_column] == "email" == layout.names[layout.address_index]
    text = "".join(f"{{{{ {name} }}}}\n" for name in layout.names)
    fields = {name: f"value{position}" for position, name in enumerate(layout.names)}
    rendered = compile_content("x", "", text).render(fields)
    assert rendered.text == "".join(f"value{position}\n" for position in range(len(layout.names)))
