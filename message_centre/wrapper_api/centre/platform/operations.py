"""Which operations of the Email Platform the Message Centre passes on, and who may call them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from message_centre.wrapper_api.centre.people.model import Role


@dataclass(frozen=True, slots=True)
class Forwarded:
    """An operation that is passed on.

    Attributes:
        operation: its id in the platform's description.
        path: below the platform's ``/v1``.
        role: the least that a person needs.
    """

    operation: str
    method: str
    path: str
    role: Role

    @property
    def changes(self) -> bool:
        """Whether it is for changing something, and so stands in the activity log."""
        return self.method != "GET" and self.operation not in READING


READING: Final = frozenset({"preview_template", "preview_template_version"})
"""Operations that change nothing though they are no GET."""

CHANGING_A_KEY: Final = frozenset({"change_api_key", "revoke_api_key", "rotate_api_key"})
"""Operations that are not passed on for the Message Centre's own key: it would lock itself out."""

FORWARDED: Final = (
    Forwarded("get_account", "GET", "/account", Role.VIEWER),
    Forwarded("list_api_keys", "GET", "/api-keys", Role.ADMIN),
    Forwarded("create_api_key", "POST", "/api-keys", Role.ADMIN),
    Forwarded("get_api_key", "GET", "/api-keys/{key_id}", Role.ADMIN),
    Forwarded("change_api_key", "PATCH", "/api-keys/{key_id}", Role.ADMIN),
    Forwarded("revoke_api_key", "POST", "/api-keys/{key_id}/revoke", Role.ADMIN),
    Forwarded("rotate_api_key", "POST", "/api-keys/{key_id}/rotate", Role.ADMIN),
    Forwarded("list_audit_entries", "GET", "/audit", Role.ADMIN),
    Forwarded("list_campaigns", "GET", "/campaigns", Role.VIEWER),
    Forwarded("get_campaign", "GET", "/campaigns/{campaign_id}", Role.VIEWER),
    Forwarded("archive_campaign", "POST", "/campaigns/{campaign_id}/archive", Role.AUTHOR),
    Forwarded("cancel_campaign", "POST", "/campaigns/{campaign_id}/cancel", Role.SENDER),
    Forwarded("list_events_since", "GET", "/campaigns/{campaign_id}/events", Role.VIEWER),
    Forwarded("order_export", "POST", "/campaigns/{campaign_id}/exports", Role.AUTHOR),
    Forwarded("get_export", "GET", "/campaigns/{campaign_id}/exports/{export_id}", Role.VIEWER),
    Forwarded("list_campaign_messages", "GET", "/campaigns/{campaign_id}/messages", Role.VIEWER),
    Forwarded("pause_campaign", "POST", "/campaigns/{campaign_id}/pause", Role.SENDER),
    Forwarded("get_preflight", "GET", "/campaigns/{campaign_id}/preflight", Role.VIEWER),
    Forwarded("get_planned_waves", "GET", "/campaigns/{campaign_id}/preflight/waves", Role.VIEWER),
    Forwarded("resend_unknown_messages", "POST", "/campaigns/{campaign_id}/resend-unknown", Role.SENDER),
    Forwarded("resume_campaign", "POST", "/campaigns/{campaign_id}/resume", Role.SENDER),
    Forwarded("get_campaign_statistics", "GET", "/campaigns/{campaign_id}/statistics", Role.VIEWER),
    Forwarded("get_campaign_bounces", "GET", "/campaigns/{campaign_id}/statistics/bounces", Role.VIEWER),
    Forwarded("get_campaign_domains", "GET", "/campaigns/{campaign_id}/statistics/domains", Role.VIEWER),
    Forwarded("get_campaign_links", "GET", "/campaigns/{campaign_id}/statistics/links", Role.VIEWER),
    Forwarded("get_campaign_providers", "GET", "/campaigns/{campaign_id}/statistics/providers", Role.VIEWER),
    Forwarded("get_campaign_timeline", "GET", "/campaigns/{campaign_id}/statistics/timeline", Role.VIEWER),
    Forwarded("unarchive_campaign", "POST", "/campaigns/{campaign_id}/unarchive", Role.AUTHOR),
    Forwarded("get_message", "GET", "/messages/{message_id}", Role.VIEWER),
    Forwarded("list_recipient_files", "GET", "/recipient-files", Role.VIEWER),
    Forwarded("create_recipient_file", "POST", "/recipient-files", Role.AUTHOR),
    Forwarded("delete_recipient_file", "DELETE", "/recipient-files/{file_id}", Role.AUTHOR),
    Forwarded("get_recipient_file", "GET", "/recipient-files/{file_id}", Role.VIEWER),
    Forwarded("cancel_recipient_file", "POST", "/recipient-files/{file_id}/cancel", Role.AUTHOR),
    Forwarded("get_recipient_file_flags", "GET", "/recipient-files/{file_id}/flags", Role.AUTHOR),
    Forwarded("get_recipient_file_profile", "GET", "/recipient-files/{file_id}/profile", Role.VIEWER),
    Forwarded("find_recipients", "GET", "/recipient-files/{file_id}/recipients", Role.VIEWER),
    Forwarded("get_recipient_file_report", "GET", "/recipient-files/{file_id}/report", Role.AUTHOR),
    Forwarded("retry_recipient_file", "POST", "/recipient-files/{file_id}/retry", Role.AUTHOR),
    Forwarded("get_recipient_file_upload", "GET", "/recipient-files/{file_id}/upload", Role.AUTHOR),
    Forwarded("complete_recipient_file_upload", "POST", "/recipient-files/{file_id}/upload/complete", Role.AUTHOR),
    Forwarded("list_messages_of_recipient", "GET", "/recipients/{address}/messages", Role.VIEWER),
    Forwarded("list_senders", "GET", "/senders", Role.VIEWER),
    Forwarded("get_sender", "GET", "/senders/{domain}", Role.VIEWER),
    Forwarded("compare_campaigns", "GET", "/statistics/campaigns", Role.VIEWER),
    Forwarded("get_overview", "GET", "/statistics/overview", Role.VIEWER),
    Forwarded("list_suppressions", "GET", "/suppressions", Role.VIEWER),
    Forwarded("put_suppressions", "POST", "/suppressions", Role.AUTHOR),
    Forwarded("delete_suppression", "DELETE", "/suppressions/{address}", Role.SENDER),
    Forwarded("get_suppression", "GET", "/suppressions/{address}", Role.VIEWER),
    Forwarded("put_suppression", "PUT", "/suppressions/{address}", Role.AUTHOR),
    Forwarded("list_templates", "GET", "/templates", Role.VIEWER),
    Forwarded("create_template", "POST", "/templates", Role.AUTHOR),
    Forwarded("get_template", "GET", "/templates/{template_id}", Role.VIEWER),
    Forwarded("rename_template", "PATCH", "/templates/{template_id}", Role.AUTHOR),
    Forwarded("archive_template", "POST", "/templates/{template_id}/archive", Role.AUTHOR),
    Forwarded("duplicate_template", "POST", "/templates/{template_id}/duplicate", Role.AUTHOR),
    Forwarded("preview_template", "POST", "/templates/{template_id}/preview", Role.VIEWER),
    Forwarded("unarchive_template", "POST", "/templates/{template_id}/unarchive", Role.AUTHOR),
    Forwarded("list_template_versions", "GET", "/templates/{template_id}/versions", Role.VIEWER),
    Forwarded("create_template_version", "POST", "/templates/{template_id}/versions", Role.AUTHOR),
    Forwarded("get_template_version", "GET", "/templates/{template_id}/versions/{version}", Role.VIEWER),
    Forwarded("preview_template_version", "POST", "/templates/{template_id}/versions/{version}/preview", Role.VIEWER),
    Forwarded("get_template_source", "GET", "/templates/{template_id}/versions/{version}/source", Role.VIEWER),
    Forwarded("get_template_upload", "GET", "/templates/{template_id}/versions/{version}/upload", Role.AUTHOR),
    Forwarded("list_webhooks", "GET", "/webhooks", Role.ADMIN),
    Forwarded("create_webhook", "POST", "/webhooks", Role.ADMIN),
    Forwarded("delete_webhook", "DELETE", "/webhooks/{webhook_id}", Role.ADMIN),
    Forwarded("get_webhook", "GET", "/webhooks/{webhook_id}", Role.ADMIN),
    Forwarded("change_webhook", "PATCH", "/webhooks/{webhook_id}", Role.ADMIN),
    Forwarded("list_webhook_deliveries", "GET", "/webhooks/{webhook_id}/deliveries", Role.ADMIN),
    Forwarded("get_webhook_delivery", "GET", "/webhooks/{webhook_id}/deliveries/{delivery_id}", Role.ADMIN),
    Forwarded(
        "redeliver_webhook_delivery", "POST", "/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver", Role.ADMIN
    ),
    Forwarded("disable_webhook", "POST", "/webhooks/{webhook_id}/disable", Role.ADMIN),
    Forwarded("enable_webhook", "POST", "/webhooks/{webhook_id}/enable", Role.ADMIN),
    Forwarded("rotate_webhook_secret", "POST", "/webhooks/{webhook_id}/rotate-secret", Role.ADMIN),
    Forwarded("test_webhook", "POST", "/webhooks/{webhook_id}/test", Role.ADMIN),
    Forwarded("copy_suppressions", "POST", "/suppression-jobs/copy", Role.AUTHOR),
    Forwarded("export_suppressions", "POST", "/suppression-jobs/export", Role.AUTHOR),
    Forwarded("import_suppressions", "POST", "/suppression-jobs/import", Role.AUTHOR),
    Forwarded("get_suppression_job", "GET", "/suppression-jobs/{job_id}", Role.VIEWER),
    Forwarded("send_template_test_mails", "POST", "/templates/{template_id}/test-sends", Role.AUTHOR),
    Forwarded(
        "send_template_version_test_mails",
        "POST",
        "/templates/{template_id}/versions/{version}/test-sends",
        Role.AUTHOR,
    ),
    Forwarded("create_sender", "POST", "/senders", Role.ADMIN),
    Forwarded("delete_sender", "DELETE", "/senders/{domain}", Role.ADMIN),
    Forwarded("refresh_sender", "POST", "/senders/{domain}/refresh", Role.ADMIN),
)

NOT_FORWARDED: Final[Mapping[str, str]] = {
    "create_campaign": "Plans make drafts, so that what is sent was checked and approved.",
    "edit_campaign": "As create_campaign.",
    "delete_campaign": "As create_campaign; a plan removes its draft.",
    "duplicate_campaign": "A plan is made of a campaign in its place.",
    "start_preflight": "Plans are checked.",
    "schedule_campaign": "Plans are sent, after the approval that they take.",
    "send_campaign": "As schedule_campaign.",
    "send_message": "Transactional mail is for programs.",
    "get_health": "The Message Centre says itself whether it is there.",
    "get_description": "The Message Centre describes itself.",
    "send_test_mails": "A plan sends its test mails.",
}
"""Operations that are not passed on, with the reason."""
