"""Identifiers that sort by the time they were made (ULIDs: https://github.com/ulid/spec)."""

import secrets
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_RANDOM_BITS = 80
_DIGITS = 26
PATTERN = r"[a-z]{2,4}_[0-9a-z]{26}"


def new_id(prefix: str, now: datetime) -> str:
    """Make an identifier such as ``pln_01k9…``."""
    number = int(now.timestamp() * 1000) << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
    digits = [_ALPHABET[number >> shift & 31] for shift in range(5 * (_DIGITS - 1), -1, -5)]
    return f"{prefix}_{''.join(digits)}"
