"""SES v2: many mails in one SendBulkEmail, each with its own content, headers and tags.

A mail is rendered by the platform. The request's template holds nothing but one placeholder each for subject, HTML and
text, and every entry brings what stands there. So SES's template language has nothing to do, and a mail that it might
still read something into is sent by SendEmail (docs/decisions/0027).
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.adapters.ses import SesTransport
from chalicelib.adapters.ses_answers import NO_ANSWER, answer_of, answer_of_entry, answer_without
from chalicelib.sending.model import Answer, RenderedMail, Unanswered

MOST_ENTRIES = 50
"""Messages of one SendBulkEmail (Amazon SES API v2 reference, SendBulkEmail)."""

_MOST_DATA = 262_144
"""Characters of an entry's template data (EmailTemplateData)."""

_MOST_REQUEST = 1_000_000
"""Bytes of a request with an inline template (SES developer guide, "Using templates to send personalized email")."""

_ENTRY = 1_000
"""Bytes that an entry needs besides its content and headers: names, address, tags."""

_KEPT = 32_768
"""Characters of a mail up to which its data are kept from the look at its size to its call."""

_PLACEHOLDER = "{{"
_DATA = json.JSONEncoder(ensure_ascii=False)


class SesBulkTransport(SesTransport):
    """Implements `sending.ports.Transport`; what no SendBulkEmail carries goes by SendEmail."""

    def send_all(self, mails: Sequence[RenderedMail]) -> list[Answer]:
        """Hand the mails of a bundle over in one call; never raises for what SES or the network answers."""
        if len(mails) == 1:
            return [self.send(mails[0])]
        first = mails[0]
        request: dict[str, Any] = {
            "FromEmailAddress": first.sender,
            "ConfigurationSetName": self._configuration_set,
            "DefaultContent": {
                "Template": {
                    "TemplateContent": {
                        name.capitalize(): f"{{{{{name}}}}}"
                        for name in _contents(first.subject, first.html, first.text)
                    },
                    "TemplateData": "{}",
                }
            },
            "BulkEmailEntries": [_entry(mail) for mail in mails],
        }
        if first.reply_to:
            request["ReplyToAddresses"] = [first.reply_to]
        try:
            results = self._client.send_bulk_email(**request).get("BulkEmailEntryResults", [])
        except ClientError as error:
            return [answer_of(error)] * len(mails)
        except NO_ANSWER as error:
            return [answer_without(error)] * len(mails)
        if len(results) != len(mails):
            return [Unanswered("SES's answer does not tell of every message.")] * len(mails)
        return [answer_of_entry(result) for result in results]

    def bundles(self, mails: Sequence[RenderedMail]) -> list[list[int]]:
        """Put together what has its sender and its parts in common, as much as a call may carry."""
        bundles: list[list[int]] = []
        filling: dict[tuple[object, ...], list[int]] = {}
        room: dict[tuple[object, ...], int] = {}
        for place, mail in enumerate(mails):
            size = _size(mail)
            if size is None:
                bundles.append([place])
                continue
            alike = (mail.sender, mail.reply_to, bool(mail.html), bool(mail.text))
            if room.get(alike, 0) < size or len(filling[alike]) == MOST_ENTRIES:
                filling[alike], room[alike] = [], _MOST_REQUEST
                bundles.append(filling[alike])
            filling[alike].append(place)
            room[alike] -= size
        return bundles


def _contents(subject: str, html: str, text: str) -> dict[str, str]:
    """Return the parts that a mail has, by their names in the template."""
    parts = {"subject": subject, "html": html, "text": text}
    return {name: part for name, part in parts.items() if part or name == "subject"}


def _entry(mail: RenderedMail) -> dict[str, Any]:
    return {
        "Destination": {"ToAddresses": [mail.recipient]},
        "ReplacementTags": [{"Name": name, "Value": value} for name, value in mail.tags],
        "ReplacementEmailContent": {"ReplacementTemplate": {"ReplacementTemplateData": _data(mail)}},
        "ReplacementHeaders": [{"Name": name, "Value": value} for name, value in mail.headers],
    }


def _data(mail: RenderedMail) -> str:
    kept = len(mail.html) + len(mail.text) <= _KEPT
    return (_kept if kept else _encoded)(mail.subject, mail.html, mail.text)


def _encoded(subject: str, html: str, text: str) -> str:
    return _DATA.encode(_contents(subject, html, text))


_kept = lru_cache(maxsize=4 * MOST_ENTRIES)(_encoded)


def _size(mail: RenderedMail) -> int | None:
    """Return how many bytes of a request a mail needs at most; None where it must go by itself."""
    if not mail.subject or any(_PLACEHOLDER in text for text in (mail.subject, mail.html, mail.text)):
        return None
    written = _written(_data(mail))
    if written > _MOST_DATA:
        return None
    return written + _ENTRY + sum(len(name) + 2 * len(value) for name, value in mail.headers)


def _written(data: str) -> int:
    """Return how long data are at most in the request, where everything that is not ASCII is escaped.

    Two bytes of UTF-8 become six characters, so does a character of three, and one of four becomes twelve.
    """
    beyond_ascii = 0 if data.isascii() else len(data.encode()) - len(data)
    return len(data) + 5 * beyond_ascii + data.count('"') + data.count("\\")
