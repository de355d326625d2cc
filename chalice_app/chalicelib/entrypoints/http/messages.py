"""``/v1/messages``: transactional messages; and how the API shows every message."""

from http import HTTPStatus
from typing import Any

from chalice.app import Response

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.entrypoints.http.api import Api, answer, shown_time
from chalicelib.entrypoints.http.schemas import SendMessage
from chalicelib.kernel.errors import FieldError, InvalidInputError
from chalicelib.messages.model import Facts, Message, MessageStatus
from chalicelib.transactional.idempotency import KeyUse, fingerprint, read_key
from chalicelib.transactional.model import TransactionalMessage, outcome
from chalicelib.transactional.request import InlineContent, MailRequest, TemplateUse

messages = Api(__name__)


@messages.operation("POST", "/v1/messages", scope=Scope.SEND)
def send_message() -> Response:
    """Send one mail to one person; the same request again answers the same and sends nothing."""
    key = read_key(messages.current_request.headers.get("idempotency-key"))
    document = messages.document(SendMessage)
    # What was left out stays out, so that a new default does not make an old request another one.
    given = document.model_dump(mode="json", by_alias=True, exclude_unset=True)
    use = KeyUse(messages.principal.key_id, key, fingerprint(given))
    message = bootstrap.transactional_sending(messages.lambda_context).send(_mail_request(document), use)
    status = outcome(message)
    return answer(
        {
            "message_id": message.message_id,
            "status": status,
            "provider_id": message.provider_id,
            "reason": None if status is MessageStatus.ACCEPTED else message.facts.reason,
            "created_at": shown_time(message.created_at),
        },
        status=HTTPStatus.CREATED,
        location=f"/v1/messages/{message.message_id}",
    )


def message_document(message: Message) -> dict[str, Any]:
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


def transactional_document(message: TransactionalMessage, status: MessageStatus) -> dict[str, Any]:
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


def _facts(facts: Facts) -> dict[str, Any]:
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
