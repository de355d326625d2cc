"""A claimed group while it is sent, and its messages on their way to SES and back."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.messages.model import Message
from chalicelib.sending.model import Answer, Claim, RenderedMail, SendOrder

Render = Callable[[Message], RenderedMail]


class RenderFailedError(Exception):
    """A message cannot be made for this recipient; the reason says why."""


@dataclass(slots=True, eq=False)
class OpenGroup:
    """A claimed group while it is sent.

    Attributes:
        claim: as it was stored last.
        waiting: messages that are still to be rendered.
        begun: what was given to the threads, in order.
        closing: it ends with its last answer.
        pending: it ends with a message that SES did not take.
        lost: another worker took it over.
    """

    claim: Claim
    order: SendOrder
    render: Render
    waiting: deque[Message] = field(default_factory=deque)
    begun: "list[Ready]" = field(default_factory=list)
    closing: bool = False
    pending: bool = False
    lost: bool = False


@dataclass(slots=True, eq=False)
class Ready:
    """A message with its mail.

    Attributes:
        handed_over: SES may have taken it, and no outcome is recorded.
        begun_at: when it was handed over last.
    """

    group: OpenGroup
    message: Message
    mail: RenderedMail
    handed_over: bool = False
    begun_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one mail, and when.

    Attributes:
        at: when it was known; of a mail that SES accepted, when it was handed over.
    """

    ready: Ready
    answer: Answer
    at: datetime
