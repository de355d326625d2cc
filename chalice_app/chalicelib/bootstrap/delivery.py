"""What hands mail to SES: campaigns' workers and transactional messages."""

import gc
from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from chalicelib.bootstrap.base import (
    bound,
    clock,
    message_store,
    settings,
    suppression_list,
    transactional_store,
)
from chalicelib.bootstrap.files import templates
from chalicelib.bootstrap.mailing import campaign_orders

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from chalicelib.adapters.pace import InvocationContext
    from chalicelib.adapters.ses import SesTransport
    from chalicelib.sending.limits import SendLimits
    from chalicelib.sending.model import SendOrder
    from chalicelib.sending.open_group import Render
    from chalicelib.sending.ports import Governor, UnsubscribeLinks
    from chalicelib.sending.service import SendingService
    from chalicelib.tracking.tokens import TokenSigner
    from chalicelib.transactional.compose import Composer
    from chalicelib.transactional.service import TransactionalSending

COMPILED_TEMPLATES = 4
"""Compiled templates that a worker keeps; large ones take some 20 MB each."""


@cache
def transport() -> "SesTransport":
    """Return SES as campaigns send by it."""
    from chalicelib.adapters.ses import SesTransport
    from chalicelib.sending.threads import MOST

    if send_limits().bulk > 1:
        from chalicelib.adapters.ses_bulk import SesBulkTransport

        return SesBulkTransport(settings().configuration_set, connections=MOST)
    return SesTransport(settings().configuration_set, connections=MOST)


@cache
def send_limits() -> "SendLimits":
    """Return what the operator leaves to campaigns of SES's quota."""
    from chalicelib.sending.limits import read_limits

    return read_limits(settings().send_limits)


@cache
def governor() -> "Governor":
    """Return the rate that all senders share."""
    from chalicelib.sending.governor import SendGovernor
    from chalicelib.store.rate import DynamoRateLedger

    bound("rate")
    return SendGovernor(
        ledger=DynamoRateLedger(),
        quota=transport().quota,
        limits=send_limits(),
        clock=clock(),
    )


@cache
def reserve_governor() -> "Governor":
    """Return the rate of single messages, which a person waits for."""
    from chalicelib.sending.reserve import ReserveGovernor
    from chalicelib.store.rate import RESERVE, DynamoRateLedger

    limits, campaigns = send_limits(), governor()
    if not limits.reserve_percent:
        return campaigns
    return ReserveGovernor(
        ledger=DynamoRateLedger(RESERVE),
        quota=transport().quota,
        limits=limits,
        clock=clock(),
        campaigns=campaigns,
    )


def workers(rate_limit: float | None, most: int) -> int:
    """Return how many workers a campaign with this limit needs, ``most`` at most."""
    from chalicelib.sending.workers import workers_needed

    return workers_needed(transport().quota(), send_limits(), rate_limit, most)


@cache
def send_threads() -> "ThreadPoolExecutor":
    """Return the threads that hand mail to SES."""
    from concurrent.futures import ThreadPoolExecutor

    from chalicelib.sending.threads import MOST

    return ThreadPoolExecutor(MOST, thread_name_prefix="send")


@cache
def _unsubscribe_links() -> "TokenSigner":
    from chalicelib.adapters.token_key import TokenKey
    from chalicelib.tracking.tokens import TokenSigner

    return TokenSigner(
        TokenKey(settings().token_key_id).derive, settings().public_base_url, settings().token_generations
    )


def renderer(links: "UnsubscribeLinks") -> "Callable[[SendOrder], Render]":
    """Return what makes mails with these unsubscribe links."""
    from chalicelib.sending.compose import composer
    from chalicelib.templates.rendering import RenderError, compile_content

    # Keyed by the sources themselves: a version's never change, so each is compiled once a worker.
    compile_once = lru_cache(maxsize=COMPILED_TEMPLATES)(compile_content)
    return composer(compile_once, RenderError, links)


@cache
def keep_what_is_loaded() -> None:
    """Take modules and the SDK's models from what Python's collector goes through: they stay as long as the worker."""
    gc.freeze()


@cache
def _prepare_render() -> "Callable[[SendOrder], Render]":
    return renderer(_unsubscribe_links())


def sending(context: "InvocationContext") -> "SendingService":
    """Return the work of ``send_part`` for one invocation."""
    from chalicelib.adapters.pace import LambdaPace
    from chalicelib.sending.group import GroupSender
    from chalicelib.sending.service import SendingService
    from chalicelib.sending.threads import MOST
    from chalicelib.store.claims import DynamoClaims

    bound("claims")
    pace = LambdaPace(context)
    service = SendingService(
        orders=campaign_orders(),
        messages=message_store(),
        claims=DynamoClaims(),
        sender=GroupSender(
            messages=message_store(),
            claims=DynamoClaims(),
            suppressions=suppression_list(),
            governor=governor(),
            transport=transport(),
            pace=pace,
            clock=clock(),
            pool=send_threads(),
            at_once=MOST,
            bulk=send_limits().bulk,
        ),
        renderer=_prepare_render(),
        pace=pace,
        clock=clock(),
    )
    keep_what_is_loaded()
    return service


@cache
def _composer() -> "Composer":
    from chalicelib.transactional.compose import Composer

    return Composer(templates())


@cache
def _transactional_transport() -> "SesTransport":
    from chalicelib.adapters.ses import SesTransport
    from chalicelib.transactional.sender import SES_SECONDS

    return SesTransport(settings().configuration_set, connections=1, answer_seconds=SES_SECONDS)


def transactional_sending(context: "InvocationContext") -> "TransactionalSending":
    """Return what sends transactional messages, for one request."""
    from chalicelib.adapters.pace import LambdaPace
    from chalicelib.store.transactional import DynamoIdempotencyKeys
    from chalicelib.transactional.sender import MessageSender
    from chalicelib.transactional.service import TransactionalSending

    messages, keys = transactional_store(), DynamoIdempotencyKeys()
    return TransactionalSending(
        messages=messages,
        keys=keys,
        composer=_composer(),
        suppressions=suppression_list(),
        sender=MessageSender(
            messages=messages,
            keys=keys,
            governor=reserve_governor(),
            transport=_transactional_transport(),
            pace=LambdaPace(context),
            clock=clock(),
        ),
        clock=clock(),
    )
