"""Identifiers that sort by the time they were made."""

import re
import secrets
from datetime import UTC, datetime

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


_TIME_DIGITS = 10  # 50 bits: the 48 of the time and the two that a ULID's 26 digits have over its 128 bits
_IDENTIFIER = re.compile(rf"[a-z]+_([{_ALPHABET}]{{{_LENGTH}}})")
_LATEST_MILLISECONDS = 253_402_300_799_999  # the end of the year 9999


def made_at(identifier: str) -> datetime | None:
    """Return when an identifier was made, also one that begins a longer text; None if it is none of ours."""
    match = _IDENTIFIER.match(identifier)
    if match is None:
        return None
    milliseconds = 0
    for digit in match[1][:_TIME_DIGITS]:
        milliseconds = milliseconds << 5 | _ALPHABET.index(digit)
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds <= _LATEST_MILLISECONDS else None


def time_digits(moment: datetime) -> str:
    """Return the digits behind the prefix with which the first identifiers of a moment begin; they sort by time.

    Identifiers hold no time before 1970: an earlier moment has the digits of that year's beginning.
    """
    milliseconds = max(0, int(moment.timestamp() * 1000))
    return "".join(_ALPHABET[milliseconds >> shift & 31] for shift in range(5 * (_TIME_DIGITS - 1), -1, -5))
