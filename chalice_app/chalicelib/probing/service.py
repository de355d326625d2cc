"""Sends a mail that arrives and one that bounces, and waits until the API tells so.

What is passed on the way: the network in front of the API, the authorizer, suppressions, permits, SES, its events,
their queue and the message store. The simulator's answers count in no reputation
(https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html#send-email-simulator).
"""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from chalicelib.access.model import ADMINISTRATOR, Principal, Scope
from chalicelib.access.service import AccessService
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import StaleRevisionError
from chalicelib.probing.ports import Answer, Api, Pace

KEY_ID: Final = "key_probe"
SCOPES: Final = frozenset({Scope.READ, Scope.WRITE, Scope.SEND})
ARRIVES: Final = "success@simulator.amazonses.com"
BOUNCES: Final = "bounce@simulator.amazonses.com"
EXPECTED: Mapping[str, str] = {ARRIVES: "delivered_at", BOUNCES: "bounced_at"}
"""What the API must come to tell of the message to each address."""

_EVERY_SECONDS = 3
_LEFT_SECONDS = 10.0
"""When so little of the invocation is left, the probe has failed."""

_ALL = Principal(ADMINISTRATOR, ADMINISTRATOR, frozenset({Scope.ADMIN}))


class ProbeFailedError(Exception):
    """Mail does not take its way; the message says where it stopped."""


class Probe:
    """One round; kept between rounds for its token, which nothing stores."""

    def __init__(self, *, access: AccessService, clock: Clock) -> None:
        self._access = access
        self._clock = clock
        self._token: str | None = None

    def run(self, api: Api, pace: Pace, *, sender: str, name: str) -> dict[str, float]:
        """Send both mails and follow them; return the seconds that each took, by address.

        Args:
            api: where the mails are handed in.
            pace: of this invocation.
            sender: address that they are from.
            name: of the round; the same name sends nothing twice.

        Raises:
            ProbeFailedError: the API did not answer as it should, or an event did not come in time.
        """
        try:
            return self._run(api, pace, sender, name)
        except OSError as error:
            raise ProbeFailedError(f"The API was not reached: {type(error).__name__}.") from error

    def _run(self, api: Api, pace: Pace, sender: str, name: str) -> dict[str, float]:
        token = self._token = self._token or self._new_token()
        # The last round's bounce had the address suppressed, as it should.
        lifted = api.call("DELETE", f"/v1/suppressions/{quote(BOUNCES)}?reason=all", token=token)
        if lifted.status == HTTPStatus.UNAUTHORIZED:
            self._token = None  # another process of this function has made a new one
        _expect(lifted, "lift the suppression", HTTPStatus.NO_CONTENT, HTTPStatus.NOT_FOUND)
        began = self._clock.now()
        open_messages = {address: self._send(api, token, address, sender, name) for address in EXPECTED}
        seconds: dict[str, float] = {}
        while open_messages:
            if pace.remaining_seconds() < _LEFT_SECONDS:
                late = ", ".join(sorted(EXPECTED[address] for address in open_messages))
                raise ProbeFailedError(f"SES's events did not come in time: {late}.")
            pace.sleep_until(self._clock.now().timestamp() + _EVERY_SECONDS)
            for address, message_id in list(open_messages.items()):
                shown = api.call("GET", f"/v1/messages/{message_id}", token=token)
                _expect(shown, "read a message", HTTPStatus.OK)
                if shown.document.get(EXPECTED[address]):
                    seconds[address] = (self._clock.now() - began).total_seconds()
                    del open_messages[address]
        return seconds

    def _send(self, api: Api, token: str, address: str, sender: str, name: str) -> str:
        document: dict[str, Any] = {
            "to": address,
            "from": {"address": sender},
            "inline": {"subject": "Probe", "text": f"Round {name}"},
            "tags": {"probe": "round"},
        }
        sent = api.call(
            "POST", "/v1/messages", token=token, document=document, key=f"{name}-{address.partition('@')[0]}"
        )
        _expect(sent, "send", HTTPStatus.CREATED)
        if sent.document.get("status") != "accepted":
            raise ProbeFailedError(f"SES did not take a mail: {sent.document.get('status')}.")
        return str(sent.document["message_id"])

    def _new_token(self) -> str:
        """Make the probe's key, or give the one that is there a new secret: the old one went with its process."""
        try:
            _, token = self._access.issue("probe", SCOPES, key_id=KEY_ID)
        except StaleRevisionError:
            _, token = self._access.rotate(KEY_ID, timedelta(), by=_ALL, revision=None)
        return token


def _expect(answer: Answer, what: str, *wanted: HTTPStatus) -> None:
    if answer.status not in wanted:
        raise ProbeFailedError(f"The API refused to {what}: {answer.status} {answer.document.get('title', '')}".strip())
