"""MIME: reading a caller's raw message, and the source of a stored mail as a recipient's server would get it."""

from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import formataddr, getaddresses

from local.ses.errors import bad_request

_BODY_HEADERS = frozenset({"mime-version", "content-type", "content-transfer-encoding", "content-disposition"})


@dataclass(frozen=True, slots=True)
class RawMail:
    """What SES reads from a raw message; Bcc is in the recipients, not in the headers."""

    sender: str
    recipients: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    subject: str
    html: str | None
    text: str | None


def read_raw(source: bytes) -> RawMail:
    """Read a raw message.

    Raises:
        ServiceError: BadRequestException, when there is no From header or the structure cannot be read.
    """
    try:
        message = _parse(source)
        if message["From"] is None:
            raise bad_request("Missing required header 'From'.")
        fields = [str(value) for name in ("To", "Cc", "Bcc") for value in message.get_all(name, [])]
        html, text = _body(message, "html"), _body(message, "plain")
        return RawMail(
            sender=_ascii(str(message["From"])),
            recipients=tuple(address for _, address in getaddresses(fields) if address),
            headers=tuple((name, str(value)) for name, value in message.items() if name.lower() != "bcc"),
            subject=str(message["Subject"] or ""),
            html=None if html is None else str(html.get_content()),
            text=None if text is None else str(text.get_content()),
        )
    except (MessageError, LookupError, ValueError, AttributeError) as error:
        raise bad_request("The raw message cannot be read.") from error


def compose(headers: Iterable[tuple[str, str]], html: str | None, text: str | None, raw: bytes | None) -> bytes:
    """Return the message as bytes; in a raw one the HTML and text parts are replaced by the given (tracked) ones."""
    message = EmailMessage(policy=policy.SMTP) if raw is None else _parse(raw)
    if raw is None:
        if text is not None:
            message.set_content(text)
        if html is not None and text is not None:
            message.add_alternative(html, subtype="html")
        elif html is not None:
            message.set_content(html, subtype="html")
    else:
        _replace(_body(message, "html"), html, "html")
        _replace(_body(message, "plain"), text, "plain")
    shown = [(name, value) for name, value in headers if name.lower() not in _BODY_HEADERS]
    for name in {name for name, _ in shown} | {"Bcc"}:
        del message[name]
    for name, value in shown:
        message[name] = value
    return message.as_bytes(policy=policy.SMTP)


def _parse(source: bytes) -> EmailMessage:
    return message_from_bytes(source, policy=policy.SMTP)


def _body(message: EmailMessage, subtype: str) -> EmailMessage | None:
    part = message.get_body((subtype,))
    return part if isinstance(part, EmailMessage) else None


def _replace(part: EmailMessage | None, content: str | None, subtype: str) -> None:
    if part is not None and content is not None:
        part.set_content(content, subtype=subtype)


def _ascii(sender: str) -> str:
    name, address = next(iter(getaddresses([sender])), ("", ""))
    return formataddr((name, address)) if name else address
