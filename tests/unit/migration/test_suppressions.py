"""Lists of other services, as they export them."""

import json
from pathlib import Path

import pytest

from emailplatform.migration.suppressions import Service, Suppressed, UnknownListError, read, written

LISTMONK = (
    "uuid,email,name,attributes,status,created_at,updated_at\n"
    'u1,a@x.org,Anna,"{""city"": ""Bonn""}",blocklisted,2026-01-01 00:00:00,2026-03-01 12:00:00\n'
    "u2,b@x.org,Bob,{},enabled,2026-01-01 00:00:00,2026-03-01 12:00:00\n"
)
LISTS: list[tuple[Service, str, str | None, list[tuple[str, str, str, str | None]]]] = [
    (
        Service.SES,
        json.dumps(
            {
                "SuppressedDestinationSummaries": [
                    {"EmailAddress": "a@x.org", "Reason": "BOUNCE", "LastUpdateTime": "2026-03-01T13:00:00+01:00"},
                    {"EmailAddress": "b@x.org", "Reason": "COMPLAINT", "LastUpdateTime": 1772366400.0},
                ]
            }
        ),
        None,
        [
            ("a@x.org", "all", "bounce", "2026-03-01T12:00:00.000Z"),
            ("b@x.org", "all", "complaint", "2026-03-01T12:00:00.000Z"),
        ],
    ),
    (
        Service.SES,
        "a@x.org,BOUNCE\nb@x.org,COMPLAINT\n",
        None,
        [("a@x.org", "all", "bounce", None), ("b@x.org", "all", "complaint", None)],
    ),
    (
        Service.SES,
        '{"emailAddress": "a@x.org", "reason": "BOUNCE"}\n{"emailAddress": "a@X.org", "reason": "BOUNCE"}\n',
        None,
        [("a@x.org", "all", "bounce", None)],
    ),
    (
        Service.SENDGRID,
        "email,reason,status,created\na@x.org,550 no such user,5.1.1,1772366400\n",
        "bounce",
        [("a@x.org", "all", "bounce", "2026-03-01T12:00:00.000Z")],
    ),
    (
        Service.SENDGRID,
        json.dumps([{"created": 1772366400, "email": "a@x.org"}]),
        "unsubscribe",
        [("a@x.org", "campaigns", "unsubscribe", "2026-03-01T12:00:00.000Z")],
    ),
    (
        Service.MAILCHIMP,
        "Email Address,First Name,UNSUB_TIME,UNSUB_REASON\na@x.org,Anna,2026-03-01 12:00:00,N/A\n",
        None,
        [("a@x.org", "campaigns", "unsubscribe", "2026-03-01T12:00:00.000Z")],
    ),
    (
        Service.MAILCHIMP,
        "Email Address,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE\na@x.org,2026-03-01 12:00:00,News\n",
        None,
        [("a@x.org", "all", "bounce", "2026-03-01T12:00:00.000Z")],
    ),
    (
        Service.LISTMONK,
        LISTMONK,
        None,
        [("a@x.org", "all", "manual", "2026-03-01T12:00:00.000Z")],
    ),
]


@pytest.mark.parametrize(("service", "text", "reason", "expected"), LISTS)
def test_a_list_is_read(
    service: Service, text: str, reason: str | None, expected: list[tuple[str, str, str, str | None]], tmp_path: Path
) -> None:
    file = tmp_path / "list"
    file.write_text("\ufeff" + text, encoding="utf-8")
    assert read(service, file, reason=reason) == [Suppressed(*one) for one in expected]


@pytest.mark.parametrize(
    ("service", "text"),
    [
        (Service.SENDGRID, "email,created\na@x.org,1\n"),
        (Service.SES, "a@x.org,OTHER\n"),
        (Service.MAILCHIMP, "Email Address,First Name\na@x.org,Anna\n"),
        (Service.LISTMONK, "email,name\na@x.org,Anna\n"),
        (Service.SES, '{"Reason": "BOUNCE"}'),
        (Service.SES, "{broken"),
    ],
)
def test_a_list_that_does_not_say_why_is_refused(service: Service, text: str, tmp_path: Path) -> None:
    file = tmp_path / "list"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UnknownListError):
        read(service, file)


def test_a_scope_may_be_chosen_and_the_file_is_this_platforms(tmp_path: Path) -> None:
    file = tmp_path / "list"
    file.write_text("email,created\na@x.org,soon\n", encoding="utf-8")
    found = read(Service.SENDGRID, file, reason="unsubscribe", scope="topic:news")
    assert written(found) == "address,scope,reason,since\na@x.org,topic:news,unsubscribe,\n"
