"""The normaliser, on the events that AWS publishes as samples."""

import json
from copy import deepcopy
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.tracking.model import (
    EventKind,
    ForeignEventError,
    MalformedEventError,
    TrackedEvent,
    UnknownEventError,
)
from chalicelib.tracking.ses_events import LONGEST_TEXT, normalise

SAMPLES = Path(__file__).parents[2] / "events"
CAMPAIGN = "cmp_01k9xq8z0v5w3r7t2y4n6m8p0s"
MESSAGE = f"{CAMPAIGN}-00000-00007"


def sample(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())
    document["mail"]["tags"] |= {"message_id": [MESSAGE], "campaign_id": [CAMPAIGN]}
    return document


def read(document: dict[str, Any]) -> TrackedEvent:
    (event,) = normalise(document)
    return event


@pytest.mark.parametrize(
    ("name", "kind", "at"),
    [
        ("send", EventKind.SEND, "2016-10-14T05:02:16.645Z"),
        ("delivery", EventKind.DELIVERY, "2016-10-19T23:21:04.133Z"),
        ("delivery_delay", EventKind.DELIVERY_DELAY, "2020-06-16T00:25:40.095Z"),
        ("bounce", EventKind.BOUNCE, "2017-08-05T00:41:02.669Z"),
        ("complaint", EventKind.COMPLAINT, "2017-08-05T00:41:02.669Z"),
        ("reject", EventKind.REJECT, "2016-10-14T17:38:15.211Z"),
        ("rendering_failure", EventKind.RENDERING_FAILURE, "2018-01-22T18:43:06.197Z"),
        ("open", EventKind.OPEN, "2017-08-09T22:00:19.652Z"),
        ("click", EventKind.CLICK, "2017-08-09T23:51:25.570Z"),
        ("subscription", EventKind.SUBSCRIPTION, "2022-01-12T01:00:17.910Z"),
    ],
)
def test_each_type_has_its_kind_ids_recipient_and_time(name: str, kind: EventKind, at: str) -> None:
    event = read(sample(name))
    assert event.kind is kind
    assert (event.message_id, event.campaign_id) == (MESSAGE, CAMPAIGN)
    assert event.provider_id == "EXAMPLE7c191be45-e9aedb9a-02f9-4d12-a87d-dd0099a07f8a-000000"
    assert event.recipient == "recipient@example.com"
    assert event.at == datetime.fromisoformat(at).astimezone(UTC)


def test_every_kind_has_a_sample() -> None:
    assert {path.stem for path in SAMPLES.glob("*.json")} == set(EventKind)


@pytest.mark.parametrize(
    ("bounce_type", "subtype", "hard"),
    [
        ("Permanent", "General", True),
        ("Permanent", "NoEmail", True),
        ("Permanent", "Suppressed", True),
        ("Permanent", "OnAccountSuppressionList", True),
        ("Permanent", "EmailValidationSuppressed", True),
        ("Permanent", "OnTenantSuppressionList", True),
        ("Transient", "General", False),
        ("Transient", "MailboxFull", False),
        ("Transient", "MessageTooLarge", False),
        ("Transient", "CustomTimeoutExceeded", False),
        ("Transient", "ContentRejected", False),
        ("Transient", "AttachmentRejected", False),
        ("Undetermined", "Undetermined", False),
    ],
)
def test_only_permanent_bounces_are_hard(bounce_type: str, subtype: str, *, hard: bool) -> None:
    document = sample("bounce")
    document["bounce"] |= {"bounceType": bounce_type, "bounceSubType": subtype}
    event = read(document)
    assert (event.bounce_type, event.bounce_subtype, event.is_hard_bounce) == (bounce_type, subtype, hard)


@pytest.mark.parametrize(
    ("name", "diagnostic"),
    [
        ("bounce", "smtp; 550 5.1.1 user unknown"),
        ("delivery_delay", "smtp; 421 4.4.1 Unable to connect to remote host"),
        ("delivery", "250 2.6.0 Message received"),
        ("complaint", "abuse"),
        ("reject", "Bad content"),
        ("rendering_failure", "Attribute 'attributeName' is not present in the rendering data."),
        ("send", None),
    ],
)
def test_what_the_other_side_said_is_kept(name: str, diagnostic: str | None) -> None:
    assert read(sample(name)).diagnostic == diagnostic


def test_a_click_names_its_link_and_reader() -> None:
    event = read(sample("click"))
    assert event.link == "http://docs.aws.amazon.com/ses/latest/DeveloperGuide/send-email-smtp.html"
    assert event.ip_address == "192.0.2.1"
    assert event.user_agent is not None


@pytest.mark.parametrize("name", ["open", "click"])
@pytest.mark.parametrize(
    ("said", "bot"), [("Likely", True), ("Unlikely", False), (None, None), ("Perhaps", None), (["Likely"], None)]
)
def test_what_ses_takes_the_reader_for_is_kept(name: str, said: object, *, bot: bool | None) -> None:
    document = sample(name)
    document[name]["isBotEvent"] = said
    assert read(document).bot is bot
    del document[name]["isBotEvent"]
    assert read(document).bot is None


def test_the_reporter_of_a_complaint_is_not_taken_for_a_reader() -> None:
    assert read(sample("complaint")).user_agent is None


def test_each_recipient_gets_an_event_of_its_own() -> None:
    document = sample("bounce")
    document["bounce"]["bouncedRecipients"].append({"emailAddress": "second@example.com"})
    first, second = normalise(document)
    assert (first.recipient, second.recipient) == ("recipient@example.com", "second@example.com")
    assert first.fingerprint != second.fingerprint


def test_two_deliveries_of_one_event_have_one_fingerprint() -> None:
    assert read(sample("open")).fingerprint == read(sample("open")).fingerprint
    later = sample("open")
    later["open"]["timestamp"] = "2017-08-09T22:00:19.653Z"
    assert read(later).fingerprint != read(sample("open")).fingerprint


def test_texts_from_outside_are_cut() -> None:
    document = sample("click")
    document["click"]["link"] = "https://example.org/" + "x" * 100_000
    assert len(read(document).link or "") == LONGEST_TEXT


@pytest.mark.parametrize("tags", [None, [], {}, {"message_id": [MESSAGE]}, {"message_id": [], "campaign_id": ["c"]}])
def test_mail_of_another_sender_is_unknown(tags: object) -> None:
    document = sample("send")
    document["mail"]["tags"] = tags
    with pytest.raises(ForeignEventError, match="has no tag"):
        normalise(document)


def test_a_new_type_is_unknown() -> None:
    with pytest.raises(UnknownEventError, match="Teleport"):
        normalise(sample("send") | {"eventType": "Teleport"})


@pytest.mark.parametrize(
    "delay",
    [
        "InternalFailure",
        "General",
        "MailboxFull",
        "SpamDetected",
        "RecipientServerError",
        "IPFailure",
        "TransientCommunicationFailure",
        "BYOIPHostNameLookupUnavailable",
        "Undetermined",
        "SendingDeferral",
    ],
)
def test_every_delay_is_one_of_delivery(delay: str) -> None:
    document = sample("delivery_delay")
    document["deliveryDelay"]["delayType"] = delay
    assert read(document).kind is EventKind.DELIVERY_DELAY


@pytest.mark.parametrize("said", ["abuse", "auth-failure", "fraud", "not-spam", "other", "virus", None])
@pytest.mark.parametrize("subtype", [None, "OnAccountSuppressionList"])
def test_every_complaint_is_one_with_or_without_a_report(said: str | None, subtype: str | None) -> None:
    document = sample("complaint")
    document["complaint"] |= {"complaintFeedbackType": said, "complaintSubType": subtype}
    event = read(document)
    assert (event.kind, event.diagnostic) == (EventKind.COMPLAINT, said)


def test_a_bounce_without_a_report_has_no_diagnostic() -> None:
    document = sample("bounce")
    document["bounce"]["bouncedRecipients"] = [{"emailAddress": "recipient@example.com"}]
    assert read(document).diagnostic is None


def test_fields_that_ses_adds_later_change_nothing() -> None:
    for path in SAMPLES.glob("*.json"):
        document = sample(path.stem)
        plain = read(deepcopy(document))
        for part in (document, *(value for value in document.values() if isinstance(value, dict))):
            part["newField"] = {"of": ["any", "shape"]}
        assert read(document) == plain


def test_what_utf_8_cannot_write_is_replaced() -> None:
    document = sample("click")
    document["click"]["userAgent"] = "odd \ud800 agent"
    document["mail"]["destination"] = ["\udfff@example.com"]
    event = read(document)
    assert (event.user_agent, event.recipient) == ("odd ? agent", "?@example.com")
    assert event.fingerprint


ODD: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.lists(st.text(), max_size=2)
    | st.just({})
    | st.just("\ud800")
)
TIMES = st.sampled_from(
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999-14:00", "2017-08-09T22:00:19.652Z", "2017-13-01T00:00:00Z"]
)


@settings(max_examples=300)
@given(st.data())
def test_whatever_a_record_holds_it_is_an_event_or_refused(data: st.DataObject) -> None:
    document = sample(data.draw(st.sampled_from(sorted(EventKind))))
    for _ in range(data.draw(st.integers(1, 3))):
        parent: Any = document
        while True:
            key = data.draw(st.sampled_from(sorted(parent)) if isinstance(parent, dict) else st.just(0))
            child = parent[key]
            if not isinstance(child, dict | list) or not child or data.draw(st.booleans()):
                break
            parent = child
        parent[key] = data.draw(TIMES if key == "timestamp" else ODD)
    try:
        events = normalise(document)
    except (MalformedEventError, UnknownEventError, ForeignEventError):
        return
    for event in events:
        assert event.fingerprint
        assert event.at.tzinfo is UTC
        for value in astuple(event):
            assert not isinstance(value, str) or value.encode()


def without(name: str, *path: str) -> dict[str, Any]:
    document = deepcopy(sample(name))
    parent = document
    for step in path[:-1]:
        parent = parent[step]
    del parent[path[-1]]
    return document


@pytest.mark.parametrize(
    "document",
    [
        ["a list"],
        {},
        {"eventType": 1},
        {"eventType": "Send", "mail": "text"},
        without("send", "mail", "messageId"),
        without("send", "mail", "timestamp"),
        without("send", "mail", "destination"),
        without("bounce", "bounce"),
        without("bounce", "bounce", "timestamp"),
        without("bounce", "bounce", "bouncedRecipients"),
        sample("bounce") | {"bounce": {"timestamp": "2017-08-05T00:41:02.669Z", "bouncedRecipients": ["a"]}},
        sample("bounce") | {"bounce": {"timestamp": "2017-08-05T00:41:02.669Z", "bouncedRecipients": [{}]}},
        sample("delivery") | {"delivery": {"timestamp": "2017-08-05T00:41:02.669Z", "recipients": [1]}},
        sample("open") | {"open": {"timestamp": "yesterday"}},
        sample("open") | {"open": {"timestamp": "2017-08-05T00:41:02.669"}},
    ],
)
def test_what_is_no_ses_event_is_malformed(document: object) -> None:
    with pytest.raises(MalformedEventError):
        normalise(document)
