"""The composition root: what every entry point is given; each part is made when it is first asked for."""

from functools import cache
from typing import TYPE_CHECKING, Any

from message_centre.wrapper_api.centre.kernel.clock import SystemClock
from message_centre.wrapper_api.centre.settings import Settings

if TYPE_CHECKING:
    from message_centre.wrapper_api.centre.activity.model import ActivityLog
    from message_centre.wrapper_api.centre.adapters.platform_api import PlatformApi
    from message_centre.wrapper_api.centre.centre_settings import SettingsStore
    from message_centre.wrapper_api.centre.dashboard import Dashboard
    from message_centre.wrapper_api.centre.people.directory import Directory
    from message_centre.wrapper_api.centre.people.ports import PreferencesOfPeople
    from message_centre.wrapper_api.centre.people.sessions import SessionService
    from message_centre.wrapper_api.centre.plans.ports import Comments, Plans
    from message_centre.wrapper_api.centre.plans.service import PlanService
    from message_centre.wrapper_api.centre.store.people import DynamoRequestIds


@cache
def settings() -> Settings:
    """Return the function's settings."""
    return Settings()


@cache
def clock() -> SystemClock:
    """Return the clock."""
    return SystemClock()


@cache
def _aws(service: str) -> Any:
    import boto3

    make: Any = boto3.client  # its stubs know a service by a literal name only
    return make(service)


def _bound(table: str) -> None:
    from message_centre.wrapper_api.centre.store.tables import bind

    bind(table, settings().table(table))


@cache
def session_service() -> "SessionService":
    """Return what signs people in and knows who calls."""
    from message_centre.wrapper_api.centre.adapters.oidc import OidcIssuer
    from message_centre.wrapper_api.centre.adapters.secrets import SecretText, derived_key
    from message_centre.wrapper_api.centre.people.sessions import SessionService
    from message_centre.wrapper_api.centre.people.tokens import AccessTokens
    from message_centre.wrapper_api.centre.store.people import DynamoSessions

    told = settings()
    _bound("sessions")
    key = cache(lambda: derived_key(_aws("kms"), told.session_key_id))
    issuer = OidcIssuer(
        issuer=told.issuer,
        discovery=told.issuer_discovery,
        client_id=told.client_id,
        fetch_secret=SecretText(_aws("secretsmanager"), told.client_secret_secret),
        callback=f"{told.origin}/api/v1/session/callback",
        home=f"{told.origin}/",
    )
    return SessionService(
        issuer=issuer,
        sessions=DynamoSessions(),
        tokens=AccessTokens(key),
        clock=clock(),
        groups_claim=told.groups_claim,
        roles=told.roles,
    )


@cache
def platform() -> "PlatformApi":
    """Return the Email Platform."""
    from message_centre.wrapper_api.centre.adapters.platform_api import PlatformApi
    from message_centre.wrapper_api.centre.adapters.secrets import SecretText

    key = SecretText(_aws("secretsmanager"), settings().platform_key_secret)
    return PlatformApi(settings().platform_url, key.fetch)


@cache
def plan_store() -> "Plans":
    """Return the store of plans."""
    from message_centre.wrapper_api.centre.store.plans import DynamoPlans

    _bound("plans")
    return DynamoPlans()


@cache
def comments() -> "Comments":
    """Return the store of comments."""
    from message_centre.wrapper_api.centre.store.plans import DynamoComments

    _bound("comments")
    return DynamoComments()


@cache
def plan_service() -> "PlanService":
    """Return what people do with plans."""
    from message_centre.wrapper_api.centre.plans.service import PlanService

    return PlanService(
        plans=plan_store(),
        platform=platform(),
        clock=clock(),
        approval_from=lambda: centre_settings().get()[0].approval_from_recipients,
    )


@cache
def activity_log() -> "ActivityLog":
    """Return the activity log."""
    from message_centre.wrapper_api.centre.store.activity import DynamoActivityLog

    _bound("activity")
    return DynamoActivityLog(clock())


@cache
def preferences() -> "PreferencesOfPeople":
    """Return what people prefer."""
    from message_centre.wrapper_api.centre.store.people import DynamoPreferences

    _bound("preferences")
    return DynamoPreferences()


@cache
def centre_settings() -> "SettingsStore":
    """Return what an administrator sets for everybody."""
    from message_centre.wrapper_api.centre.store.people import DynamoCentreSettings

    _bound("preferences")
    return DynamoCentreSettings()


@cache
def request_ids() -> "DynamoRequestIds":
    """Return what knows requests that are repeated."""
    from message_centre.wrapper_api.centre.store.people import DynamoRequestIds

    _bound("requests")
    return DynamoRequestIds()


@cache
def dashboard() -> "Dashboard":
    """Return what reads the dashboard."""
    from message_centre.wrapper_api.centre.adapters.platform_reads import PlatformReads
    from message_centre.wrapper_api.centre.dashboard import Dashboard

    return Dashboard(platform=PlatformReads(platform()), plans=plan_store(), clock=clock())


@cache
def directory() -> "Directory":
    """Return who may sign in.

    Raises:
        PeopleElsewhereError: another issuer knows that.
    """
    from message_centre.wrapper_api.centre.adapters.cognito import CognitoDirectory
    from message_centre.wrapper_api.centre.people.directory import PeopleElsewhereError

    pool = settings().user_pool_id
    if pool is None:
        raise PeopleElsewhereError("Another issuer knows who may sign in.")
    return CognitoDirectory(_aws("cognito-idp"), pool, settings().roles)
