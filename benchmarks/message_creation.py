"""The measured process that makes messages out of a part, and a bare loop over BatchWriteItem; it prints JSON."""

import argparse
import json
import os
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import boto3

from chalicelib.kernel.clock import SystemClock
from chalicelib.messages.creation import MessageCreation
from chalicelib.messages.model import Message, Tally
from chalicelib.recipients.model import Recipient
from chalicelib.settings import Settings
from chalicelib.store.message_batches import PUTS
from chalicelib.store.message_images import image_of
from chalicelib.store.messages import DynamoMessages
from chalicelib.store.tables import TABLES, bind

_FIELDS = {"first_name": "Zoë", "city": "Köln", "voucher": "WELCOME-10", "plan": "gold"}


class _Parts:
    """The `RecipientParts` port: a part of made-up recipients."""

    def __init__(self, count: int) -> None:
        self._count = count

    def read(self, file_id: str, part: int) -> Iterator[Recipient]:
        """Return the recipients."""
        del file_id
        return (Recipient(f"p{part}u{number}@example.org", _FIELDS) for number in range(self._count))


class _Nowhere:
    """The `PartTallies` and `SliceStore` ports, which a part without waves hardly uses."""

    def put_tally(self, campaign_id: str, part: int, tally: Tally) -> None:
        """Forget the account."""

    def write(self, key: str, document: Mapping[str, Any]) -> None:
        """Forget the document."""


def main() -> None:
    """Take turns and print messages a second of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, required=True)
    parser.add_argument("--turns", type=int, required=True)
    options = parser.parse_args()
    for name in TABLES:
        bind(name, Settings(os.environ))
    creation = MessageCreation(
        messages=DynamoMessages(),
        parts=_Parts(options.messages),
        tallies=_Nowhere(),
        slices=_Nowhere(),
        clock=SystemClock(),
    )
    client, table = boto3.client("dynamodb"), os.environ["TABLE_MESSAGES"]
    turns = []
    for turn in range(options.turns + 1):  # the first one makes connections
        began = time.monotonic()
        created = creation.create_part(f"cmp_{turn:026d}", "file", 0)
        made = created / (time.monotonic() - began)
        now = datetime.now(UTC)
        messages = (
            Message(f"cmp_{turn:026d}", 1, number, f"p1u{number}@example.org", now, _FIELDS, revision=1)
            for number in range(options.messages)
        )
        items: list[Any] = [{"PutRequest": {"Item": image_of(message)}} for message in messages]
        began = time.monotonic()
        for first in range(0, len(items), PUTS):
            client.batch_write_item(RequestItems={table: items[first : first + PUTS]})
        turns.append({"made": made, "bare": options.messages / (time.monotonic() - began)})
    print(json.dumps({"turns": turns[1:]}))


if __name__ == "__main__":
    main()
