"""Makes a campaign's messages from the parts of its recipient file."""

from chalicelib.kernel.clock import Clock
from chalicelib.messages.model import Message, Tally
from chalicelib.messages.ports import MessageRepository, PartTallies, RecipientParts


class MessageCreation:
    """The work of ``create_part_messages``."""

    def __init__(
        self, *, messages: MessageRepository, parts: RecipientParts, tallies: PartTallies, clock: Clock
    ) -> None:
        self._messages = messages
        self._parts = parts
        self._tallies = tallies
        self._clock = clock

    def create_part(self, campaign_id: str, file_id: str, part: int) -> int:
        """Make one message for each recipient of a part; return how many.

        A message's key follows from its place in the file, so a retry writes the same items again. It must not run
        once sending has begun; the workflow's order and its time limits see to that.
        """
        now = self._clock.now()
        created = self._messages.put_all(
            Message(campaign_id, part, seq, recipient.address, now, recipient.fields)
            for seq, recipient in enumerate(self._parts.read(file_id, part))
        )
        self._tallies.put_tally(campaign_id, part, Tally(planned=created, pending=created))
        return created
