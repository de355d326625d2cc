"""What a stack of the Message Centre may configure; message_centre/docs/deployment.md lists the same keys."""

import json
from collections.abc import Callable
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel

_LOOPBACK = r"http://(127\.0\.0\.1|localhost)(:\d+)?"
_ORIGIN = rf"^(https://[a-zA-Z0-9.-]+(:\d+)?|{_LOOPBACK})$"
_ADDRESS = rf"^(https://[^/@\s]+|{_LOOPBACK})(/[^\s]*)?$"

LogRetention = Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731]


class StackConfigError(Exception):
    """The stack's configuration cannot be taken; the message names each faulty key."""


def _from_json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


class StackConfig(BaseModel):
    """The configuration of one stack; each field is a key in camel case."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)

    platform_stack: Annotated[
        str | None,
        Field(
            description="Pulumi stack of the Email Platform, such as `organization/email-platform/prod`, whose outputs "
            "say where its API and its buckets are. Instead platformUrl and uploadOrigins may be given."
        ),
    ] = None
    platform_url: Annotated[
        str | None, Field(pattern=_ADDRESS, description="Address of the Email Platform's API, with its stage.")
    ] = None
    upload_origins: Annotated[
        tuple[Annotated[str, Field(pattern=_ORIGIN)], ...],
        BeforeValidator(_from_json),
        Field(description="Origins of the platform's buckets, to which browsers upload, as a list."),
    ] = ()
    domain: Annotated[
        str | None,
        Field(
            pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$",
            description="Domain of the Message Centre; by default one of CloudFront. Needs certificateArn.",
        ),
    ] = None
    certificate_arn: Annotated[
        str | None,
        Field(
            pattern=r"^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate/[0-9a-f-]+$",
            description="Certificate of the domain in us-east-1, where CloudFront looks for it.",
        ),
    ] = None
    hosted_zone_id: Annotated[
        str | None,
        Field(
            pattern=r"^Z[A-Z0-9]+$",
            description="Route 53 zone in which the domain is pointed at CloudFront; without it you do.",
        ),
    ] = None
    origin: Annotated[
        str | None,
        Field(
            pattern=_ORIGIN,
            description="Where browsers find the Message Centre when something else than CloudFront serves pages and "
            "`/api`; then no distribution and no bucket are made.",
        ),
    ] = None
    waf: Annotated[
        bool,
        Field(description="Put AWS WAF in front: AWS's common rules and 2,000 requests in five minutes an address."),
    ] = False
    issuer: Annotated[
        str | None,
        Field(
            pattern=_ADDRESS,
            description="OpenID Connect issuer that knows the people; by default a Cognito user pool is made. Needs "
            "issuerClientId; put the client's secret into the secret that the stack names.",
        ),
    ] = None
    issuer_client_id: Annotated[str | None, Field(description="How the issuer knows the Message Centre.")] = None
    issuer_discovery: Annotated[
        str | None,
        Field(pattern=_ADDRESS, description="Where the issuer describes itself, if not below its own address."),
    ] = None
    issuer_name: Annotated[
        str, Field(min_length=1, max_length=80, description="How the page for signing in calls the issuer.")
    ] = "your company account"
    groups_claim: Annotated[str, Field(description="Claim of the identity token that names a person's groups.")] = (
        "cognito:groups"
    )
    role_groups: Annotated[
        dict[str, Literal["viewer", "author", "sender", "admin"]],
        BeforeValidator(_from_json),
        Field(description="Role by group, as an object; groups of the roles' own names by default."),
    ] = {"viewer": "viewer", "author": "author", "sender": "sender", "admin": "admin"}
    mfa: Annotated[
        Literal["OFF", "OPTIONAL", "ON"],
        Field(description="Whether people of the user pool use a second factor (an authenticator app)."),
    ] = "OPTIONAL"
    sign_in_prefix: Annotated[
        str | None,
        Field(
            pattern=r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$",
            description="Begins the domain of Cognito's sign-in page; by default stack and account.",
        ),
    ] = None
    default_time_zone: Annotated[str, Field(description="IANA name of the zone of people who chose none.")] = "UTC"
    alarm_address: Annotated[
        str | None,
        Field(pattern=r"^[^@\s]+@[^@\s]+$", description="E-mail address that alarms go to; none by default."),
    ] = None
    log_retention_days: Annotated[LogRetention, BeforeValidator(_from_json), Field(description="Days of logs.")] = 90
    protect_data: Annotated[
        bool, Field(description="Refuse to delete tables, keys, secrets and the user pool with the stack.")
    ] = True
    architecture: Annotated[Literal["arm64", "x86_64"], Field(description="Processor of the function.")] = "arm64"
    package: Annotated[
        Literal["lambda", "host"],
        Field(description="For which machine dependencies are packed; `host` is for the local stack."),
    ] = "lambda"
    tags: Annotated[
        dict[str, str],
        BeforeValidator(_from_json),
        Field(description="Tags on every resource besides `project`, `stack` and `managed-by`; none by default."),
    ] = {}

    @property
    def package_platform(self) -> Literal["arm64", "x86_64", "host"]:
        """Where the zip runs."""
        return "host" if self.package == "host" else self.architecture

    @model_validator(mode="after")
    def _one_platform(self) -> Self:
        if (self.platform_stack is None) == (self.platform_url is None):
            raise ValueError("set either platformStack or platformUrl")
        return self

    @model_validator(mode="after")
    def _a_whole_domain(self) -> Self:
        if (self.domain is None) != (self.certificate_arn is None):
            raise ValueError("set both domain and certificateArn or neither")
        if self.origin is not None and self.domain is not None:
            raise ValueError("domain is CloudFront's; leave it out where origin says who serves the pages")
        if self.hosted_zone_id is not None and self.domain is None:
            raise ValueError("hostedZoneId needs domain")
        return self

    @model_validator(mode="after")
    def _a_whole_issuer(self) -> Self:
        if (self.issuer is None) != (self.issuer_client_id is None):
            raise ValueError("set both issuer and issuerClientId or neither")
        return self


def keys() -> dict[str, str]:
    """Return every configuration key with its description."""
    return {field.alias or name: field.description or "" for name, field in StackConfig.model_fields.items()}


def read_config(get: Callable[[str], str | None]) -> StackConfig:
    """Read a stack's configuration.

    Args:
        get: returns the text of one key, as `pulumi.Config.get` does.

    Raises:
        StackConfigError: a key is missing or its value cannot be taken.
    """
    values = {key: text for key in keys() if (text := get(key)) is not None}
    try:
        return StackConfig.model_validate(values)
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, e['loc'])) or 'configuration'}: {e['msg']}" for e in error.errors()]
        raise StackConfigError("Stack configuration: " + "; ".join(faults)) from None
