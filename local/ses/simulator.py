"""What happens to a mail after SES took it: the mailbox simulator's addresses, the suppression list, local extras.

The simulator's addresses are those of AWS's page "Using the mailbox simulator"; a label after ``+`` is ignored.
"""

from collections.abc import Collection, Iterator

from local.ses import events
from local.ses.addresses import canonical
from local.ses.events import Bounce, Event
from local.ses.mail import Envelope

_SIMULATOR = "simulator.amazonses.com"
_EICAR = "EICAR-STANDARD-ANTIVIRUS-TEST-FILE"

_UNKNOWN_USER = Bounce("Permanent", "General", "5.1.1", "smtp; 550 5.1.1 user unknown")
_MAILBOX_FULL = Bounce("Transient", "MailboxFull", "4.2.2", "smtp; 452 4.2.2 mailbox full")
_SUPPRESSED = Bounce(
    "Permanent",
    "OnAccountSuppressionList",
    "5.1.1",
    "Amazon SES did not send the message to this address because it is on the suppression list for your account.",
)

# Shown on the inbox's page: what a person can try, and what comes of it.
ADDRESSES_TO_TRY = (
    (f"success@{_SIMULATOR}", "delivered"),
    (f"bounce@{_SIMULATOR}", "hard bounce: user unknown"),
    (f"complaint@{_SIMULATOR}", "delivered, then marked as spam"),
    (f"ooto@{_SIMULATOR}", "delivered (out of office)"),
    (f"suppressionlist@{_SIMULATOR}", "hard bounce: on the suppression list"),
    ("any address with bounce-soft before the @", "soft bounce: mailbox full (only here, not at AWS)"),
    ("any address with delivery-delay before the @", "delayed, then delivered (only here, not at AWS)"),
)


def is_infected(*contents: str | None) -> bool:
    """Tell whether a content holds the EICAR test file, which SES rejects as a virus."""
    return any(_EICAR in content for content in contents if content is not None)


def plan(envelope: Envelope, *, suppressed: Collection[str], delay: float, infected: bool = False) -> list[Event]:
    """Return everything that will happen to a mail by itself, in order.

    Args:
        envelope: the accepted mail.
        suppressed: canonical addresses on the account's suppression list.
        delay: seconds between acceptance and the mailbox's answer.
        infected: whether SES's virus check strikes.
    """
    sent_at = envelope.sent_at
    if infected:
        return [events.send(sent_at), events.reject(sent_at)]
    happening = [events.send(sent_at)]
    for address in envelope.recipients:
        happening += _fate(address, sent_at, delay, suppressed=canonical(address) in suppressed)
    return sorted(happening, key=lambda event: event.at)


def _fate(address: str, sent_at: float, delay: float, *, suppressed: bool) -> Iterator[Event]:
    at = sent_at + delay
    local, _, domain = canonical(address).rpartition("@")
    mailbox = local.partition("+")[0] if domain == _SIMULATOR else ""
    if suppressed or mailbox == "suppressionlist":
        yield events.bounce(at, address, _SUPPRESSED)
    elif mailbox == "bounce":
        yield events.bounce(at, address, _UNKNOWN_USER)
    elif "bounce-soft" in local:
        yield events.bounce(at, address, _MAILBOX_FULL)
    else:
        if "delivery-delay" in local:
            yield events.delivery_delay(at, address)
            at += delay
        yield events.delivery(at, address, sent_at=sent_at)
        if mailbox == "complaint":
            yield events.complaint(at + delay, address)
