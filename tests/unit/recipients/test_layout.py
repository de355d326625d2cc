import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.recipients.layout import ADDRESS_HEADERS, RESERVED_NAMES, field_name, read_header
from chalicelib.recipients.model import UnreadableFileError
from chalicelib.templates.rendering import compile_content


@pytest.mark.parametrize(
    "header",
    [
        "email",
        "E-Mail",
        " E-mail address ",
        "MAIL",
        "E-Mail-Adresse",
        "Correo electrónico",
        "Courriel",
        "メールアドレス",
    ],
)
def test_the_address_column_is_known_by_its_name(header: str) -> None:
    layout = read_header(["Name", header])
    assert layout.address_index == 1
    assert layout.address_column == header.strip()
    assert layout.names == ("name", "email")


def test_every_listed_header_is_known() -> None:
    for header in ADDRESS_HEADERS.split(","):
        assert read_header([header]).address_index == 0


def test_without_an_address_column_the_headers_are_named() -> None:
    with pytest.raises(UnreadableFileError, match=r"'name', 'town'"):
        read_header(["name", "town"])


def test_a_file_without_header_is_told_apart() -> None:
    with pytest.raises(UnreadableFileError, match="first line holds an address"):
        read_header(["anna@example.org", "Anna"])


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
    layout = read_header(["email", "E-Mail", "Name", "name", "Name", "", "for", "Unsubscribe URL"])
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


def test_too_many_columns_are_refused() -> None:
    with pytest.raises(UnreadableFileError, match="at most 200"):
        read_header(["email"] * 201)


@given(st.lists(st.text(max_size=20) | st.sampled_from(sorted(RESERVED_NAMES)), max_size=6))
def test_a_template_can_read_every_column(headers: list[str]) -> None:
    layout = read_header(["email", *headers])
    assert len(set(layout.names)) == len(layout.names)
    assert sorted(layout.columns.values()) == sorted(layout.names)
    text = "".join(f"{{{{ {name} }}}}\n" for name in layout.names)
    fields = {name: f"value{position}" for position, name in enumerate(layout.names)}
    rendered = compile_content("x", "", text).render(fields)
    assert rendered.text == "".join(f"value{position}\n" for position in range(len(layout.names)))
