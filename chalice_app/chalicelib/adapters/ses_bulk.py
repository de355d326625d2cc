"""SES v2: many mails in one SendBulkEmail, each with its own content, headers and tags.

A mail is rendered by the platform. The request's template tells once what its mails have in common, and every entry
brings what is its own (`shared_content`). So SES's template language has nothing to do but to put texts together, and
a mail that it might still read something into is sent by SendEmail (docs/decisions/0027, 0053).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.adapters.ses import SesTransport
from chalicelib.adapters.ses_answers import NO_ANSWER, answer_of, answer_of_entry, answer_without
from chalicelib.adapters.shared_content import share
from chalicelib.sending.model import Answer, Bundle, RenderedMail, Unanswered

MOST_ENTRIES = 50
"""Messages of one SendBulkEmail (Amazon SES API v2 reference, SendBulkEmail)."""

_MOST_DATA = 262_144
"""Characters of an entry's template data (EmailTemplateData)."""

_MOST_REQUEST = 1_000_000
"""Bytes of a request with an inline template (SES developer guide, "Using templates to send personalized email")."""

_ENTRY = 1_000
"""Bytes that an entry needs besides its content and headers: names, address, tags."""

_PLACEHOLDER = "{{"
_JSON = json.JSONEncoder(ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class _Request:
    """A request that is made, and how much of its limits it takes.

    Attributes:
        too_long: places of mails that no entry carries.
    """

    arguments: dict[str, Any]
    size: int
    too_long: frozenset[int]


class SesBulkTransport(SesTransport):
    """Implements `sending.ports.Transport`; what no SendBulkEmail carries goes by SendEmail."""

    def send_all(self, mails: Sequence[RenderedMail], prepared: object = None) -> list[Answer]:
        """Hand the mails of a bundle over in one call; never raises for what SES or the network answers."""
        if len(mails) == 1:
            return [self.send(mails[0])]
        request = prepared if isinstance(prepared, _Request) else self._request(mails)
        try:
            results = self._client.send_bulk_email(**request.arguments).get("BulkEmailEntryResults", [])
        except ClientError as error:
            return [answer_of(error)] * len(mails)
        except NO_ANSWER as error:
            return [answer_without(error)] * len(mails)
        if len(results) != len(mails):
            return [Unanswered("SES's answer does not tell of every message.")] * len(mails)
        return [answer_of_entry(result) for result in results]

    def bundles(self, mails: Sequence[RenderedMail]) -> list[Bundle]:
        """Put together what has its sender and its parts in common, as much as a call may carry."""
        bundles: list[Bundle] = []
        alike: dict[tuple[object, ...], list[int]] = {}
        for place, mail in enumerate(mails):
            if not mail.subject or any(_PLACEHOLDER in text for text in (mail.subject, mail.html, mail.text)):
                bundles.append(Bundle((place,)))
            else:
                alike.setdefault((mail.sender, mail.reply_to, bool(mail.html), bool(mail.text)), []).append(place)
        for places in alike.values():
            for first in range(0, len(places), MOST_ENTRIES):
                bundles += self._fitting(mails, places[first : first + MOST_ENTRIES])
        return bundles

    def _fitting(self, mails: Sequence[RenderedMail], places: list[int]) -> list[Bundle]:
        """Divide mails into as few calls as their size allows."""
        if len(places) == 1:
            return [Bundle(tuple(places))]
        request = self._request([mails[place] for place in places])
        if request.too_long:
            alone = [Bundle((places[place],)) for place in sorted(request.too_long)]
            rest = [place for number, place in enumerate(places) if number not in request.too_long]
            return alone + (self._fitting(mails, rest) if rest else [])
        if request.size > _MOST_REQUEST:
            half = len(places) // 2
            return self._fitting(mails, places[:half]) + self._fitting(mails, places[half:])
        return [Bundle(tuple(places), request)]

    def _request(self, mails: Sequence[RenderedMail]) -> _Request:
        first = mails[0]
        parts = {"Subject": share("s", [(mail.subject,) for mail in mails])}
        if first.html:
            parts["Html"] = share("h", [mail.html_pieces or (mail.html,) for mail in mails])
        if first.text:
            parts["Text"] = share("t", [mail.text_pieces or (mail.text,) for mail in mails])
        own = zip(*(part.values for part in parts.values()), strict=True)
        data = [_JSON.encode({name: value for values in of_mail for name, value in values.items()}) for of_mail in own]
        template = {name: part.template for name, part in parts.items()}
        arguments: dict[str, Any] = {
            "FromEmailAddress": first.sender,
            "ConfigurationSetName": self._configuration_set,
            "DefaultContent": {"Template": {"TemplateContent": template, "TemplateData": "{}"}},
            "BulkEmailEntries": [_entry(mail, of_mail) for mail, of_mail in zip(mails, data, strict=True)],
        }
        if first.reply_to:
            arguments["ReplyToAddresses"] = [first.reply_to]
        written = [_written(of_mail) for of_mail in data]
        return _Request(
            arguments,
            _ENTRY + len(json.dumps(template)) + sum(written) + sum(map(_beside_content, mails)),
            frozenset(place for place, characters in enumerate(written) if characters > _MOST_DATA),
        )


def _entry(mail: RenderedMail, data: str) -> dict[str, Any]:
    return {
        "Destination": {"ToAddresses": [mail.recipient]},
        "ReplacementTags": [{"Name": name, "Value": value} for name, value in mail.tags],
        "ReplacementEmailContent": {"ReplacementTemplate": {"ReplacementTemplateData": data}},
        "ReplacementHeaders": [{"Name": name, "Value": value} for name, value in mail.headers],
    }


def _beside_content(mail: RenderedMail) -> int:
    """Return how many bytes of a request an entry needs at most beside its content."""
    return _ENTRY + sum(len(name) + 2 * len(value) for name, value in mail.headers)


def _written(data: str) -> int:
    """Return how long data are at most in the request, where everything that is not ASCII is escaped.

    Two bytes of UTF-8 become six characters, so does a character of three, and one of four becomes twelve.
    """
    beyond_ascii = 0 if data.isascii() else len(data.encode()) - len(data)
    return len(data) + 5 * beyond_ascii + data.count('"') + data.count("\\")
