"""The only composition root: makes each service once a process, with just the SDKs that it uses.

Imports stand inside the functions so that a Lambda loads what its own entry point needs and nothing else.
"""

from chalicelib.bootstrap.accounting import account
from chalicelib.bootstrap.base import (
    analytics_store,
    clock,
    idempotent_requests,
    message_store,
    settings,
    suppression_list,
)
from chalicelib.bootstrap.callers import access, audit_log, failure_limit, request_limit
from chalicelib.bootstrap.checking import (
    campaign_test_mails,
    fail_preflight,
    preflight_completion,
    preflight_part_check,
    preflights,
    template_test_mails,
)
from chalicelib.bootstrap.delivery import sending, transactional_sending, workers
from chalicelib.bootstrap.exporting import export_writing, exports, fail_export
from chalicelib.bootstrap.feedback import (
    analytics,
    begin_rebuild,
    campaigns_to_reconcile,
    expire_statistics,
    indexing,
    ingestion,
    rebuild_comparison,
    rebuilding,
    reconciliation,
    subscriptions,
    token_signer,
)
from chalicelib.bootstrap.files import (
    recipient_import,
    recipient_removal,
    recipient_uploads,
    recipients,
    sample_recipients,
    style_inliner,
    template_catalog,
    templates,
)
from chalicelib.bootstrap.following import histories, publishing
from chalicelib.bootstrap.mailing import (
    campaign_control,
    campaign_drafts,
    campaign_execution,
    campaign_planning,
    campaigns,
    message_creation,
    messages,
    reputation_guard,
    settlement,
    suppressions,
    watching,
)
from chalicelib.bootstrap.notifying import delivering, delivery_planning, webhooks

__all__ = [
    "access",
    "account",
    "analytics",
    "analytics_store",
    "audit_log",
    "begin_rebuild",
    "campaign_control",
    "campaign_drafts",
    "campaign_execution",
    "campaign_planning",
    "campaign_test_mails",
    "campaigns",
    "campaigns_to_reconcile",
    "clock",
    "delivering",
    "delivery_planning",
    "expire_statistics",
    "export_writing",
    "exports",
    "fail_export",
    "fail_preflight",
    "failure_limit",
    "histories",
    "idempotent_requests",
    "indexing",
    "ingestion",
    "message_creation",
    "message_store",
    "messages",
    "preflight_completion",
    "preflight_part_check",
    "preflights",
    "publishing",
    "rebuild_comparison",
    "rebuilding",
    "recipient_import",
    "recipient_removal",
    "recipient_uploads",
    "recipients",
    "reconciliation",
    "reputation_guard",
    "request_limit",
    "sample_recipients",
    "sending",
    "settings",
    "settlement",
    "style_inliner",
    "subscriptions",
    "suppression_list",
    "suppressions",
    "template_catalog",
    "template_test_mails",
    "templates",
    "token_signer",
    "transactional_sending",
    "watching",
    "webhooks",
    "workers",
]
