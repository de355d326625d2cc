"""Messages as the streams of their tables bring them."""

from collections.abc import Mapping
from typing import Any

from chalicelib.messages.model import Message
from chalicelib.store import message_images, transactional
from chalicelib.transactional.model import TransactionalMessage, is_transactional


def message_of_image(image: Mapping[str, Any]) -> Message | TransactionalMessage | None:
    """Read a message of either table from a stream record's image (DynamoDB JSON).

    Returns:
        None for an item that is no message: idempotency keys stand in the table of transactional messages.
    """
    if "record_id" not in image:
        return message_images.message_of_image(image)
    if not is_transactional(image["record_id"]["S"]):
        return None
    return transactional.message_of_image(dict(image))
