"""``/v1/webhooks/{webhook_id}/deliveries``: what was and is to be delivered to an endpoint."""

from http import HTTPStatus

from typing_extensions import TypedDict

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.entrypoints.http.api import Answer, Api, PageDocument, Time, answer, page_of, shown_time
from chalicelib.entrypoints.http.schemas import ListQuery, NoDetails
from chalicelib.kernel.states import InvalidTransitionError
from chalicelib.webhooks.deliveries import Attempt, AttemptError, Delivery, DeliveryNotFoundError, DeliveryState
from chalicelib.webhooks.model import WebhookNotFoundError

webhook_deliveries = Api(__name__)


class DeliveryListQuery(ListQuery):
    """Query parameters of an endpoint's deliveries."""

    state: DeliveryState | None = None


class DeliveryDocument(TypedDict):
    """One event for one endpoint.

    Attributes:
        event_type: as the body names it.
        next_attempt_at: null when none follows.
        last_status: HTTP status of the last answer.
        last_error: why there was none.
    """

    delivery_id: str
    webhook_id: str
    event_id: str
    event_type: str
    state: DeliveryState
    attempts_made: int
    next_attempt_at: Time | None
    delivered_at: Time | None
    last_status: int | None
    last_error: AttemptError | None
    created_at: Time | None


class AttemptDocument(TypedDict):
    """One request to an endpoint.

    Attributes:
        answer: the beginning of the answer's body.
    """

    at: Time | None
    milliseconds: int
    status: int | None
    error: AttemptError | None
    answer: str


class WholeDelivery(DeliveryDocument):
    """A delivery with what is sent and the latest attempts."""

    body: str
    attempts: list[AttemptDocument]


@webhook_deliveries.operation(
    "POST",
    "/v1/webhooks/{webhook_id}/test",
    scope=Scope.ADMIN,
    status=HTTPStatus.ACCEPTED,
    refuses=(WebhookNotFoundError, InvalidTransitionError),
    creates="tst",
)
def test_webhook(webhook_id: str, request: NoDetails, new_id: str) -> Answer[WholeDelivery]:
    """Deliver an event that was made for trying; the delivery shows what came of it."""
    del request
    return _accepted(bootstrap.webhooks().test(webhook_id, new_id))


@webhook_deliveries.operation(
    "GET", "/v1/webhooks/{webhook_id}/deliveries", scope=Scope.READ, refuses=(WebhookNotFoundError,)
)
def list_webhook_deliveries(webhook_id: str, query: DeliveryListQuery) -> Answer[PageDocument[DeliveryDocument]]:
    """List what was and is to be delivered to an endpoint, the latest event first."""
    page = bootstrap.webhooks().deliveries(webhook_id, state=query.state, limit=query.limit, cursor=query.cursor)
    return page_of(page, _document)


@webhook_deliveries.operation(
    "GET",
    "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}",
    scope=Scope.READ,
    refuses=(WebhookNotFoundError, DeliveryNotFoundError),
)
def get_webhook_delivery(webhook_id: str, delivery_id: str) -> Answer[WholeDelivery]:
    """Show a delivery: what is sent, and each attempt with the beginning of its answer."""
    return answer(_whole(bootstrap.webhooks().delivery(webhook_id, delivery_id)))


@webhook_deliveries.operation(
    "POST",
    "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver",
    scope=Scope.ADMIN,
    status=HTTPStatus.ACCEPTED,
    refuses=(WebhookNotFoundError, DeliveryNotFoundError, InvalidTransitionError),
    creates="red",
)
def redeliver_webhook_delivery(webhook_id: str, delivery_id: str, request: NoDetails) -> Answer[WholeDelivery]:
    """Have an event delivered at once, again if it was delivered, under the same ``webhook-id``."""
    del request
    return _accepted(bootstrap.webhooks().redeliver(webhook_id, delivery_id))


def _accepted(delivery: Delivery) -> Answer[WholeDelivery]:
    location = f"/v1/webhooks/{delivery.webhook_id}/deliveries/{delivery.delivery_id}"
    return answer(_whole(delivery), location=location)


def _document(delivery: Delivery) -> DeliveryDocument:
    last = delivery.attempts[-1] if delivery.attempts else None
    return {
        "delivery_id": delivery.delivery_id,
        "webhook_id": delivery.webhook_id,
        "event_id": delivery.event_id,
        "event_type": delivery.kind,
        "state": delivery.state,
        "attempts_made": len(delivery.attempts),
        "next_attempt_at": shown_time(delivery.due_at),
        "delivered_at": shown_time(delivery.delivered_at),
        "last_status": last.status if last else None,
        "last_error": last.error if last else None,
        "created_at": shown_time(delivery.created_at),
    }


def _whole(delivery: Delivery) -> WholeDelivery:
    attempts = [_attempt_document(attempt) for attempt in delivery.attempts]
    return {**_document(delivery), "body": delivery.body, "attempts": attempts}


def _attempt_document(attempt: Attempt) -> AttemptDocument:
    return {
        "at": shown_time(attempt.at),
        "milliseconds": attempt.milliseconds,
        "status": attempt.status,
        "error": attempt.error,
        "answer": attempt.answer,
    }
