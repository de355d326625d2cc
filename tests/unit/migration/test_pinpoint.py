"""Endpoints and templates of Amazon Pinpoint, as its documentation shows them, become files of this platform."""

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from emailplatform.migration.pinpoint import field_name, read_endpoints, read_template

ANNA: dict[str, Any] = {
    "ChannelType": "EMAIL",
    "Address": "anna@example.org",
    "Id": "e1",
    "OptOut": "NONE",
    "EndpointStatus": "ACTIVE",
    "Attributes": {"Interests": ["soup", "gardens, big"], "Plan": ["gold"]},
    "Demographic": {"Timezone": "Europe/Berlin", "Platform": "iOS"},
    "Location": {"City": "Köln"},
    "Metrics": {"age": 17.5},
    "User": {"UserId": "u1", "UserAttributes": {"FirstName": ["Anna"]}},
}
BOB = {"ChannelType": "EMAIL", "Address": "bob@example.org", "OptOut": "ALL"}
CLEO = {"ChannelType": "EMAIL", "Address": "cleo@example.org", "EndpointStatus": "INACTIVE"}
DAVE = {"ChannelType": "SMS", "Address": "+49123"}
EVE = {"ChannelType": "EMAIL", "User": {"UserId": "u5"}}
EVERYBODY = [ANNA, BOB, CLEO, DAVE, EVE]
CSV = (
    "ChannelType,Address,OptOut,Attributes.Interests,Attributes.Interests,Demographic.Timezone,User.UserAttributes.FirstName\n"
    'EMAIL,anna@example.org,NONE,soup,"gardens, big",Europe/Berlin,Anna\n'
    "EMAIL,bob@example.org,ALL,,,,\n"
    "SMS,+49123,,,,,\n"
)


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("form", ["lines", "list", "answer", "gzip"])
def test_endpoints_in_json_in_each_form(form: str, tmp_path: Path) -> None:
    lines = "\n".join(json.dumps(one) for one in EVERYBODY)
    text = {"list": json.dumps(EVERYBODY), "answer": json.dumps({"EndpointsResponse": {"Item": EVERYBODY}})}.get(
        form, lines
    )
    file = tmp_path / "export.json"
    file.write_bytes(gzip.compress(text.encode()) if form == "gzip" else text.encode())
    found = read_endpoints(file)
    [row] = _rows(found.written())
    assert next(iter(row)) == "email"
    assert row == {
        "email": "anna@example.org",
        "id": "e1",
        "interests": "soup, gardens, big",
        "plan": "gold",
        "timezone": "Europe/Berlin",
        "demographic_platform": "iOS",
        "location_city": "Köln",
        "metric_age": "17.5",
        "user_id": "u1",
        "user_first_name": "Anna",
    }
    assert [(one.address, one.scope, one.reason) for one in found.suppressed] == [
        ("bob@example.org", "campaigns", "unsubscribe")
    ]
    assert found.left_out == {"inactive": 1, "not an e-mail endpoint": 1, "no address": 1}


def test_every_endpoint_is_accounted_for(tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    file.write_text("\n".join(json.dumps(one) for one in EVERYBODY), encoding="utf-8")
    found = read_endpoints(file)
    assert len(found.rows) + len(found.suppressed) + found.left_out.total() == len(EVERYBODY)


def test_endpoints_in_csv(tmp_path: Path) -> None:
    file = tmp_path / "segment.csv"
    file.write_text("\ufeff" + CSV, encoding="utf-8")
    found = read_endpoints(file)
    [row] = _rows(found.written())
    assert row == {
        "email": "anna@example.org",
        "interests": "soup, gardens, big",
        "timezone": "Europe/Berlin",
        "user_first_name": "Anna",
    }
    assert len(found.suppressed) == 1
    assert found.left_out == {"not an e-mail endpoint": 1}


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "", '{"some": "thing"}', "[1, 2]", "{broken"])
def test_something_else_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "other"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"."):
        read_endpoints(file)
    assert read_template(file) is None


def test_a_template_with_its_defaults(tmp_path: Path) -> None:
    file = tmp_path / "welcome.json"
    answer = {
        "TemplateName": "welcome",
        "Subject": "Hi {{User.UserAttributes.FirstName}}",
        "HtmlPart": "<p>{{Attributes.Plan}} {{#each Attributes.X}}{{this}}{{/each}}</p>",
        "TextPart": "{{now}} {{Address}}",
        "DefaultSubstitutions": json.dumps(
            {"User": {"UserAttributes": {"FirstName": "friend"}}, "Attributes.Plan": "free"}
        ),
    }
    file.write_text(json.dumps({"EmailTemplateResponse": answer}), encoding="utf-8")
    template = read_template(file)
    assert template
    assert template.subject.source == "Hi {{ user_first_name|default('friend') }}"
    assert template.html.source == "<p>{{ plan|default('free') }} {{ carry_over_1 }}</p>"
    assert template.text
    assert template.text.source == "{{ carry_over_2 }} {{ email|default('') }}"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("Address", "email"),
        ("Attributes.FavouriteHTMLColour", "favourite_html_colour"),
        ("User.UserAttributes.First Name", "user_first_name"),
        ("Demographic.Timezone", "timezone"),
        ("Location.PostalCode", "location_postal_code"),
        ("Attributes.", None),
        ("Other.Thing", None),
    ],
)
def test_columns_and_templates_name_fields_alike(path: str, name: str | None) -> None:
    assert field_name(path) == name
