"""The limits of request documents."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from chalicelib.entrypoints.http.campaign_schemas import CreateCampaign
from chalicelib.entrypoints.http.schemas import (
    Address,
    Identifier,
    ListQuery,
    Name,
    OwnAddress,
    ScheduleCampaign,
)
from chalicelib.entrypoints.http.template_schemas import PreviewTemplate

ADDRESS: TypeAdapter[str] = TypeAdapter(Address)
OWN_ADDRESS: TypeAdapter[str] = TypeAdapter(OwnAddress)
NAME: TypeAdapter[str] = TypeAdapter(Name)
IDENTIFIER: TypeAdapter[str] = TypeAdapter(Identifier)


@given(st.text(max_size=40))
def test_no_address_can_carry_a_second_header_or_recipient(text: str) -> None:
    try:
        taken = ADDRESS.validate_python(text + "@example.com")
    except ValidationError:
        return
    assert taken.isprintable()
    assert not set(taken) & set('\r\n<>,;:"()[]\\ \t')


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
    assert taken.isprintable()


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
