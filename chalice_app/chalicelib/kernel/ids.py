"""Identifiers that sort by the time they were made."""

import secrets
from datetime import datetime

# Crockford's base 32 keeps the order of the numbers and has no letters that are taken for digits.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_TIME_BITS = 48
_RANDOM_BITS = 80
_LENGTH = (_TIME_BITS + _RANDOM_BITS + 4) // 5


def new_id(prefix: str, now: datetime) -> str:
    """Make an identifier such as ``cmp_01k9…``: 48 bits of milliseconds, then 80 random bits (a ULID)."""
    number = int(now.timestamp() * 1000) << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
    digits = [_ALPHABET[number >> shift & 31] for shift in range(5 * (_LENGTH - 1), -1, -5)]
    return f"{prefix}_{''.join(digits)}"
