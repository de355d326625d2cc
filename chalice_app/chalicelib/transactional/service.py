"""Takes requests for transactional messages: each message is sent at most once, within the time of its request."""

from dataclasses import dataclass, replace

from chalicelib.idempotency.model import KEPT, IdempotencyKeyReusedError, KeyUse, RequestInProgressError
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.ids import new_id
from chalicelib.sending.ports import SuppressionList
from chalicelib.suppressions.model import SuppressionScope
from chalicelib.transactional.compose import Composed, Composer
from chalicelib.transactional.idempotency import KeyRecord
from chalicelib.transactional.model import (
    CAMPAIGN,
    ID_PREFIX,
    TransactionalMessage,
    answerable,
    is_open,
)
from chalicelib.transactional.ports import IdempotencyKeys, TransactionalMessages
from chalicelib.transactional.request import MailRequest, TemplateUse
from chalicelib.transactional.sender import MessageSender


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that a request asked for.

    Attributes:
        replayed: an earlier request of the same key sent it or found out that it is not sent.
    """

    message: TransactionalMessage
    replayed: bool = False


class TransactionalSending:
    """Sends what requests ask for.

    A message is stored before its key, so a key always leads to a message. Of several requests with one key, the
    conditional write of the key decides whose message it is, and the claim of that message who sends it.
    """

    def __init__(
        self,
        *,
        messages: TransactionalMessages,
        keys: IdempotencyKeys,
        composer: Composer,
        suppressions: SuppressionList,
        sender: MessageSender,
        clock: Clock,
    ) -> None:
        self._messages = messages
        self._keys = keys
        self._composer = composer
        self._suppressions = suppressions
        self._sender = sender
        self._clock = clock

    def send(self, request: MailRequest, use: KeyUse) -> Sent:
        """Send a mail, or return what became of it if the same request was made before.

        Returns:
            The message with what is known of its send (`model.outcome`).

        Raises:
            IdempotencyKeyReusedError: the key was used for another request.
            RequestInProgressError: the same request is being processed.
            InvalidInputError: the mail cannot be made; nothing was stored.
            TemplateNotFoundError: there is no such template or version.
            TemplateNotReadyError: it cannot be rendered.
            SendingBusyError: nothing was sent because of a rate; the key is free again.
            SendingStoppedError: SES takes no mail; nothing was sent and the key is free again.
        """
        record = self._keys.get(use, self._clock.now())
        message = self._message_of(record, use) if record else None
        if message and not is_open(message):
            return Sent(message, replayed=True)
        # A key that leads to an open message is that of a request that died: this one goes on with it.
        composed = self._composer.compose(request)
        address = composed.mail.recipient
        suppression = self._suppressions.blocked([address], [SuppressionScope.ALL]).get(address)
        if record is None or message is None:
            record, message = self._begin(request, composed, use)
        if not is_open(message):
            return Sent(message, replayed=True)
        if suppression:
            return Sent(self._sender.skip(message, suppression.reason))
        tags = (("message_id", message.message_id), ("campaign_id", CAMPAIGN), *composed.mail.tags)
        return Sent(self._sender.send(message, record, replace(composed.mail, tags=tags)))

    def _begin(self, request: MailRequest, composed: Composed, use: KeyUse) -> tuple[KeyRecord, TransactionalMessage]:
        """Store a message and then its key; return those in force, which may be another request's."""
        now = self._clock.now()
        content = request.content
        message = TransactionalMessage(
            message_id=new_id(ID_PREFIX, now),
            address=composed.mail.recipient,
            sender=composed.mail.sender,
            created_at=now,
            created_by=use.caller,
            template_id=content.template_id if isinstance(content, TemplateUse) else None,
            template_version=composed.template_version,
            tags=request.tags,
        )
        record = KeyRecord(use, message.message_id, now + KEPT)
        message = self._messages.add(message, record.expires_at)
        in_force = self._keys.take(record, now)
        if in_force.message_id == message.message_id:
            return record, message
        self._messages.delete(message)
        return in_force, self._message_of(in_force, use)

    def _message_of(self, record: KeyRecord, use: KeyUse) -> TransactionalMessage:
        """Return the message that a key leads to, as the answer to another request for it."""
        if record.use.fingerprint != use.fingerprint:
            raise IdempotencyKeyReusedError
        message = self._messages.get(record.message_id)
        if message is None:
            raise RequestInProgressError("The same request was given up just now; repeat it.")
        return answerable(message, self._clock.now())
