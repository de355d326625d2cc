"""The account as SES, DNS and statistics have it."""

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.bootstrap.base import analytics_store, clock, settings

if TYPE_CHECKING:
    from chalicelib.account.service import AccountService


@cache
def account() -> "AccountService":
    """Return the service of the account and its senders."""
    from chalicelib.account.service import AccountService
    from chalicelib.adapters.dns_records import DnsRecords
    from chalicelib.adapters.ses_account import SesAccount
    from chalicelib.campaigns.reputation import read_limits

    return AccountService(
        ses=SesAccount(),
        resolver=DnsRecords(),
        numbers=analytics_store(),
        domain=settings().sender_domain,
        limits=read_limits(settings().reputation_limits),
        clock=clock(),
    )
