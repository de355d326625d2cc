"""Many changes of messages at once: the fake, and DynamoDB's PartiQL statements on the embedded AWS.

Moto needs a parser of its own for such statements, so these run on the embedded AWS.
"""

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import boto3
import pytest
from botocore.stub import Stubber
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.messages.model import Facts, Message, MessageKey, MessageNotFoundError, MessageStatus
from chalicelib.messages.ports import MessageRepository
from chalicelib.sending.outcomes import accepted, failed, skipped
from chalicelib.settings import Settings
from chalicelib.store.message_batches import Change, StatementFailedError, write_changes
from chalicelib.store.message_images import image_of, message_of_image
from chalicelib.store.messages import DynamoMessages
from chalicelib.store.tables import TABLES, MessageItem, bind
from local.emulator import Emulator
from tests.contract import dynamo
from tests.fakes.messages import FakeMessages

NOON = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
CAMPAIGN = "cmp_01k9xq8z0v5w3r7t2y4n6m8p0s"


@pytest.fixture(scope="module")
def emulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The tables on an embedded AWS of its own."""
    with Emulator(tmp_path_factory.mktemp("aws")) as emulator, pytest.MonkeyPatch.context() as patch:
        for name, value in emulator.environment.items():
            patch.setenv(name, value)
        patch.setattr(MessageItem, "_connection", None)
        dynamo.make_tables(emulator.client("dynamodb"))
        bind("messages", Settings({f"TABLE_{name.upper()}": f"contract-{name}" for name in TABLES}))
        yield


@pytest.fixture(params=["fake", "emulated"])
def messages(request: pytest.FixtureRequest) -> MessageRepository:
    if request.param == "fake":
        return FakeMessages()
    request.getfixturevalue("emulated")
    return DynamoMessages()


def message(seq: int = 0, revision: int = 1) -> Message:
    return Message(CAMPAIGN, 0, seq, f"u{seq}@example.org", NOON, {"name": "Zoë", "empty": ""}, revision=revision)


def stored(messages: MessageRepository, count: int) -> list[Message]:
    messages.put_all(message(seq) for seq in range(count))
    return messages.read_group(CAMPAIGN, 0, 0, count)


def test_more_changes_than_one_call_takes_are_all_stored(messages: MessageRepository) -> None:
    before = stored(messages, 60)
    steps = [
        partial(failed, at=NOON, reason='it\'s "quoted"')
        if one.seq % 3
        else partial(accepted, at=NOON, provider_id=f"ses-{one.seq}")
        for one in before
    ]
    after = messages.change_all(list(zip(before, steps, strict=True)))
    assert after == messages.read_group(CAMPAIGN, 0, 0, 60)
    assert [one.revision for one in after] == [2] * 60
    assert [one.status for one in after[:3]] == [MessageStatus.ACCEPTED, MessageStatus.FAILED, MessageStatus.FAILED]
    assert (after[0].provider_id, after[1].facts.reason) == ("ses-0", 'it\'s "quoted"')


def test_what_was_read_too_early_is_read_again_and_the_others_are_not_held_up(messages: MessageRepository) -> None:
    before = stored(messages, 3)
    opened = messages.change(before[1], lambda one: one.with_facts(first_opened_at=NOON, opens=1))
    after = messages.change_all([(one, partial(accepted, at=NOON, provider_id="ses")) for one in before])
    assert after == messages.read_group(CAMPAIGN, 0, 0, 3)
    assert [one.revision for one in after] == [2, opened.revision + 1, 2]
    assert (after[1].facts.opens, after[1].status) == (1, MessageStatus.ACCEPTED)


def test_changes_that_change_nothing_write_nothing(messages: MessageRepository) -> None:
    before = stored(messages, 2)
    sent = messages.change(before[0], partial(accepted, at=NOON, provider_id="ses"))
    steps = [(one, partial(skipped, at=NOON, reason="cancelled")) for one in (sent, before[1])]
    after = messages.change_all(steps)
    assert [one.revision for one in after] == [2, 2]
    assert messages.change_all([(before[1], steps[1][1])]) == [after[1]]  # its work is found done after a conflict
    assert messages.change_all([]) == []


def test_a_fact_that_is_taken_back_is_removed_from_the_item(messages: MessageRepository) -> None:
    [one] = stored(messages, 1)
    [failure] = messages.change_all([(one, partial(failed, at=NOON, reason="no"))])
    [mended] = messages.change_all([(failure, lambda m: m.with_facts(failed_at=None, reason=None))])
    assert messages.get(MessageKey(CAMPAIGN, 0, 0)) == mended == replace(one, revision=3)


def test_a_message_that_is_gone_says_so(messages: MessageRepository) -> None:
    [one] = stored(messages, 1)
    with pytest.raises(MessageNotFoundError):
        messages.change_all([(one, lambda m: m), (replace(one, seq=99_998), partial(failed, at=NOON, reason="no"))])


def test_a_statement_is_permitted_as_on_aws_by_what_it_does_on_its_table(tmp_path: Path) -> None:
    with Emulator(tmp_path, enforce_iam=True) as emulator:
        dynamo.make_tables(emulator.client("dynamodb"))
        arn = "arn:aws:dynamodb:*:*:table/contract-messages"
        policy = {"Effect": "Allow", "Action": "dynamodb:PartiQLUpdate", "Resource": arn}
        iam = emulator.client("iam")
        iam.create_user(UserName="worker")
        document = json.dumps({"Version": "2012-10-17", "Statement": [policy]})
        iam.put_user_policy(UserName="worker", PolicyName="worker", PolicyDocument=document)
        key = iam.create_access_key(UserName="worker")["AccessKey"]
        client = boto3.client(
            "dynamodb",
            endpoint_url=emulator.endpoint,
            region_name="us-east-1",
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
        )
        emulator.client("dynamodb").put_item(TableName="contract-messages", Item=image_of(message()))
        assert write_changes(client, "contract-messages", _changes(1)) == []
        for refused in (
            'SELECT * FROM "contract-messages" WHERE "partition"=\'a\' AND "seq"=1',
            'UPDATE "contract-claims" SET "owner"=\'x\' WHERE "partition"=\'a\' AND "group"=1',
        ):
            with pytest.raises(client.exceptions.ClientError, match="AccessDenied"):
                client.batch_execute_statement(Statements=[{"Statement": refused}])


def _answers(*codes: str | None) -> dict[str, list[dict[str, object]]]:
    return {"Responses": [{"Error": {"Code": code, "Message": "m"}} if code else {} for code in codes]}


def _changes(count: int) -> list[Change]:
    before = [message(seq) for seq in range(count)]
    return [Change(one, replace(one.with_facts(failed_at=NOON), revision=2)) for one in before]


@pytest.mark.usefixtures("emulated")
def test_only_the_statements_that_dynamodb_was_too_busy_for_are_made_again() -> None:
    changes, pauses = _changes(4), list[float]()
    client = boto3.client("dynamodb")
    with Stubber(client) as stub:
        stub.add_response(
            "batch_execute_statement",
            _answers(None, "ThrottlingError", "ConditionalCheckFailed", "ProvisionedThroughputExceeded"),
        )
        stub.add_response("batch_execute_statement", _answers("ConditionalCheckFailed", None))
        assert write_changes(client, "t", changes, sleep=pauses.append) == [changes[2], changes[1]]
        stub.assert_no_pending_responses()
    assert len(pauses) == 1
    assert 0.025 <= pauses[0] <= 0.05


@pytest.mark.usefixtures("emulated")
def test_a_table_that_stays_busy_is_told_and_a_refusal_for_good_is_a_fault() -> None:
    client = boto3.client("dynamodb")
    with Stubber(client) as stub:
        for _ in range(6):
            stub.add_response("batch_execute_statement", _answers("RequestLimitExceeded"))
        with pytest.raises(TemporarilyUnavailableError):
            write_changes(client, "t", _changes(1), sleep=lambda _: None)
    with Stubber(client) as stub:
        stub.add_response("batch_execute_statement", _answers("AccessDenied"))
        with pytest.raises(StatementFailedError, match="AccessDenied"):
            write_changes(client, "t", _changes(1))
    with Stubber(client) as stub:
        stub.add_client_error("batch_execute_statement", "ThrottlingException")
        with pytest.raises(TemporarilyUnavailableError):
            write_changes(client, "t", _changes(1))
    with Stubber(client) as stub:
        stub.add_client_error("batch_execute_statement", "ValidationException")
        with pytest.raises(client.exceptions.ClientError):
            write_changes(client, "t", _changes(1))


_MOMENTS = st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - the zone follows
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
)
_TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)


@st.composite
def known_messages(draw: st.DrawFn) -> Message:
    known: dict[str, object] = {}
    for field in fields(Facts):
        if field.name.endswith(("_at", "_since")):
            known[field.name] = draw(_MOMENTS)
        elif field.name == "seen":
            known[field.name] = draw(st.frozensets(_TEXT, max_size=3))
        elif "int" in str(field.type):
            known[field.name] = draw(st.integers(0, 10**6))
        else:
            known[field.name] = draw(st.none() | _TEXT)
    return replace(
        message(draw(st.integers(0, 99_999)), draw(st.integers(0, 50))).with_facts(**known),
        fields=draw(st.dictionaries(_TEXT, st.text(st.characters(codec="utf-8")), max_size=3)),
        provider_id=draw(st.none() | _TEXT),
    )


@given(known_messages())
def test_an_item_is_what_the_model_makes_of_it_and_is_read_back(one: Message) -> None:
    image = image_of(one)
    modelled = MessageItem.from_raw_data(json.loads(json.dumps(image)))
    again = modelled.to_dynamodb_dict()
    for values in (image, again):
        if "seen" in values:
            values["seen"] = {"SS": sorted(values["seen"]["SS"])}
    assert again == image
    assert message_of_image(image) == one


def test_the_items_attributes_are_those_of_the_model() -> None:
    moment = NOON + timedelta(seconds=1)
    known: dict[str, object] = {name.name: moment for name in fields(Facts) if name.name.endswith(("_at", "_since"))}
    known |= dict.fromkeys(("opens", "clicks", "human_opens", "human_clicks"), 1)
    known |= dict.fromkeys(("bounce_type", "bounce_subtype", "reason"), "x") | {"seen": frozenset({"s"})}
    whole = replace(message().with_facts(**known), provider_id="ses")
    assert set(image_of(whole)) == set(MessageItem.get_attributes())
