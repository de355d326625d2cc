"""Mail addresses as SES reads them: a bare address, or a display name with the address in angle brackets."""

import re
from email.header import decode_header, make_header
from typing import NamedTuple

from local.ses.errors import bad_request

_MAX_ADDRESS = 320  # SES counts the whole address, display name excluded
_MAX_LOCAL = 64
_NAMED = re.compile(r"\s*(?P<name>.*?)\s*<(?P<address>[^<>]*)>\s*", re.DOTALL)
_LOCAL = re.compile(r"""[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*|"[^"\\\r\n]+\"""")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_SPECIALS = re.compile(r'[,;:@()\[\]<>"\\]')


class Address(NamedTuple):
    """One mailbox: the header's text as given, and the bare address."""

    text: str
    bare: str

    @property
    def domain(self) -> str:
        """Return the part after the at sign, in lower case."""
        return self.bare.rpartition("@")[2].lower()


def parse_address(text: str) -> Address:
    """Read one address.

    Raises:
        ServiceError: BadRequestException, for what SES does not take: a malformed address, a local part outside
            ASCII (no SMTPUTF8), a domain not in Punycode, a display name that is neither ASCII nor RFC 2047.
    """
    name, bare = "", text.strip()
    if named := _NAMED.fullmatch(text):
        name, bare = named["name"], named["address"].strip()
    if not name.isascii():
        raise bad_request("Non-ASCII display names must be encoded as in RFC 2047.")
    if any(ord(character) < ord(" ") for character in text):
        raise bad_request("Address contains control characters.")
    if name and not _QUOTED.fullmatch(name) and _SPECIALS.search(name):
        raise bad_request("Missing final '@domain'.")
    _check(bare)
    return Address(text.strip(), bare)


def _check(bare: str) -> None:
    local, at, domain = bare.rpartition("@")
    if not at or not local:
        raise bad_request("Missing final '@domain'.")
    if not local.isascii():
        raise bad_request("Local address contains non-ASCII characters.")
    if len(local) > _MAX_LOCAL or not _LOCAL.fullmatch(local):
        raise bad_request("Local address contains control or whitespace, or is malformed.")
    if not _DOMAIN.fullmatch(domain):
        raise bad_request("Domain contains illegal character.")
    if len(bare) > _MAX_ADDRESS:
        raise bad_request("Address length is more than 320 characters long.")


def canonical(address: str) -> str:
    """Return the form in which two spellings of one mailbox are equal."""
    return address.strip().casefold()


def readable(text: str) -> str:
    """Decode RFC 2047 words for a person to read."""
    try:
        return str(make_header(decode_header(text)))
    except (LookupError, UnicodeDecodeError):
        return text
