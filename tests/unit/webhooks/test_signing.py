"""Signatures are those of the Standard Webhooks specification, and the docs' example takes them and nothing else."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.webhooks.model import OLD_SECRET_VALID
from chalicelib.webhooks.signing import sign, signed_headers, write_secret
from tests.unit.webhooks.stage import HOOK, Stage, event

DOCS = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text()
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE = "msg_p5jXN8AQM9LWM0D4loKWxJek"
BODY = b'{"test": 2432232314}'
AT = datetime.fromtimestamp(1_614_265_330, UTC)
Verify = Callable[[str, Mapping[str, str], bytes, float], dict[str, Any]]


def _example() -> Verify:
    """Return the function that the docs show."""
    (source,) = re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(source, "docs/webhooks.md", "exec"), names)  # noqa: S102 - it is our own page
    verify: Verify = names["verify"]
    return verify


verify_of_the_docs = _example()


def _key(secret: str = SECRET) -> bytes:
    return base64.b64decode(secret.removeprefix("whsec_"))


def test_the_vector_of_the_specifications_own_libraries() -> None:
    expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert sign(_key(), MESSAGE, 1_614_265_330, BODY) == expected
    assert signed_headers([_key()], MESSAGE, AT, BODY) == {
        "webhook-id": MESSAGE,
        "webhook-timestamp": "1614265330",
        "webhook-signature": expected,
    }


def test_a_secret_is_written_as_the_specification_says() -> None:
    assert write_secret(_key()) == SECRET


@given(st.binary(min_size=32, max_size=32), st.dictionaries(st.text(), st.text()), st.integers(-290, 290))
def test_the_docs_example_takes_what_is_signed(key: bytes, document: dict[str, str], late: int) -> None:
    body = json.dumps(document, ensure_ascii=False).encode(errors="replace")
    headers = signed_headers([b"another key that was there before", key], MESSAGE, AT, body)
    assert verify_of_the_docs(write_secret(key), headers, body, AT.timestamp() + late) == json.loads(body)


@pytest.mark.parametrize(
    ("change", "body", "late"),
    [
        ({"webhook-id": "msg_other"}, BODY, 0),
        ({"webhook-timestamp": "1614265331"}, BODY, 0),
        ({"webhook-signature": "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="}, BODY, 0),
        ({"webhook-signature": "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}, BODY, 0),
        ({}, BODY + b" ", 0),
        ({}, BODY, 301),
        ({}, BODY, -301),
    ],
)
def test_the_docs_example_refuses_everything_else(change: dict[str, str], body: bytes, late: int) -> None:
    headers = {**signed_headers([_key()], MESSAGE, AT, BODY), **change}
    with pytest.raises(ValueError, match=r"signature|old"):
        verify_of_the_docs(SECRET, headers, body, AT.timestamp() + late)


def test_after_a_rotation_both_secrets_are_good_for_a_day_and_then_the_new_one_only() -> None:
    stage = Stage()
    made = stage.service.create(name="CRM", url=HOOK, events=None, created_by="ci")
    webhook_id, old = made.webhook.webhook_id, made.secret
    new = stage.service.rotate_secret(webhook_id, None, made_by="sec_1").secret
    assert old != new
    for number, (after, good) in enumerate([(timedelta(), {old, new}), (OLD_SECRET_VALID, {new})]):
        stage.clock.time += after
        stage.plan({"r": event(number)})
        stage.run()
        posted = stage.poster.posted[-1]
        taken = set()
        for secret in (old, new):
            try:
                verify_of_the_docs(secret, posted.headers, posted.body, posted.at.timestamp())
            except ValueError:
                continue
            taken.add(secret)
        assert taken == good
        assert len(posted.headers["webhook-signature"].split()) == len(good)


def test_a_second_rotation_takes_the_first_secret_out_of_use_at_once() -> None:
    stage = Stage()
    webhook_id = stage.hook()
    first = stage.service.get(webhook_id).secret
    stage.service.rotate_secret(webhook_id, None, made_by="sec_1")
    stage.service.rotate_secret(webhook_id, None, made_by="sec_2")
    assert first not in stage.service.get(webhook_id).valid_secrets(stage.clock.now())


def test_the_same_rotation_made_again_changes_nothing_whatever_revision_it_saw() -> None:
    stage = Stage()
    webhook_id = stage.hook()
    before = stage.service.get(webhook_id)
    made = stage.service.rotate_secret(webhook_id, before.revision, made_by="sec_1")
    assert stage.service.rotate_secret(webhook_id, before.revision, made_by="sec_1") == made
    assert stage.service.get(webhook_id).previous == before.secret
