"""Pre-flight and test sends."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.bootstrap.base import (
    bound,
    clock,
    recipient_bucket,
    recipient_files,
    settings,
    suppression_list,
)
from chalicelib.bootstrap.delivery import renderer, reserve_governor, send_limits, send_threads, transport
from chalicelib.bootstrap.files import sample_recipients, templates
from chalicelib.bootstrap.mailing import campaign_execution, campaign_orders

if TYPE_CHECKING:
    from chalicelib.adapters.pace import InvocationContext
    from chalicelib.preflight.completion import PreflightCompletion
    from chalicelib.preflight.parts import PartCheck
    from chalicelib.preflight.ports import PreflightRepository, PreflightResults
    from chalicelib.preflight.proofs import ProofDelivery
    from chalicelib.preflight.service import PreflightService
    from chalicelib.preflight.trying import CampaignTestMails, TemplateTestMails
    from chalicelib.sending.model import SendOrder
    from chalicelib.sending.open_group import Render


def _harmless_link() -> str:
    """Return what stands for the unsubscribe link in mails that are no message: its page knows no such token."""
    return f"{settings().public_base_url}/u/not-a-message"


@cache
def _render_without_message() -> "Callable[[SendOrder], Render]":
    from chalicelib.preflight.unlinked import FixedLink

    return renderer(FixedLink(_harmless_link()))


@cache
def _preflight_store() -> "PreflightRepository":
    from chalicelib.store.preflights import DynamoPreflights

    bound("campaigns")
    return DynamoPreflights()


@cache
def _preflight_results() -> "PreflightResults":
    from chalicelib.adapters.documents import BucketDocuments

    return BucketDocuments(settings().recipient_bucket)


@cache
def preflights() -> "PreflightService":
    """Return the service of pre-flights, as the API drives it."""
    from chalicelib.adapters.workflows import PreflightStepFunctions
    from chalicelib.preflight.service import PreflightService

    return PreflightService(
        preflights=_preflight_store(),
        results=_preflight_results(),
        campaigns=campaign_execution(),
        templates=templates(),
        files=recipient_files(),
        workflows=PreflightStepFunctions(check_campaign_arn=settings().check_campaign_arn),
        clock=clock(),
    )


def preflight_part_check(context: "InvocationContext") -> "PartCheck":
    """Return the work of ``check_preflight_part`` for one invocation."""
    from chalicelib.adapters.pace import LambdaPace
    from chalicelib.preflight.parts import PartCheck
    from chalicelib.recipients.parts import PartReader

    return PartCheck(
        preflights=_preflight_store(),
        results=_preflight_results(),
        campaigns=campaign_execution(),
        templates=templates(),
        files=recipient_files(),
        parts=PartReader(recipient_bucket()),
        suppressions=suppression_list(),
        orders=campaign_orders(),
        renderer=_render_without_message(),
        unsubscribe_link=_harmless_link(),
        pace=LambdaPace(context),
        clock=clock(),
    )


@cache
def preflight_completion() -> "PreflightCompletion":
    """Return the end of ``check_campaign``."""
    from chalicelib.adapters.ses_identities import SesIdentities
    from chalicelib.preflight.completion import PreflightCompletion

    return PreflightCompletion(
        preflights=_preflight_store(),
        results=_preflight_results(),
        campaigns=campaign_execution(),
        templates=templates(),
        files=recipient_files(),
        orders=campaign_orders(),
        identities=SesIdentities(),
        quota=transport().quota,
        limits=send_limits(),
        clock=clock(),
    )


def fail_preflight(campaign_id: str, run: int, reason: str) -> None:
    """Record why a run came to nothing; this needs no more than the record."""
    from chalicelib.preflight.records import PreflightRecords

    PreflightRecords(_preflight_store()).fail(campaign_id, run, reason, clock().now())


def _proof_delivery(context: "InvocationContext") -> "ProofDelivery":
    from chalicelib.adapters.pace import LambdaPace
    from chalicelib.preflight.proofs import ProofDelivery

    return ProofDelivery(
        suppressions=suppression_list(),
        governor=reserve_governor(),
        mailer=transport(),
        pace=LambdaPace(context),
        clock=clock(),
        pool=send_threads(),
    )


def campaign_test_mails(context: "InvocationContext") -> "CampaignTestMails":
    """Return what sends test mails of campaigns for one request."""
    from chalicelib.preflight.trying import CampaignTestMails
    from chalicelib.recipients.parts import PartReader

    return CampaignTestMails(
        campaigns=campaign_execution(),
        files=recipient_files(),
        parts=PartReader(recipient_bucket()),
        orders=campaign_orders(),
        renderer=_render_without_message(),
        delivery=_proof_delivery(context),
        clock=clock(),
    )


def template_test_mails(context: "InvocationContext") -> "TemplateTestMails":
    """Return what sends test mails of templates for one request."""
    from chalicelib.preflight.trying import TemplateTestMails

    return TemplateTestMails(
        templates=templates(),
        samples=sample_recipients(),
        renderer=_render_without_message(),
        delivery=_proof_delivery(context),
        clock=clock(),
    )
