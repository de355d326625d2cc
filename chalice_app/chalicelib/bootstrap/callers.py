"""Who calls the API: keys, what they may use, and the log of what they did."""

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.bootstrap.base import bound, clock, settings

if TYPE_CHECKING:
    from chalicelib.access.limits import FailureLimit, RequestLimit
    from chalicelib.access.ports import AuditLog, CallerUse
    from chalicelib.access.service import AccessService
    from chalicelib.access.signers import SignedCallers


@cache
def _caller_use() -> "CallerUse":
    from chalicelib.store.caller_use import DynamoCallerUse

    bound("caller_use")
    return DynamoCallerUse()


@cache
def access() -> "AccessService":
    """Return the service of API keys."""
    from chalicelib.access.service import AccessService
    from chalicelib.store.api_keys import DynamoApiKeys

    bound("api_keys")
    return AccessService(keys=DynamoApiKeys(), clock=clock())


@cache
def signed_callers() -> "SignedCallers":
    """Return the callers that sign their requests."""
    from chalicelib.access.signers import read_callers

    return read_callers(settings().api_callers)


@cache
def request_limit() -> "RequestLimit":
    """Return the limit on the requests of each caller."""
    from chalicelib.access.limits import RequestLimit

    return RequestLimit(use=_caller_use(), clock=clock(), per_second=settings().key_rate_limit)


@cache
def failure_limit() -> "FailureLimit":
    """Return the limit on the failures of each source."""
    from chalicelib.access.limits import FailureLimit

    return FailureLimit(_caller_use(), clock())


@cache
def audit_log() -> "AuditLog":
    """Return the audit log."""
    from chalicelib.store.audit import DynamoAuditLog

    bound("audit")
    return DynamoAuditLog(kept_for=timedelta(days=settings().audit_retention_days))
