"""How a stored message is changed, whichever table it stands in."""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from pynamodb.models import Model

from chalicelib.kernel.errors import StaleRevisionError
from chalicelib.messages.model import Message, MessageNotFoundError
from chalicelib.store.mapping import save_revision

if TYPE_CHECKING:
    from chalicelib.transactional.model import TransactionalMessage

_TRIES = 12

AnyMessage = TypeVar("AnyMessage", Message, "TransactionalMessage")


def change_message(
    message: AnyMessage,
    step: Callable[[AnyMessage], AnyMessage],
    *,
    item_of: Callable[[AnyMessage], Model],
    read: Callable[[AnyMessage], AnyMessage | None],
) -> AnyMessage:
    """Apply a pure step and store its result; on a conflict read again and apply the step to what is there.

    Args:
        message: as it was read.
        step: returns the message changed, or an equal one when there is nothing to change.
        item_of: makes the item that is stored.
        read: returns what is stored of a message now.

    Raises:
        StaleRevisionError: the message kept changing.
        MessageNotFoundError: it was deleted meanwhile.
    """
    for attempt in range(_TRIES):
        changed = step(message)
        if changed == message:
            return message
        saved = replace(changed, revision=message.revision + 1)
        try:
            save_revision(item_of(saved), message.revision)
        except StaleRevisionError:
            time.sleep(random.uniform(0, 0.01 * 2 ** min(attempt, 5)))  # noqa: S311 - jitter, no secret
            current = read(message)
            if current is None:
                raise MessageNotFoundError(f"There is no message {message.message_id!r} any more.") from None
            message = current
        else:
            return saved
    raise StaleRevisionError(f"Message {message.message_id} kept changing.")
