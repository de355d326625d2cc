"""How two spellings of one mailbox are recognised, and how an address is shown where it must not be read."""

import hashlib


def canonical(address: str) -> str:
    """Return the form in which two spellings of one mailbox are equal: both sides folded to lower case.

    RFC 5321 lets the local part be case-sensitive, but no provider in use treats it so, and mailing a person
    twice is the worse mistake.
    """
    return address.strip().casefold()


def address_hash(address: str) -> str:
    """Return the key under which an address is looked up: SHA-256 of its canonical form, in hex."""
    return hashlib.sha256(canonical(address).encode()).hexdigest()


def mask_address(address: str) -> str:
    """Shorten an address for a log: ``anna@example.org`` becomes ``a***@example.org``."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}***{at}{domain}"
