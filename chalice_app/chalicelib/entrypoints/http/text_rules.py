"""Rules on text that the description states as they are checked: one pattern and its words for both."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from chalicelib.kernel.characters import FORMATTING, UNSEEN, UNSEEN_IN_WORDS


@dataclass(frozen=True, slots=True)
class Matching:
    """What a text has to match as a whole.

    Args:
        pattern: for Python and ECMA-262 alike, from ``^`` to ``$``.
        refusal: what a text must be, for the caller whose text is not.
        description: for the description of the API; the refusal when left out.
    """

    pattern: str
    refusal: str
    description: str = ""
    _compiled: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_compiled", re.compile(self.pattern))

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check what pydantic has read."""
        return core_schema.no_info_after_validator_function(self.checked, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """State what is checked."""
        said = self.description or f"{self.refusal[0].upper()}{self.refusal[1:]}."
        return {**handler(schema), "pattern": self.pattern, "description": said}

    def checked(self, text: str) -> str:
        """Return a text that matches.

        Raises:
            ValueError: it does not.
        """
        if not self._compiled.fullmatch(text):
            raise ValueError(self.refusal)
        return text


_ABOUT_LINES: Final = f"One line: no {UNSEEN_IN_WORDS}."

LINE: Final = Matching(
    rf"^[^{UNSEEN}]*$", "must hold no line breaks, other control characters or marks of direction", _ABOUT_LINES
)
"""One line of text."""

FILLED_LINE: Final = Matching(
    rf"^[^{UNSEEN}]*[^{UNSEEN}\s][^{UNSEEN}]*$", LINE.refusal, f"{_ABOUT_LINES} Blanks around it are taken off."
)
"""One line of text that is not blank. Its length is bounded beside this, as that of an empty line is."""

NOT_BLANK: Final = Matching(r"^[\s\S]*\S[\s\S]*$", "must not be blank", "Blanks around it are taken off.")

_PART: Final = rf'[^\s@<>,;:"()\[\]\\{FORMATTING}]+'
MAILBOX: Final = Matching(
    f"^{_PART}@{_PART}$",
    "must be an address, name@domain, without a name before it and without characters that are not seen",
    "An address, `name@domain`, without a name before it, without blanks, quotation marks, line breaks, other control "
    "characters and characters that are not seen, such as soft hyphens and joiners.",
)
"""One address and nothing beside it."""

_ASCII_PART: Final = r"[!#-'*+\-.-9=?A-Z^-~]+"
ASCII_MAILBOX: Final = Matching(
    f"^{_ASCII_PART}@{_ASCII_PART}$",
    "must be an address in ASCII: write an internationalised domain as SES knows it, beginning with xn--",
    "An address in ASCII, `name@domain`; an internationalised domain is written as SES knows it, beginning with "
    "`xn--`.",
)
"""An address that SES knows by its ASCII form."""
