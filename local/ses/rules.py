"""What SES accepts: a SendEmail request checked by the limits that SES publishes.

The limits are those of the API reference (MessageHeader, MessageTag, Destination, RawMessage) and of the page on
service quotas: 50 recipients, 15 custom headers, 40 MB.
"""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.ses.addresses import Address, parse_address
from local.ses.errors import bad_request
from local.ses.mime import read_raw

MAX_BYTES = 40 * 1024 * 1024
_MAX_RECIPIENTS = 50
_MAX_HEADERS = 15
_MAX_HEADER_NAME = 126
_MAX_HEADER = 995
_MAX_TAG = 256
_HEADER_NAME = re.compile(r"[!-9;-~]+")
_HEADER_VALUE = re.compile(r"[ -~]+")
_TAG_NAME = re.compile(r"[A-Za-z0-9_-]+")
_TAG_VALUE = re.compile(r"[A-Za-z0-9_.@-]+")
_RESERVED = frozenset(
    {
        *("from", "to", "cc", "bcc", "sender", "reply-to", "subject", "date", "message-id", "return-path"),
        *("mime-version", "content-type", "content-transfer-encoding", "content-disposition"),
        *("received", "dkim-signature"),
    }
)

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One mail that a caller asked to send, checked.

    Attributes:
        recipients: the envelope: To, Cc and Bcc together.
        headers: the headers that recipients see and that the caller determines, in order.
        raw: the caller's own MIME message, if it sent one.
    """

    sender: Address
    recipients: tuple[Address, ...]
    headers: Pairs
    subject: str
    html: str | None
    text: str | None
    tags: Pairs = ()
    configuration_set: str | None = None
    track_opens: bool = True
    track_clicks: bool = True
    raw: bytes | None = None


def parse_submission(document: Any) -> Submission:
    """Read a SendEmail request body.

    Raises:
        ServiceError: BadRequestException, saying which rule was broken.
    """
    request = object_of(document, "The request")
    content = object_of(request.get("Content"), "Content")
    overrides = object_of(request.get("ConfigurationOverrides", {}), "ConfigurationOverrides")
    tracking = object_of(overrides.get("Tracking", {}), "Tracking")
    if "Simple" in content:
        mail = _simple(request, object_of(content["Simple"], "Simple"))
    elif "Raw" in content:
        mail = _raw(request, object_of(content["Raw"], "Raw"))
    else:
        raise bad_request("The local SES takes Simple and Raw content only.")
    return Submission(
        **mail,
        tags=_tags(list_in(request, "EmailTags")),
        configuration_set=_optional_text(request, "ConfigurationSetName"),
        track_opens=tracking.get("OpenTrackingEnabled") != "DISABLED",
        track_clicks=tracking.get("ClickTrackingEnabled") != "DISABLED",
    )


def _simple(request: Mapping[str, Any], simple: Mapping[str, Any]) -> dict[str, Any]:
    if simple.get("Attachments"):
        raise bad_request("The local SES takes attachments in Raw content only.")
    sender = parse_address(text_in(request, "FromEmailAddress"))
    to, cc, bcc = _destination(request)
    subject = text_in(object_of(simple.get("Subject"), "Subject"), "Data")
    if re.search(r"[\x00-\x1f\x7f]", subject):
        raise bad_request("Subject contains control characters.")
    body = object_of(simple.get("Body"), "Body")
    html, text = (text_in(object_of(body[key], key), "Data") if key in body else None for key in ("Html", "Text"))
    if html is None and text is None:
        raise bad_request("Body needs Html or Text.")
    if len((html or "").encode()) + len((text or "").encode()) > MAX_BYTES:
        raise bad_request(f"Message length is more than {MAX_BYTES} bytes long.")
    reply_to = _addresses(request, "ReplyToAddresses")
    named = (("From", (sender,)), ("Reply-To", reply_to), ("To", to), ("Cc", cc))
    headers = [(name, ", ".join(one.text for one in group)) for name, group in named if group]
    custom = _custom_headers(list_in(simple, "Headers"))
    return {
        "sender": sender,
        "recipients": _recipients(to + cc + bcc),
        "headers": (*headers, ("Subject", subject), ("MIME-Version", "1.0"), *custom),
        "subject": subject,
        "html": html,
        "text": text,
    }


def _raw(request: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    try:
        source = base64.b64decode(text_in(content, "Data"), validate=True)
    except binascii.Error as error:
        raise bad_request("Raw data is not base64.") from error
    if len(source) > MAX_BYTES:
        raise bad_request(f"Message length is more than {MAX_BYTES} bytes long.")
    mail = read_raw(source)
    sender = parse_address(_optional_text(request, "FromEmailAddress") or mail.sender)
    to, cc, bcc = _destination(request)
    envelope = to + cc + bcc or tuple(parse_address(one) for one in mail.recipients)
    return {
        "sender": sender,
        "recipients": _recipients(envelope),
        "headers": mail.headers,
        "subject": mail.subject,
        "html": mail.html,
        "text": mail.text,
        "raw": source,
    }


def _destination(request: Mapping[str, Any]) -> tuple[tuple[Address, ...], ...]:
    destination = object_of(request.get("Destination", {}), "Destination")
    return tuple(_addresses(destination, key) for key in ("ToAddresses", "CcAddresses", "BccAddresses"))


def _recipients(addresses: tuple[Address, ...]) -> tuple[Address, ...]:
    if not addresses:
        raise bad_request("Destination needs at least one address.")
    if len(addresses) > _MAX_RECIPIENTS:
        raise bad_request(f"Recipient count exceeds {_MAX_RECIPIENTS}.")
    return addresses


def _custom_headers(items: Sequence[Any]) -> Pairs:
    if len(items) > _MAX_HEADERS:
        raise bad_request(f"Header count exceeds {_MAX_HEADERS}.")
    pairs = _pairs(items, "Header")
    for name, value in pairs:
        if name.lower() in _RESERVED:
            raise bad_request(f"Header {name} cannot be set in Headers.")
        if len(name) > _MAX_HEADER_NAME or not _HEADER_NAME.fullmatch(name):
            raise bad_request("Header names are 1 to 126 printable ASCII characters without colon.")
        if len(name) + len(value) > _MAX_HEADER or not _HEADER_VALUE.fullmatch(value):
            raise bad_request(f"Header {name}: name and value are at most {_MAX_HEADER} printable ASCII characters.")
    return pairs


def _tags(items: Sequence[Any]) -> Pairs:
    pairs = _pairs(items, "Tag")
    for name, value in pairs:
        if len(name) > _MAX_TAG or not _TAG_NAME.fullmatch(name):
            raise bad_request("Tag names are 1 to 256 ASCII letters, digits, underscores or dashes.")
        if len(value) > _MAX_TAG or not _TAG_VALUE.fullmatch(value):
            raise bad_request("Tag values are 1 to 256 ASCII letters, digits, underscores, dashes, dots or at signs.")
    return pairs


def _pairs(items: Sequence[Any], what: str) -> Pairs:
    return tuple((text_in(one, "Name"), text_in(one, "Value")) for one in (object_of(item, what) for item in items))


def _addresses(holder: Mapping[str, Any], key: str) -> tuple[Address, ...]:
    items = list_in(holder, key)
    if not all(isinstance(item, str) for item in items):
        raise bad_request(f"{key} holds strings.")
    return tuple(parse_address(item) for item in items)


def object_of(value: Any, what: str) -> Mapping[str, Any]:
    """Return a value that must be an object."""
    if not isinstance(value, dict):
        raise bad_request(f"{what} is required, as an object.")
    return value


def list_in(holder: Mapping[str, Any], key: str) -> Sequence[Any]:
    """Return a member that is a list, or absent."""
    value = holder.get(key, [])
    if not isinstance(value, list):
        raise bad_request(f"{key} is a list.")
    return value


def text_in(holder: Mapping[str, Any], key: str) -> str:
    """Return a member that must be a string."""
    value = holder.get(key)
    if not isinstance(value, str):
        raise bad_request(f"{key} is required, as a string.")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise bad_request(f"{key} is no valid Unicode.") from error
    return value


def _optional_text(holder: Mapping[str, Any], key: str) -> str | None:
    return text_in(holder, key) if key in holder else None
