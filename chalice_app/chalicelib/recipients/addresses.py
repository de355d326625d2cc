"""Reads an address out of a cell: ordinary ones with one regular expression, the rest with email-validator."""

import re
from dataclasses import dataclass

from chalicelib.kernel.addresses import canonical

MAX_ADDRESS_CHARACTERS = 254
"""Longest address that SMTP can carry (RFC 5321, 4.5.3.1.3, less its angle brackets)."""

# What both this and email-validator accept as it stands: a dot-atom of at most 64 characters, a host name, a top-level
# domain of letters that is none of RFC 6761's which can get no mail. "--" is left to email-validator, because it could
# begin an internationalised label.
_PATTERN = (
    r"(?=[^@]{{1,64}}@)(?=.{{6,254}}\Z)(?!.*--)"
    r"[{0}0-9!#$%&'*+/=?^_`{{|}}~-]+(?:\.[{0}0-9!#$%&'*+/=?^_`{{|}}~-]+)*"
    r"@(?:[{0}0-9](?:[{0}0-9-]{{0,61}}[{0}0-9])?\.)+(?!(?i:arpa|invalid|local|localhost|onion)\Z)[{0}]{{2,63}}\Z"
)
_ORDINARY = re.compile(_PATTERN.format("A-Za-z")).match

is_canonical = re.compile(_PATTERN.format("a-z")).match
"""Match an ordinary address that is sent to and compared as it stands; the rule in large files."""

_PADDING = " \t\r\n\f\v\xa0\u200b\u200c\u200d\u2060\ufeff\"'"
_NAMED = re.compile(r"[^<>]*<([^<>]*)>")


@dataclass(frozen=True, slots=True)
class Address:
    """An address that can be sent to.

    Attributes:
        value: as it is handed to SES: an internationalised domain in its ASCII form.
        canonical: equal for two spellings of one mailbox.
        repaired: it stood among spaces or quotation marks, or in ``Name <address>``.
    """

    value: str
    canonical: str
    repaired: bool = False


class InvalidAddressError(Exception):
    """The text is no address that SES can send to; the message says why, without the text itself."""


def parse_address(raw: str) -> Address:
    """Read an address.

    Raises:
        InvalidAddressError: it is none.
    """
    if _ORDINARY(raw):
        return _address(raw, repaired=False)
    text = raw.strip(_PADDING)
    named = _NAMED.fullmatch(text)
    if named:
        text = named[1].strip(_PADDING)
    text = text if _ORDINARY(text) else _validated(text)
    return _address(text, repaired=raw.strip() != raw or named is not None or raw.strip(_PADDING) != raw)


def _address(text: str, *, repaired: bool) -> Address:
    local, _, domain = text.rpartition("@")
    value = f"{local}@{domain.lower()}"
    return Address(value, canonical(value), repaired)


def _validated(text: str) -> str:
    """Return the address with its domain in ASCII, as email-validator understands it; no DNS is asked."""
    from email_validator import EmailNotValidError, validate_email

    if not text.isprintable() or len(text) > MAX_ADDRESS_CHARACTERS:
        raise InvalidAddressError(
            f"It is longer than {MAX_ADDRESS_CHARACTERS} characters."
            if len(text) > MAX_ADDRESS_CHARACTERS
            else "It contains characters that cannot be seen."
        )
    if text.count("@") > 1:
        raise InvalidAddressError("It has more than one @-sign; one row holds one address.")
    if text.count("@") == 1 and not text.partition("@")[0].isascii():
        raise InvalidAddressError("SES sends to addresses whose part before the @-sign is ASCII only.")
    try:
        # `test_environment` admits .test; .example and the like are admitted anyway.
        found = validate_email(text, check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError as error:
        raise InvalidAddressError(str(error)) from None
    if "." not in found.ascii_domain:
        raise InvalidAddressError("The part after the @-sign is no domain name, such as example.org.")
    if found.ascii_email is None:
        raise InvalidAddressError("SES sends to addresses whose part before the @-sign is ASCII only.")
    return found.ascii_email
