"""Sends one message: waits for a permit, claims, hands over to SES once, records; or gives the message back."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from math import ceil

from chalicelib.idempotency.model import RequestInProgressError
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.ids import new_id
from chalicelib.messages.model import MessageNotFoundError
from chalicelib.sending.handover import patience
from chalicelib.sending.model import (
    Accepted,
    AccountStopped,
    Answer,
    Permit,
    PermitRequest,
    PermitsUnavailableError,
    Refused,
    RenderedMail,
    Throttled,
    Unanswered,
)
from chalicelib.sending.ports import Governor, Pace, Transport
from chalicelib.transactional.idempotency import KeyRecord
from chalicelib.transactional.model import (
    CAMPAIGN,
    SendingBusyError,
    SendingStoppedError,
    TransactionalMessage,
    accepted,
    answerable,
    claimed,
    failed,
    skipped,
    unknown,
)
from chalicelib.transactional.ports import IdempotencyKeys, TransactionalMessages

_LOG = logging.getLogger(__name__)

SES_SECONDS = 10
"""How long SES's answer is awaited."""

_SEND_SECONDS = SES_SECONDS + 5
"""A send that begins now may need so long: to connect, to be answered, to be recorded."""

_CLAIM_SECONDS = 0.05
"""The message is claimed so long before its permit is due: a request that dies while it waits has claimed nothing."""

_FIRST_BACK_OFF = 0.25
_LONGEST_BACK_OFF = 4.0
_RECORD_PAUSES = (0.0, 0.1, 0.4, 1.0)
"""How long the store is left alone before each try to record an outcome, in seconds."""

_BUSY_SECONDS = 5
_STOPPED_SECONDS = 60

Step = Callable[[TransactionalMessage], TransactionalMessage]


class MessageSender:
    """Sends messages that are stored and that a key leads to."""

    def __init__(
        self,
        *,
        messages: TransactionalMessages,
        keys: IdempotencyKeys,
        governor: Governor,
        transport: Transport,
        pace: Pace,
        clock: Clock,
    ) -> None:
        self._messages = messages
        self._keys = keys
        self._governor = governor
        self._transport = transport
        self._pace = pace
        self._clock = clock

    def send(self, message: TransactionalMessage, record: KeyRecord, mail: RenderedMail) -> TransactionalMessage:
        """Send a message that nobody has claimed, or return what another request made of it meanwhile.

        Args:
            message: as it was read.
            record: the key that leads to it.
            mail: what is sent.

        Raises:
            RequestInProgressError: another request is sending it.
            SendingBusyError: nothing was sent because of a rate; the key is free again.
            SendingStoppedError: SES takes no mail; nothing was sent and the key is free again.
        """
        owner = new_id("req", self._clock.now())
        try:
            message, answer, begun_at = self._handed_over(message, owner, mail)
        except (SendingBusyError, SendingStoppedError) as refusal:
            other = self._give_back(message, owner, record, refusal.detail)
            if other is None:
                raise
            return other
        if answer is None:
            return answerable(message, self._clock.now())
        return self._recorded(message, answer, begun_at)

    def skip(self, message: TransactionalMessage, reason: str) -> TransactionalMessage:
        """Record that a message that nobody has claimed is not sent on purpose; return it as it is stored then.

        Raises:
            RequestInProgressError: another request is sending it.
        """
        return answerable(self._changed(message, lambda m: skipped(m, self._clock.now(), reason)), self._clock.now())

    def _handed_over(
        self, message: TransactionalMessage, owner: str, mail: RenderedMail
    ) -> tuple[TransactionalMessage, Answer | None, datetime]:
        """Hand the mail over, again while SES throttles it and there is time.

        Returns:
            The claimed message, SES's answer and when the mail was handed over; no answer where another request has
            claimed it.

        Raises:
            SendingBusyError: SES took nothing in time.
            SendingStoppedError: SES takes nothing.
        """
        pause = _FIRST_BACK_OFF
        while True:
            message, answer, begun_at = self._try(message, owner, mail)
            if isinstance(answer, AccountStopped):
                raise _stopped(message, answer.reason)
            if not isinstance(answer, Throttled):
                return message, answer, begun_at
            if not self._may_wait(max(pause, answer.wait_seconds)):
                raise _busy(answer.wait_seconds or _BUSY_SECONDS)
            self._sleep(max(pause, answer.wait_seconds))
            pause = min(2 * pause, _LONGEST_BACK_OFF)

    def _try(
        self, message: TransactionalMessage, owner: str, mail: RenderedMail
    ) -> tuple[TransactionalMessage, Answer | None, datetime]:
        """Hand the mail over once, at the moment of its permit; a permit that came too late is replaced."""
        late = 0
        while True:
            permit = self._permit(mail, late)
            self._pace.sleep_until(permit.moment - _CLAIM_SECONDS)
            message = self._claim(message, owner)
            if message.owner != owner:
                return message, None, self._clock.now()
            self._pace.sleep_until(permit.moment)
            begun_at = self._clock.now()
            if begun_at.timestamp() <= permit.expires:
                return message, self._transport.send(mail), begun_at
            late += 1

    def _permit(self, mail: RenderedMail, late: int) -> Permit:
        """Take a permit for a send that can begin in time; wait while there is none."""
        request = PermitRequest(CAMPAIGN, (mail.recipient.rpartition("@")[2],), 1, patience=patience(late))
        while True:
            try:
                [permit] = self._governor.acquire(request)
            except PermitsUnavailableError as error:
                if not self._may_wait(error.wait_seconds):
                    raise _busy(error.wait_seconds) from error
                self._sleep(error.wait_seconds)
                continue
            if not self._may_wait(permit.moment - self._now()):
                raise _busy(_BUSY_SECONDS)
            return permit

    def _claim(self, message: TransactionalMessage, owner: str) -> TransactionalMessage:
        """Claim the message; return it as it is stored then, which may be claimed by another."""
        return self._changed(message, lambda m: claimed(m, owner, self._clock.now()))

    def _changed(self, message: TransactionalMessage, step: Step) -> TransactionalMessage:
        try:
            return self._messages.change(message, step)
        except MessageNotFoundError:
            raise RequestInProgressError("The same request was given up just now; repeat it.") from None

    def _recorded(self, message: TransactionalMessage, answer: Answer, begun_at: datetime) -> TransactionalMessage:
        """Record what SES answered.

        Where the store takes it not even after some tries, the caller still learns the truth: SES's events bring an
        acceptance into the store, and without them the claim's lease makes the message one whose answer was lost.
        """
        step = self._step(answer, begun_at)
        for pause in _RECORD_PAUSES:
            self._sleep(pause)
            try:
                return self._messages.change(message, step)
            except Exception:  # noqa: BLE001 - SES has the mail, whatever is wrong with the store
                _LOG.exception("outcome not recorded", extra={"message_id": message.message_id})
        return step(message)

    def _step(self, answer: Answer, begun_at: datetime) -> Step:
        now = self._clock.now()
        match answer:
            case Accepted(provider_id):  # when it was handed over: SES's Send event, which is later, needs no write
                return lambda m: accepted(m, begun_at, provider_id)
            case Refused(reason):
                return lambda m: failed(m, now, reason)
            case Unanswered(reason) | Throttled(reason) | AccountStopped(reason):
                return lambda m: unknown(m, now, reason)

    def _give_back(
        self, message: TransactionalMessage, owner: str, record: KeyRecord, reason: str
    ) -> TransactionalMessage | None:
        """Free the key of a message that was not sent, and remove the message; or return what another made of it.

        Only its owner may, for whoever claims the message goes on with it. The key goes first: who finds it can still
        see that the message is claimed, and who does not begins with a message of its own.
        """
        message = self._claim(message, owner)
        if message.owner != owner:
            return answerable(message, self._clock.now())
        self._keys.drop(record)
        if not self._messages.delete(message):
            with suppress(MessageNotFoundError):
                self._messages.change(message, lambda m: failed(m, self._clock.now(), reason))
        return None

    def _may_wait(self, seconds: float) -> bool:
        """Tell whether a send can begin after so long and still end within the request."""
        return self._pace.remaining_seconds() - seconds > _SEND_SECONDS

    def _sleep(self, seconds: float) -> None:
        self._pace.sleep_until(self._now() + seconds)

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _busy(seconds: float) -> SendingBusyError:
    return SendingBusyError(
        "The send rate is used up; nothing was sent. Repeat the request.", retry_seconds=max(1, ceil(seconds))
    )


def _stopped(message: TransactionalMessage, reason: str) -> SendingStoppedError:
    _LOG.error("SES takes no mail", extra={"message_id": message.message_id, "why": reason})
    # SES's own words may name roles and resources of the account.
    code = reason.partition(":")[0]
    return SendingStoppedError(
        f"SES takes no mail from this account or sender now ({code}); nothing was sent.",
        retry_seconds=_STOPPED_SECONDS,
    )
