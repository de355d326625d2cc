"""Makes a campaign's messages from the parts of its recipient file."""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.kernel.clock import Clock
from chalicelib.messages.model import GROUP_SIZE, Message, Tally
from chalicelib.messages.ports import MessageRepository, PartTallies, RecipientParts, SliceStore
from chalicelib.messages.slices import Division, part_slices_key, placed, slices_document


class MessageCreation:
    """The work of ``create_part_messages``."""

    def __init__(
        self,
        *,
        messages: MessageRepository,
        parts: RecipientParts,
        tallies: PartTallies,
        slices: SliceStore,
        clock: Clock,
    ) -> None:
        self._messages = messages
        self._parts = parts
        self._tallies = tallies
        self._slices = slices
        self._clock = clock

    def create_part(self, campaign_id: str, file_id: str, part: int, division: Division | None = None) -> int:
        """Make one message for each recipient of a part; return how many.

        A message's key follows from its place in the file, so a retry writes the same items again. It must not run
        once sending has begun; the workflow's order and its time limits see to that.

        Args:
            campaign_id: the campaign.
            file_id: its recipient file.
            part: the part of it.
            division: how the part is divided into slices that are sent apart; None: it is not.
        """
        now = self._clock.now()
        if division is None:
            made: Iterator[Message] = (
                Message(campaign_id, part, seq, recipient.address, now, recipient.fields)
                for seq, recipient in enumerate(self._parts.read(file_id, part))
            )
        else:
            made = self._divided(campaign_id, file_id, part, division, now)
        created = self._messages.put_all(made)
        self._tallies.put_tally(campaign_id, part, Tally(planned=created, pending=created))
        return created

    def _divided(
        self, campaign_id: str, file_id: str, part: int, division: Division, now: datetime
    ) -> Iterator[Message]:
        slices = list(placed(division(part, list(self._parts.read(file_id, part)))))
        document = slices_document([one for one, _ in slices])
        self._slices.write(part_slices_key(file_id, campaign_id, part), document)
        for one, recipients in slices:
            for seq, recipient in enumerate(recipients, one.first_group * GROUP_SIZE):
                yield Message(campaign_id, part, seq, recipient.address, now, recipient.fields)
