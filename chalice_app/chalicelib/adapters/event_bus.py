"""An EventBridge bus: events are put ten a call, and what it does not take at once is put again."""

import json
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.kernel.errors import ConfigurationError
from chalicelib.live.domain_events import SOURCE, DomainEvent
from chalicelib.live.publishing import Untaken

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_events.client import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef, PutEventsResultEntryTypeDef

MOST = 10
"""Entries that one PutEvents takes."""

_TRIES = 3
_FIRST_WAIT_SECONDS = 0.2
_PASSING = frozenset({"InternalException", "InternalFailure", "ServiceUnavailable", "ThrottlingException"})
_MISCONFIGURED = frozenset({"AccessDeniedException", "NotAuthorizedForSourceException", "ResourceNotFoundException"})


class EventBridgeBus:
    """Implements `live.publishing.EventBus`.

    Args:
        name: of the bus.
        client: boto3's, unless another one is given.
        sleep: waits for so many seconds.
    """

    def __init__(
        self,
        name: str,
        client: "EventBridgeClient | None" = None,
        sleep: "Callable[[float], object]" = time.sleep,
    ) -> None:
        self._name = name
        self._client = client or boto3.client("events")
        self._sleep = sleep

    def put(self, events: Sequence[DomainEvent]) -> Untaken:
        """Publish events; once some of a call keep waiting, all that follow wait too, so that order is kept.

        Raises:
            ConfigurationError: there is no such bus, or this function may not use it.
        """
        refused: dict[str, str] = {}
        for start in range(0, len(events), MOST):
            waiting: Sequence[DomainEvent] = events[start : start + MOST]
            for attempt in range(_TRIES):
                if attempt:
                    self._sleep(_FIRST_WAIT_SECONDS * 2 ** (attempt - 1))
                waiting = self._put(waiting, refused)
                if not waiting:
                    break
            else:
                return Untaken([event.event_id for event in (*waiting, *events[start + MOST :])], refused)
        return Untaken((), refused)

    def _put(self, events: Sequence[DomainEvent], refused: dict[str, str]) -> list[DomainEvent]:
        """Make one call; return what may be taken later and note what never will be."""
        try:
            results = self._client.put_events(Entries=[self._entry(event) for event in events])["Entries"]
        except ClientError as error:
            code = error.response["Error"].get("Code", "")
            if code in _MISCONFIGURED:
                raise ConfigurationError(f"The event bus does not take events from this function: {code}.") from error
            if code not in _PASSING:
                raise
            return list(events)
        except BotoCoreError:
            return list(events)
        waiting = []
        for event, result in zip(events, results, strict=True):
            code = _fault(result)
            if code in _MISCONFIGURED:
                raise ConfigurationError(f"The event bus does not take events from this function: {code}.")
            if code in _PASSING:
                waiting.append(event)
            elif code:
                refused[event.event_id] = code
        return waiting

    def _entry(self, event: DomainEvent) -> "PutEventsRequestEntryTypeDef":
        return {
            "EventBusName": self._name,
            "Source": SOURCE,
            "DetailType": event.detail_type.value,
            "Detail": json.dumps(event.detail(), ensure_ascii=False),
            "Time": event.occurred_at,
        }


def _fault(result: "PutEventsResultEntryTypeDef") -> str:
    """Return why an entry was not taken; an empty text if it was."""
    return result.get("ErrorCode", "")
