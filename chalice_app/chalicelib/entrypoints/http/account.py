"""``/v1/account``: what SES allows, and how the account is seen."""

from typing_extensions import TypedDict

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.entrypoints.http.api import Answer, Api, Time, answer, shown_time

account = Api(__name__)


class SendingDocument(TypedDict):
    """What SES allows the account now.

    Attributes:
        status: `HEALTHY`, `PROBATION` (under review) or `SHUTDOWN`.
        production: false in the sandbox, where only verified addresses get mail.
        max_24_hours: null: any number.
    """

    enabled: bool
    status: str
    production: bool
    max_per_second: float
    max_24_hours: float | None
    sent_24_hours: float


class ReputationDocument(TypedDict):
    """What became of the mails that SES accepted in the last seven days; rates are shares between 0 and 1.

    Attributes:
        bounce_rate: hard_bounced / accepted, null without any.
        complaint_rate: complained / delivered, null without any.
        bounce_limit, complaint_limit: at which campaigns halt.
    """

    since: Time | None
    until: Time | None
    accepted: int
    delivered: int
    hard_bounced: int
    complained: int
    bounce_rate: float | None
    bounce_limit: float
    complaint_rate: float | None
    complaint_limit: float


class AccountDocument(TypedDict):
    """The account: SES's limits, and the reputation by the own statistics."""

    sending: SendingDocument
    reputation: ReputationDocument


@account.operation("GET", "/v1/account", scope=Scope.READ)
def get_account() -> Answer[AccountDocument]:
    """Show what SES allows the account, what it used, and its reputation."""
    service = bootstrap.account()
    allowed, seen = service.account(), service.reputation()
    return answer(
        {
            "sending": {
                "enabled": allowed.sending_enabled,
                "status": allowed.status,
                "production": allowed.production,
                "max_per_second": allowed.per_second,
                "max_24_hours": allowed.max_24_hours,
                "sent_24_hours": allowed.sent_24_hours,
            },
            "reputation": {
                "since": shown_time(seen.period.start),
                "until": shown_time(seen.period.end),
                "accepted": seen.accepted,
                "delivered": seen.delivered,
                "hard_bounced": seen.hard_bounced,
                "complained": seen.complained,
                "bounce_rate": seen.bounce_rate,
                "bounce_limit": service.limits.bounce_percent / 100,
                "complaint_rate": seen.complaint_rate,
                "complaint_limit": service.limits.complaint_percent / 100,
            },
        }
    )
