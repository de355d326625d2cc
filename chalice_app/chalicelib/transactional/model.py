"""A transactional message: one mail to one person because of something that this person did.

Its life: pending -> claimed -> accepted, failed or unknown; or skipped while it is pending. Only who claimed it sends
it, and only that one sender may give it back, when it knows that nothing was sent.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chalicelib.idempotency.model import RequestInProgressError
from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.messages.model import Facts, MessageStatus, SkipReason, status_of

ID_PREFIX = "txn"
"""What the ids of transactional messages begin with; SES's events find their message by it."""

CAMPAIGN = "transactional"
"""Stands in events of transactional messages where others name their campaign."""

LEASE = timedelta(seconds=60)
"""How long a claim may be without an outcome: longer than a request can last. After that its answer is lost."""

_MESSAGE_ID = re.compile(rf"{ID_PREFIX}_[0-9a-z]{{26}}")


class SendingBusyError(TemporarilyUnavailableError):
    """No mail can be sent in time because of a rate; nothing was sent and the idempotency key is free again."""


class SendingStoppedError(TemporarilyUnavailableError):
    """SES takes no mail from this account or sender; nothing was sent and the idempotency key is free again."""

    problem = "sending-stopped"


@dataclass(frozen=True, slots=True)
class TransactionalMessage:
    """One mail to one person; its content is not kept.

    Attributes:
        sender: the From header.
        created_by: the API key that asked for it.
        tags: the caller's own SES message tags.
        provider_id: SES's message id, once known.
        owner: the request that claimed it; None while nobody did.
        lease_until: when a claim without an outcome stands for a lost answer.
        revision: counts the changes of this record.
    """

    message_id: str
    address: str
    sender: str
    created_at: datetime
    created_by: str
    template_id: str | None = None
    template_version: int | None = None
    tags: tuple[tuple[str, str], ...] = ()
    provider_id: str | None = None
    facts: Facts = field(default_factory=Facts)
    owner: str | None = None
    lease_until: datetime | None = None
    revision: int = 0

    def with_facts(self, **changes: object) -> "TransactionalMessage":
        """Return the message with some facts replaced."""
        return replace(self, facts=replace(self.facts, **changes))  # type: ignore[arg-type]  # names are Facts' own

    def status_at(self, now: datetime) -> MessageStatus:
        """Return what is known now: without a fact, a claim whose lease is over stands for a lost answer."""
        status = status_of(self.facts)
        lost = status is MessageStatus.PENDING and self.lease_until is not None and now >= self.lease_until
        return MessageStatus.UNKNOWN if lost else status


def is_transactional(message_id: str) -> bool:
    """Tell whether this is the id of a transactional message."""
    return _MESSAGE_ID.fullmatch(message_id) is not None


def is_open(message: TransactionalMessage) -> bool:
    """Tell whether the message may be claimed: nothing is known of it and nobody has."""
    return message.owner is None and status_of(message.facts) is MessageStatus.PENDING


def answerable(message: TransactionalMessage, now: datetime) -> TransactionalMessage:
    """Return the message, unless somebody is sending it at this moment.

    Raises:
        RequestInProgressError: somebody is.
    """
    if message.owner is not None and message.status_at(now) is MessageStatus.PENDING:
        raise RequestInProgressError("The same request is being processed; repeat it in a moment to get its answer.")
    return message


def outcome(message: TransactionalMessage) -> MessageStatus:
    """Return how the request for the message ended, which no later delivery, bounce or complaint changes."""
    facts = message.facts
    if facts.accepted_at is not None:
        return MessageStatus.ACCEPTED
    if facts.failed_at is not None:
        return MessageStatus.FAILED
    return MessageStatus.SKIPPED if facts.skipped_at is not None else MessageStatus.UNKNOWN


def claimed(message: TransactionalMessage, owner: str, now: datetime) -> TransactionalMessage:
    """Claim the message, if nobody has."""
    return replace(message, owner=owner, lease_until=now + LEASE) if is_open(message) else message


def skipped(message: TransactionalMessage, at: datetime, reason: str) -> TransactionalMessage:
    """Record that a message that nobody has claimed is not sent on purpose."""
    if not is_open(message):
        return message
    return message.with_facts(skipped_at=at, reason=f"{SkipReason.SUPPRESSED}: {reason}")


def accepted(message: TransactionalMessage, at: datetime, provider_id: str) -> TransactionalMessage:
    """Record that SES took the message; what is known already from an event stays."""
    told = message if message.facts.accepted_at else message.with_facts(accepted_at=at)
    return told if told.provider_id else replace(told, provider_id=provider_id)


def failed(message: TransactionalMessage, at: datetime, reason: str) -> TransactionalMessage:
    """Record that the message will never be sent."""
    return message if message.facts.failed_at else message.with_facts(failed_at=at, reason=reason)


def unknown(message: TransactionalMessage, at: datetime, reason: str) -> TransactionalMessage:
    """Record that the answer to the send was lost, unless something is known of it."""
    if status_of(message.facts) is not MessageStatus.PENDING:
        return message
    return message.with_facts(unknown_since=at, reason=reason)
