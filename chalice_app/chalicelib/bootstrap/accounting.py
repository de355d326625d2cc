"""The account as SES, DNS and statistics have it."""

import json
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.bootstrap.base import analytics_store, clock, settings

if TYPE_CHECKING:
    from chalicelib.account.senders import SenderManagement
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
        domains=(settings().sender_domain, *_extra_domains()),
        limits=read_limits(settings().reputation_limits),
        clock=clock(),
    )


@cache
def sender_management() -> "SenderManagement":
    """Return what makes and removes senders."""
    from chalicelib.account.senders import SenderManagement
    from chalicelib.adapters.ses_account import SesAccount

    return SenderManagement(identities=SesAccount(), own=settings().sender_domain, allowed=_extra_domains())


def _extra_domains() -> tuple[str, ...]:
    return tuple(json.loads(settings().extra_sender_domains))
