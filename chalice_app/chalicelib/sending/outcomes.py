"""What is recorded of a message, as steps that may run on whatever is stored of it by then."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from chalicelib.messages.model import GROUP_SIZE, Message, MessageStatus
from chalicelib.sending.model import Accepted, AccountStopped, Answer, Refused, Throttled, Unanswered


def place_of(message: Message) -> int:
    """Return a message's place in its group, from 0."""
    return message.seq % GROUP_SIZE


def outcome_of(answer: Answer, at: datetime) -> Callable[[Message], Message] | None:
    """Return the step that records an answer; None where nothing was taken, so that the message stays pending."""
    match answer:
        case Accepted(provider_id):
            return partial(accepted, at=at, provider_id=provider_id)
        case Refused(reason):
            return partial(failed, at=at, reason=reason)
        case Unanswered(reason):
            return partial(unknown, at=at, reason=reason)
        case Throttled() | AccountStopped():
            return None


def accepted(message: Message, at: datetime, provider_id: str) -> Message:
    """Record that SES took the message; a time known already from an event stays."""
    if message.facts.accepted_at is not None:
        return message if message.provider_id else replace(message, provider_id=provider_id)
    return replace(message, facts=message.facts.known_with(accepted_at=at), provider_id=provider_id)


def failed(message: Message, at: datetime, reason: str) -> Message:
    """Record that SES will never take the message."""
    return message if message.facts.failed_at else message.with_facts(failed_at=at, reason=reason)


def skipped(message: Message, at: datetime, reason: str) -> Message:
    """Record that a message that is still pending is not sent on purpose."""
    if message.status is not MessageStatus.PENDING:
        return message
    return message.with_facts(skipped_at=at, reason=reason)


def unknown(message: Message, at: datetime, reason: str) -> Message:
    """Record that the answer to a send was lost, unless something is known of it."""
    if message.status is not MessageStatus.PENDING:
        return message
    return message.with_facts(unknown_since=at, reason=reason)
