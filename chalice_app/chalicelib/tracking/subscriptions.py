"""What recipients do by the link in their mail: unsubscribe, and take that back."""

from chalicelib.kernel.addresses import canonical
from chalicelib.kernel.clock import Clock
from chalicelib.messages.model import Message, MessageNotFoundError, key_of
from chalicelib.suppressions.model import Suppression, SuppressionReason
from chalicelib.tracking.model import Subscription
from chalicelib.tracking.ports import TrackedMessages, Unsubscriptions


class SubscriptionService:
    """Unsubscriptions; each call may be repeated, at any time and in any order."""

    def __init__(self, *, messages: TrackedMessages, suppressions: Unsubscriptions, clock: Clock) -> None:
        self._messages = messages
        self._suppressions = suppressions
        self._clock = clock

    def unsubscribed(self, subscription: Subscription) -> bool:
        """Tell whether the message's recipient has unsubscribed from what the message stands for; change nothing.

        Raises:
            MessageNotFoundError: there is no such message.
        """
        address = self._message(subscription).address
        return any(
            one.scope == subscription.scope and one.reason is SuppressionReason.UNSUBSCRIBE
            for one in self._suppressions.get(address)
        )

    def unsubscribe(self, subscription: Subscription) -> None:
        """Send the message's recipient nothing more of what the message stands for.

        Raises:
            MessageNotFoundError: there is no such message.
        """
        message = self._message(subscription)
        now = self._clock.now()
        self._suppressions.put(
            Suppression(
                address=canonical(message.address),
                scope=subscription.scope,
                reason=SuppressionReason.UNSUBSCRIBE,
                source=message.message_id,
                since=now,
            )
        )
        self._messages.change(
            message,
            lambda stored: stored if stored.facts.unsubscribed_at else stored.with_facts(unsubscribed_at=now),
        )

    def resubscribe(self, subscription: Subscription) -> None:
        """Take an unsubscription back; bounces, complaints and what operators put stay, and so does the message's fact.

        Raises:
            MessageNotFoundError: there is no such message.
        """
        message = self._message(subscription)
        self._suppressions.delete(message.address, subscription.scope, SuppressionReason.UNSUBSCRIBE)

    def _message(self, subscription: Subscription) -> Message:
        message = self._messages.get(key_of(subscription.message_id))
        if message is None:
            raise MessageNotFoundError(f"There is no message {subscription.message_id!r}.")
        return message
