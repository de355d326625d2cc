"""Table of contents of the Email Platform: the API and every Lambda entry point.

A handler is always ``app.<name>``, so that Chalice's middleware runs; infra reads this module to know what to deploy.
"""

from chalice.app import Chalice

from chalicelib.entrypoints import problems
from chalicelib.entrypoints.analytics_steps import (
    analytics_steps,
    compare_indices,
    expire_statistics,
    fail_export,
    fill_indices,
    find_due_campaigns,
    manage_indices,
    reconcile_campaign,
    write_export,
)
from chalicelib.entrypoints.authorizer import access
from chalicelib.entrypoints.authorizer import handle as authorize
from chalicelib.entrypoints.http.account import account
from chalicelib.entrypoints.http.api_keys import api_keys
from chalicelib.entrypoints.http.audit import audit
from chalicelib.entrypoints.http.campaigns import campaigns
from chalicelib.entrypoints.http.drafts import drafts
from chalicelib.entrypoints.http.exports import exports
from chalicelib.entrypoints.http.health import health
from chalicelib.entrypoints.http.history import history
from chalicelib.entrypoints.http.live import live
from chalicelib.entrypoints.http.messages import messages
from chalicelib.entrypoints.http.preflight import preflight
from chalicelib.entrypoints.http.recipient_files import recipient_files
from chalicelib.entrypoints.http.senders import senders
from chalicelib.entrypoints.http.statistics import statistics
from chalicelib.entrypoints.http.suppression_jobs import suppression_jobs
from chalicelib.entrypoints.http.suppressions import suppressions
from chalicelib.entrypoints.http.templates import templates
from chalicelib.entrypoints.http.test_sends import test_sends
from chalicelib.entrypoints.http.unsubscribe import unsubscribe
from chalicelib.entrypoints.http.webhook_deliveries import webhook_deliveries
from chalicelib.entrypoints.http.webhooks import webhooks
from chalicelib.entrypoints.steps import (
    check_preflight_part,
    check_reputation,
    claim_campaign,
    create_part_messages,
    fail_campaign,
    fail_preflight,
    fail_recipient_file,
    finish_message_plan,
    finish_preflight,
    halt_campaign,
    import_recipient_file,
    remove_recipient_file,
    send_part,
    settle_campaign,
    steps,
)
from chalicelib.entrypoints.suppression_steps import (
    copy_suppressions,
    export_suppressions,
    fail_suppression_job,
    import_suppressions,
    suppression_steps,
)
from chalicelib.entrypoints.triggers import (
    apply_event_objects,
    apply_ses_events,
    index_messages,
    issue_api_key,
    plan_replay,
    probe_sending,
    publish_changes,
    replay_hour,
    triggers,
    validate_template,
)
from chalicelib.entrypoints.webhook_steps import deliver_webhooks, plan_deliveries, webhook_steps
from chalicelib.kernel import logs

__all__ = [
    "APIS",
    "app",
    "apply_event_objects",
    "apply_ses_events",
    "authorize",
    "check_preflight_part",
    "check_reputation",
    "claim_campaign",
    "compare_indices",
    "copy_suppressions",
    "create_part_messages",
    "deliver_webhooks",
    "expire_statistics",
    "export_suppressions",
    "fail_campaign",
    "fail_export",
    "fail_preflight",
    "fail_recipient_file",
    "fail_suppression_job",
    "fill_indices",
    "find_due_campaigns",
    "finish_message_plan",
    "finish_preflight",
    "halt_campaign",
    "import_recipient_file",
    "import_suppressions",
    "index_messages",
    "issue_api_key",
    "manage_indices",
    "plan_deliveries",
    "plan_replay",
    "probe_sending",
    "publish_changes",
    "reconcile_campaign",
    "remove_recipient_file",
    "replay_hour",
    "send_part",
    "settle_campaign",
    "validate_template",
    "write_export",
]

_NAME = "email-platform"
logs.configure(_NAME)  # what Chalice logs of a fault inside is one of our lines too

app = Chalice(app_name=_NAME, configure_logs=False)
app.api.binary_types = []
app.register_middleware(problems.middleware, "http")
app.register_middleware(problems.invocation, "pure_lambda")
APIS = (
    health,
    templates,
    recipient_files,
    campaigns,
    drafts,
    preflight,
    test_sends,
    messages,
    history,
    live,
    statistics,
    exports,
    suppressions,
    suppression_jobs,
    webhooks,
    webhook_deliveries,
    account,
    senders,
    api_keys,
    audit,
)
"""What the description of the API consists of; the unsubscribe page is for recipients and stands outside."""

for blueprint in (
    access,
    *APIS,
    unsubscribe,
    steps,
    analytics_steps,
    suppression_steps,
    triggers,
    webhook_steps,
):
    app.register_blueprint(blueprint)
