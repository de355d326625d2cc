"""Recognises domains that are one typing error away from a large mailbox provider's, or end as no domain does."""

from collections.abc import Iterator
from functools import cache

_PROVIDERS = """
    gmail.com yahoo.com hotmail.com outlook.com icloud.com aol.com live.com msn.com googlemail.com
    yahoo.co.uk yahoo.fr yahoo.de yahoo.it yahoo.es hotmail.co.uk hotmail.fr hotmail.de hotmail.it hotmail.es
    comcast.net verizon.net btinternet.com rediffmail.com protonmail.com gmx.net t-online.de freenet.de
    orange.fr wanadoo.fr laposte.net libero.it yandex.ru
"""
PROVIDERS = tuple(_PROVIDERS.split())
"""Domains that are suggested; the first one where a typing error may lead to several."""

LEGITIMATE = frozenset(
    {"mail.com", "cloud.com", "ibero.it", "libera.it", "liber.it", "libro.it", "orage.fr", "range.fr"}
)
"""Domains of their own right which one typing error would make of a provider's."""

_SHORTEST_NAME = 5  # shorter ones, such as aol, are one letter from too many others

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_LOOK_ALIKE = {"i": "l1", "l": "i1", "o": "0", "e": "3"}
_VOWELS = "aeiou"

_NO_TOP_LEVELS = {
    "com": ("con", "cmo", "ocm", "cim", "cpm", "clm", "vom", "xom", "comm", "coom", "ccom", "c0m", "coj"),
    "net": ("nte", "ent", "ner", "nett", "nrt"),
    "org": ("ogr", "rog", "orgg", "prg", "orh"),
}
_OTHER_ENDS = {  # some are real, but no such provider is there
    "com": ("co", "cm", "om"),
    "net": ("ne", "met", "bet"),
    "co.uk": ("couk", "co.k", "co.u", "co.ku", "co.ukk", "co.ul", "c.uk", "o.uk"),
}


def intended_domain(domain: str) -> str | None:
    """Return the domain that was probably meant, or None.

    Args:
        domain: in ASCII and lower case.
    """
    provider = _typos().get(domain)
    if provider:
        return provider
    name, dot, top_level = domain.rpartition(".")
    meant = _meant_top_levels().get(top_level)
    return f"{name}{dot}{meant}" if meant else None


@cache
def _typos() -> dict[str, str]:
    """Return each mistyped domain with the provider that is meant: some 1,500."""
    found: dict[str, str] = {}
    for provider in PROVIDERS:
        name, _, end = provider.partition(".")
        for wrong in _OTHER_ENDS.get(end, ()):
            found.setdefault(f"{name}.{wrong}", provider)
        if len(name) >= _SHORTEST_NAME:
            for wrong in _misspelt(name):
                found.setdefault(f"{wrong}.{end}", provider)
    for domain in LEGITIMATE.union(PROVIDERS):
        found.pop(domain, None)
    return found


@cache
def _meant_top_levels() -> dict[str, str]:
    return {wrong: right for right, wrongs in _NO_TOP_LEVELS.items() for wrong in wrongs}


def _misspelt(name: str) -> Iterator[str]:
    """Give the name with a letter dropped, doubled, swapped with the next one, or a likely other one in its place.

    The first letter is never taken as a wrong one: ymail.com and the like are providers of their own.
    """
    beside = _likely_letters()
    for place, letter in enumerate(name):
        before, after = name[:place], name[place + 1 :]
        yield before + after
        yield before + letter + letter + after
        if after:
            yield before + after[0] + letter + after[1:]
        if before:
            yield from (before + wrong + after for wrong in beside.get(letter, ""))


@cache
def _likely_letters() -> dict[str, str]:
    """Return the letters typed by mistake for each: those beside it, those that look or sound like it."""
    found: dict[str, str] = {}
    for row, keys in enumerate(_KEYS):
        for place, key in enumerate(keys):
            beside = keys[max(place - 1, 0) : place] + keys[place + 1 : place + 2]
            above = _KEYS[row - 1][place : place + 2] if row else ""
            below = _KEYS[row + 1][max(place - 1, 0) : place + 1] if row + 1 < len(_KEYS) else ""
            vowels = _VOWELS.replace(key, "") if key in _VOWELS else ""
            found[key] = beside + above + below + vowels + _LOOK_ALIKE.get(key, "")
    return found
