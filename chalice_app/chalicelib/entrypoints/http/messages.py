"""``/v1/messages``: transactional messages; and how the API shows every message."""

from http import HTTPStatus

from typing_extensions import TypedDict

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.entrypoints.http.api import Answer, Api, Time, answer, shown_time
from chalicelib.entrypoints.http.once import REPLAYED
from chalicelib.entrypoints.http.schemas import SendMessage
from chalicelib.idempotency.model import (
    IdempotencyKeyRequiredError,
    IdempotencyKeyReusedError,
    KeyUse,
    RequestInProgressError,
    fingerprint,
    read_key,
)
from chalicelib.kernel.errors import FieldError, InvalidInputError
from chalicelib.messages.model import Facts, Message, MessageStatus
from chalicelib.templates.model import TemplateNotFoundError, TemplateNotReadyError
from chalicelib.transactional.model import (
    SendingStoppedError,
    TransactionalMessage,
    outcome,
)
from chalicelib.transactional.request import InlineContent, MailRequest, TemplateUse

messages = Api(__name__)


class FactsDocument(TypedDict):
    """What is known of a message."""

    reason: str | None
    accepted_at: Time | None
    unknown_since: Time | None
    delivered_at: Time | None
    bounced_at: Time | None
    bounce_type: str | None
    bounce_subtype: str | None
    complained_at: Time | None
    opens: int
    first_opened_at: Time | None
    human_opens: int
    clicks: int
    human_clicks: int
    first_clicked_at: Time | None


class CampaignMessageDocument(FactsDocument):
    """A message of a campaign."""

    message_id: str
    campaign_id: str
    address: str
    status: MessageStatus
    provider_id: str | None
    created_at: Time | None
    held_at: Time | None
    released_at: Time | None
    unsubscribed_at: Time | None


_From = TypedDict("_From", {"from": str})


class TransactionalDocument(FactsDocument, _From):
    """A transactional message."""

    message_id: str
    address: str
    template_id: str | None
    template_version: int | None
    tags: dict[str, str]
    status: MessageStatus
    provider_id: str | None
    created_at: Time | None


class SentMessage(TypedDict):
    """What became of a request to send."""

    message_id: str
    status: MessageStatus
    provider_id: str | None
    reason: str | None
    created_at: Time | None


@messages.operation(
    "POST",
    "/v1/messages",
    scope=Scope.SEND,
    status=HTTPStatus.CREATED,
    refuses=(
        IdempotencyKeyRequiredError,
        IdempotencyKeyReusedError,
        RequestInProgressError,
        SendingStoppedError,
        TemplateNotFoundError,
        TemplateNotReadyError,
    ),
)
def send_message(document: SendMessage) -> Answer[SentMessage]:
    """Send one mail to one person; the same request again answers the same and sends nothing."""
    key = read_key(messages.current_request.headers.get("idempotency-key"))
    # What was left out stays out, so that a new default does not make an old request another one.
    given = document.model_dump(mode="json", by_alias=True, exclude_unset=True)
    use = KeyUse(messages.principal.caller_id, key, fingerprint(given))
    sent = bootstrap.transactional_sending(messages.lambda_context).send(_mail_request(document), use)
    message, status = sent.message, outcome(sent.message)
    answered: Answer[SentMessage] = answer(
        {
            "message_id": message.message_id,
            "status": status,
            "provider_id": message.provider_id,
            "reason": None if status is MessageStatus.ACCEPTED else message.facts.reason,
            "created_at": shown_time(message.created_at),
        },
        location=f"/v1/messages/{message.message_id}",
    )
    if sent.replayed:
        answered.headers[REPLAYED] = "true"
    return answered


def message_document(message: Message) -> CampaignMessageDocument:
    """Show a message of a campaign with the facts known about it."""
    return {
        "message_id": message.message_id,
        "campaign_id": message.campaign_id,
        "address": message.address,
        "status": message.status,
        "provider_id": message.provider_id,
        "created_at": shown_time(message.created_at),
        **_facts(message.facts),
        "held_at": shown_time(message.facts.held_at),
        "released_at": shown_time(message.facts.released_at),
        "unsubscribed_at": shown_time(message.facts.unsubscribed_at),
    }


def transactional_document(message: TransactionalMessage, status: MessageStatus) -> TransactionalDocument:
    """Show a transactional message with the facts known about it."""
    return {
        "message_id": message.message_id,
        "address": message.address,
        "from": message.sender,
        "template_id": message.template_id,
        "template_version": message.template_version,
        "tags": dict(message.tags),
        "status": status,
        "provider_id": message.provider_id,
        "created_at": shown_time(message.created_at),
        **_facts(message.facts),
    }


def _facts(facts: Facts) -> FactsDocument:
    return {
        "reason": facts.reason,
        "accepted_at": shown_time(facts.accepted_at),
        "unknown_since": shown_time(facts.unknown_since),
        "delivered_at": shown_time(facts.delivered_at),
        "bounced_at": shown_time(facts.bounced_at),
        "bounce_type": facts.bounce_type,
        "bounce_subtype": facts.bounce_subtype,
        "complained_at": shown_time(facts.complained_at),
        "opens": facts.opens,
        "first_opened_at": shown_time(facts.first_opened_at),
        "human_opens": facts.human_opens,
        "clicks": facts.clicks,
        "human_clicks": facts.human_clicks,
        "first_clicked_at": shown_time(facts.first_clicked_at),
    }


def _mail_request(document: SendMessage) -> MailRequest:
    """Read what is to be sent.

    Raises:
        InvalidInputError: it has both kinds of content or neither.
    """
    template, inline = document.template, document.inline
    content: TemplateUse | InlineContent
    if template and not inline:
        content = TemplateUse(template.template_id, template.version, template.fields)
    elif inline and not template:
        content = InlineContent(inline.subject, inline.html, inline.text)
    else:
        raise InvalidInputError(
            "A message has either a template or a content of its own.",
            errors=(FieldError("/template", "Give one of `template` and `inline`."),),
        )
    return MailRequest(
        to=document.to,
        sender_address=document.sender.address,
        sender_name=document.sender.name,
        reply_to=document.reply_to,
        content=content,
        headers=tuple(document.headers.items()),
        tags=tuple(document.tags.items()),
    )
