"""Slices of a part: groups of messages that are sent at a time of their own.

Each slice begins at a group of its own, so that a claim never spans two of them; the last group of a slice may be
short, and the places up to the next one stay empty. Every group has its first message.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.messages.model import GROUP_SIZE
from chalicelib.recipients.model import Recipient
from chalicelib.recipients.places import output_folder

Division = Callable[[int, Sequence[Recipient]], dict[str, list[Recipient]]]
"""Divides the recipients of a part: key of a slice -> its recipients. Text order of the keys is the slices' order."""


@dataclass(frozen=True, slots=True)
class Slice:
    """What of one part is sent together.

    Attributes:
        key: the same in every part for what is sent at the same time.
        first_group: the group that it begins with.
        groups: how many groups it has.
        recipients: how many messages.
    """

    key: str
    first_group: int
    groups: int
    recipients: int


def placed(divided: dict[str, list[Recipient]]) -> Iterator[tuple[Slice, list[Recipient]]]:
    """Give each slice that has recipients its groups, one after the other."""
    group = 0
    for key in sorted(key for key, recipients in divided.items() if recipients):
        recipients = divided[key]
        groups = -(-len(recipients) // GROUP_SIZE)
        yield Slice(key, group, groups, len(recipients)), recipients
        group += groups


def slices_folder(file_id: str, campaign_id: str) -> str:
    """Prefix of what a campaign's slices are described by; it goes with the recipient file."""
    return f"{output_folder(file_id)}slices/{campaign_id}/"


def part_slices_key(file_id: str, campaign_id: str, part: int) -> str:
    """Key of the slices of one part."""
    return f"{slices_folder(file_id, campaign_id)}parts/{part:05d}.json"


def slice_list_key(file_id: str, campaign_id: str, number: int) -> str:
    """Key of the list that the Distributed Map reads: JSON Lines of ``{part, first_group, groups}``."""
    return f"{slices_folder(file_id, campaign_id)}{number:05d}.jsonl"


def slices_document(slices: Sequence[Slice]) -> dict[str, Any]:
    """Write the slices of one part."""
    return {"slices": [[one.key, one.first_group, one.groups, one.recipients] for one in slices]}


def read_slices(document: dict[str, Any]) -> list[Slice]:
    """Read what `slices_document` wrote."""
    return [Slice(*row) for row in document["slices"]]
