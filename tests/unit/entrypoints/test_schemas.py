"""The limits of request documents."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter, ValidationError

from chalicelib.entrypoints.http.campaign_schemas import CreateCampaign
from chalicelib.entrypoints.http.schemas import (
    Address,
    Identifier,
    ListQuery,
    Moment,
    Name,
    OwnAddress,
    ScheduleCampaign,
)
from chalicelib.entrypoints.http.template_schemas import PreviewTemplate

ADDRESS: TypeAdapter[str] = TypeAdapter(Address)
OWN_ADDRESS: TypeAdapter[str] = TypeAdapter(OwnAddress)
NAME: TypeAdapter[str] = TypeAdapter(Name)
MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
_UNSEEN = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A))}
IDENTIFIER: TypeAdapter[str] = TypeAdapter(Identifier)


@given(st.text(max_size=40))
def test_no_address_can_carry_a_second_header_or_recipient(text: str) -> None:
    try:
        taken = ADDRESS.validate_python(text + "@example.com")
    except ValidationError:
        return
    assert not _UNSEEN & set(taken)
    assert not set(taken) & set('<>,;:"()[]\\ \u00a0\u00ad\u200b\u200d\ufeff')


@pytest.mark.parametrize("text", ["a@b", "Anna.Bo+x@sub.example.com", "  a@b.c  ", "grüße@bücher.example"])
def test_plain_addresses_are_taken(text: str) -> None:
    assert ADDRESS.validate_python(text) == text.strip()


@pytest.mark.parametrize("text", ["", "a", "@b", "a@", "a@b@c", "a b@c", "Anna <a@b.c>", "a@b,c@d", "a@" + "b" * 253])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        ADDRESS.validate_python(text)


@given(st.text(max_size=30))
def test_a_name_is_one_printable_line(text: str) -> None:
    try:
        taken = NAME.validate_python(text)
    except ValidationError:
        return
    assert taken == text.strip()
    assert not _UNSEEN & set(taken)


@pytest.mark.parametrize("unseen", ["\n", "\r", "\0", "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\u202e", "\u2066"])
def test_a_line_holds_nothing_that_ends_it_or_turns_its_direction(unseen: str) -> None:
    for kind in (NAME, ADDRESS):
        with pytest.raises(ValidationError):
            kind.validate_python(f"a{unseen}b@example.com")


@pytest.mark.parametrize("text", ["👩‍💻 Ada", "می‌خواهم", "10\u00a0%", "\U0001fae9 of Unicode 16", "שלום\u200e!"])
def test_a_line_may_hold_joiners_and_characters_newer_than_this_python(text: str) -> None:
    assert NAME.validate_python(text) == text


@given(st.text(max_size=20))
@example("a\u0085b")
@example(" ")
@example("a@b")
@example("https://crm.example.com/hook")
def test_what_the_description_says_of_a_text_is_what_is_checked(text: str) -> None:
    for kind in (NAME, ADDRESS, OWN_ADDRESS):
        described = Draft202012Validator(kind.json_schema())
        stripped = text.strip()
        try:
            kind.validate_python(stripped)
        except ValidationError:
            assert not described.is_valid(stripped)
        else:
            assert described.is_valid(stripped)


@pytest.mark.parametrize("at", [0, 1_900_000_000, "0", "1900000000", True, None, ["2030-10-01T09:00"]])
def test_a_number_is_no_time(at: object) -> None:
    with pytest.raises(ValidationError):
        ScheduleCampaign.model_validate({"at": at})
    with pytest.raises(ValidationError):
        MOMENT.validate_python(at)


@pytest.mark.parametrize("text", ["news@bücher.example", "grüße@example.com"])
def test_the_own_address_is_ascii(text: str) -> None:
    with pytest.raises(ValidationError, match="beginning with xn--"):
        OWN_ADDRESS.validate_python(text)
    assert OWN_ADDRESS.validate_python(" news@xn--bcher-kva.example") == "news@xn--bcher-kva.example"


@pytest.mark.parametrize("text", ["", "cmp_", "CMP_" + "0" * 26, "cmp_" + "0" * 27, "cmp_" + "0" * 26 + "\n", "a/../b"])
def test_what_is_no_identifier_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        IDENTIFIER.validate_python(text)


@pytest.mark.parametrize(("limit", "taken"), [("1", 1), ("200", 200), (None, 50)])
def test_a_page_has_1_to_200_items(limit: str | None, taken: int) -> None:
    assert ListQuery.model_validate({} if limit is None else {"limit": limit}).limit == taken


@pytest.mark.parametrize("fields", [{"a": 1}, {"a" * 101: ""}, {"a": "x" * 10_001}, {str(n): "" for n in range(201)}])
def test_the_fields_of_a_preview_are_bounded(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PreviewTemplate(fields=fields)


CAMPAIGN = {
    "name": "May",
    "template_id": "tpl_" + "0" * 26,
    "file_id": "rcf_" + "0" * 26,
    "sender": {"address": "shop@example.com"},
}


@pytest.mark.parametrize("topic", [None, "news", "a-1", "9" * 40])
def test_a_campaign_may_have_a_topic(topic: str | None) -> None:
    assert CreateCampaign.model_validate({**CAMPAIGN, "topic": topic}).topic == topic


@pytest.mark.parametrize("topic", ["", "News", "a b", "a" * 41, "news\n", "topic:news", "ä", 7])
def test_what_is_no_topic_is_refused(topic: object) -> None:
    with pytest.raises(ValidationError):
        CreateCampaign.model_validate({**CAMPAIGN, "topic": topic})


def test_a_time_may_have_an_offset_or_none() -> None:
    assert ScheduleCampaign.model_validate_json('{"at": "2030-01-01T09:00:00"}').at.tzinfo is None
    assert ScheduleCampaign.model_validate_json('{"at": "2030-01-01T09:00:00+02:00"}').at.tzinfo is not None
