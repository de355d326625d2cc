"""Reads an address out of a cell: ordinary ones with one regular expression, the rest with email-validator."""

import re
from typing import NamedTuple
from urllib.parse import unquote

from chalicelib.kernel.addresses import address_hash, canonical
from chalicelib.recipients.model import RowReason

MAX_ADDRESS_CHARACTERS = 254
"""Longest address that SMTP can carry (RFC 5321, 4.5.3.1.3, less its angle brackets)."""

MAX_LOCAL_CHARACTERS = 64
"""Longest part before the @-sign (RFC 5321, 4.5.3.1.1)."""

ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{}~\-]"
"""Regular expression of one character of an ordinary local part; dots stand between such."""

ATOM_OR_DOT = ATOM.replace("[", "[.")
"""The same, or a dot."""

_FIRST = ATOM.replace("'", "")  # a cell that begins with an apostrophe was probably in quotation marks

ORDINARY_LOCAL = rf"(?={ATOM_OR_DOT}{{1,{MAX_LOCAL_CHARACTERS}}}+@){_FIRST}{ATOM}*+(?:\.{ATOM}++)*+"
"""Regular expression of the part before the @-sign: a dot-atom of at most 64 characters.

It has neither groups nor anchors and looks ahead to the @-sign at most, so it can stand anywhere in a larger one. The
pipe is left to email-validator, because it may be the file's delimiter.
"""

ORDINARY_DOMAIN = r"(?:[a-z0-9](?!.--)[a-z0-9-]{0,53}+(?<!-)\.){1,3}+(?!arpa|invalid|local|onion)[a-z]{2,24}+"
"""Regular expression of the part after the @-sign: two to four labels, 189 characters at most.

With `ORDINARY_LOCAL` before the @-sign the address cannot be longer than 254 characters, so nothing is left to check.
Left to email-validator: longer domains, labels whose third and fourth characters are hyphens (``xn--``), top-level
domains that begin like RFC 6761's which can get no mail.
"""

ORDINARY_ADDRESS = f"{ORDINARY_LOCAL}@{ORDINARY_DOMAIN}"
"""Regular expression of an address that email-validator would accept as it stands. It costs 0.2 us an address."""

is_ordinary = re.compile(ORDINARY_ADDRESS).fullmatch
"""Match an ordinary address: it is sent to as it stands and compared in lower case."""

_UNSEEN = " \t\r\n\f\v\xa0\u200b\u200c\u200d\u2060\ufeff"
_PADDING = _UNSEEN + "\"'\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb"
_NAMED = re.compile(r"[^<>]*<([^<>]*)>")
_MAILTO = re.compile(r"mailto:([^?]*)(?:\?.*)?", re.IGNORECASE | re.DOTALL)
_FULL_WIDTH = {code + 0xFEE0: code for code in range(0x21, 0x7F)}


class Address(NamedTuple):
    """An address that can be sent to.

    Attributes:
        value: as it is handed to SES: an internationalised domain in its ASCII form (A-labels).
        canonical: equal for two spellings of one mailbox.
        repaired: something that is no part of the address stood around it (`parse_address` says what).
        given: the address as it was written, where its domain was not in ASCII.
    """

    value: str
    canonical: str
    repaired: bool = False
    given: str | None = None


class InvalidAddressError(Exception):
    """The text is no address that SES can send to; the message says why, without the text itself.

    Attributes:
        reason: `RowReason.INVALID_ADDRESS`, or `RowReason.UNSUPPORTED_ADDRESS` for an address that only SES refuses.
    """

    def __init__(self, detail: str, reason: RowReason = RowReason.INVALID_ADDRESS) -> None:
        super().__init__(detail)
        self.reason = reason


def parse_address(raw: str) -> Address:
    """Read an address.

    Taken away from around it, and then `Address.repaired`: white space, characters that cannot be seen, quotation
    marks, a comma, semicolon or full stop behind it, ``Name <address>``, ``mailto:`` (RFC 6068). Full-width letters
    with a full-width @-sign become ASCII.

    Raises:
        InvalidAddressError: it is none.
    """
    if is_ordinary(raw):
        return Address(raw, raw.lower())
    text = _peeled(raw)
    value = _ordinary(text) or _validated(text)
    return Address(value, canonical(value), text != raw, None if text.rpartition("@")[2].isascii() else text)


def _ordinary(text: str) -> str | None:
    """Return an ordinary address with its domain in lower case, or None."""
    local, _, domain = text.rpartition("@")
    value = f"{local}@{domain.lower()}"
    return value if domain.isascii() and is_ordinary(value) else None


def _peeled(raw: str) -> str:
    text = _stripped(raw)
    if named := _NAMED.fullmatch(text):
        text = _stripped(named[1])
    if link := _MAILTO.fullmatch(text):
        text = _stripped(unquote(link[1]))
    if "\uff20" in text and "@" not in text:
        text = text.translate(_FULL_WIDTH)
    return text


def _stripped(text: str) -> str:
    return text.lstrip(_PADDING).rstrip(_PADDING + ",;.")


def _validated(text: str) -> str:
    """Return the address with its domain in ASCII, as email-validator understands it; no DNS is asked."""
    from email_validator import EmailNotValidError, validate_email

    local, at, _ = text.rpartition("@")
    if not at:
        raise InvalidAddressError("An address has an @-sign.")
    if "@" in local:
        raise InvalidAddressError("It has more than one @-sign; one row holds one address.")
    if len(text) > MAX_ADDRESS_CHARACTERS:
        raise InvalidAddressError(f"It is longer than {MAX_ADDRESS_CHARACTERS} characters.")
    if not text.isprintable():
        raise InvalidAddressError("It contains characters that cannot be seen.")
    try:
        # `test_environment` admits .test; .example and the like are admitted anyway.
        found = validate_email(text, check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError as error:
        raise InvalidAddressError(str(error)) from None
    if "." not in found.ascii_domain:
        raise InvalidAddressError("The part after the @-sign is no domain name, such as example.org.")
    if not local.isascii():
        raise InvalidAddressError(
            "SES cannot send to it: the part before the @-sign may hold ASCII characters only.",
            RowReason.UNSUPPORTED_ADDRESS,
        )
    # email-validator writes some local parts, such as INFO, in lower case.
    return f"{local}@{found.ascii_domain}"


def mailbox_hash(address: str) -> str:
    """Return the key of an address in any spelling of the mailbox, with an internationalised domain in either form."""
    try:
        return address_hash(parse_address(address).canonical)
    except InvalidAddressError:
        return address_hash(address)  # nobody can have mailed it, so nothing is found under this
