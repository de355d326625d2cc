"""Characters that a line of text cannot show, as the inside of a class of a regular expression.

Written so that Python, Rust and ECMA-262 (the patterns of JSON Schema) read it alike.
"""

from typing import Final

UNSEEN: Final = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069"
"""Control characters and line or paragraph separators, which could begin another header, and the marks that turn the
direction of what follows, which can make a line read as something else."""

UNSEEN_IN_WORDS: Final = (
    "line breaks, other control characters (U+0000 to U+001F, U+007F to U+009F, U+2028, U+2029) and "
    "marks of direction (U+202A to U+202E, U+2066 to U+2069)"
)
"""The same, for people."""

FORMATTING: Final = UNSEEN + r"\xad\u061c\u180e\u200b-\u200f\u205f-\u206f\ufeff\ufff9-\ufffb"
"""These and all that is not seen at all, such as soft hyphens and joiners, which no address needs."""
