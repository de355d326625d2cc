"""A claim as DynamoDB's attribute values, against the model that describes the table; accounts by few attributes."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.messages.model import Facts, Message, tally_one
from chalicelib.sending.model import Claim
from chalicelib.store.claims import image_of_claim
from chalicelib.store.message_images import COUNTED, counted_as, image_of
from chalicelib.store.tables import ClaimItem

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CLAIM = Claim("cmp_1", 7, 3, "invocation", NOON, closed=True, begun=frozenset({0, 2, 49}))


def test_the_model_reads_and_writes_what_a_worker_writes() -> None:
    image = image_of_claim(CLAIM)
    item = ClaimItem.from_raw_data(json.loads(json.dumps(image)))
    assert (item.partition, item.group, item.owner, item.closed) == ("cmp_1#00007", 3, "invocation", True)
    assert item.begun == 1 + 4 + 2**49
    assert item.expires_at == int((NOON + timedelta(days=90)).timestamp())
    assert item.to_dynamodb_dict() == image
    assert set(image) == set(ClaimItem.get_attributes())


TIMES = ("accepted_at", "delivered_at", "failed_at", "skipped_at", "unknown_since", "held_at", "released_at")
MOMENTS = st.none() | st.integers(0, 3).map(lambda minutes: NOON + timedelta(minutes=minutes))


@given(known=st.fixed_dictionaries(dict.fromkeys(TIMES, MOMENTS)))
def test_a_message_is_counted_the_same_by_the_attributes_that_count(known: dict[str, datetime | None]) -> None:
    facts = Facts(**known)  # type: ignore[arg-type]  # only times are set
    image = image_of(Message("cmp_1", 0, 0, "anna@example.org", NOON, facts=facts))
    assert counted_as({name: image[name] for name in COUNTED if name in image}) == tally_one(facts)
