"""What a stack may configure, typed; docs/deployment.md lists the same keys and a test compares them."""

import json
from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from infra.analytics_config import AnalyticsConfig
from infra.border_config import BorderConfig
from infra.config_values import DomainName, from_json, number
from infra.event_config import EventConfig

LogRetention = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
]

_LONGEST_SETTLEMENT = 21_600  # polled every 10 s in steps of 9 events, of which an execution may have 25,000


class StackConfigError(Exception):
    """The stack's configuration cannot be taken; the message names each faulty key."""


class StackConfig(BorderConfig, AnalyticsConfig, EventConfig):
    """The configuration of one stack; each field is a key in camel case."""

    sender_domain: Annotated[
        str,
        Field(
            pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$",
            description="Domain that mail is sent from; SES verifies it by the DKIM records that the stack prints.",
        ),
    ]
    extra_sender_domains: Annotated[
        tuple[DomainName, ...],
        BeforeValidator(from_json),
        Field(
            max_length=20,
            description="Domains besides senderDomain that mail may be from, as a list; the API makes and removes "
            "their SES identities. None by default.",
        ),
    ] = ()
    cors_origins: Annotated[
        tuple[str, ...],
        BeforeValidator(from_json),
        Field(
            description="Web origins whose pages may upload to the buckets and fetch by links, as a list; none by "
            "default."
        ),
    ] = ()
    tags: Annotated[
        dict[
            Annotated[str, Field(pattern=r"^[A-Za-z0-9_ ./=+@-]+$", max_length=128)],
            Annotated[str, Field(pattern=r"^[A-Za-z0-9_ .:/=+@-]*$", max_length=256)],
        ],
        BeforeValidator(from_json),
        Field(description="Tags on every resource besides `project`, `stack` and `managed-by`; none by default."),
    ] = {}  # noqa: RUF012 - pydantic copies defaults
    mail_from_subdomain: Annotated[
        str,
        Field(
            pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$",
            description="Label below senderDomain to which bounces are addressed (MAIL FROM), so that SPF aligns.",
        ),
    ] = "bounce"
    hosted_zone_id: Annotated[
        str | None,
        Field(
            pattern=r"^Z[A-Z0-9]+$",
            description="Route 53 zone in which the DNS records are made; without it the stack prints them only.",
        ),
    ] = None
    dmarc_policy: Annotated[
        Literal["none", "quarantine", "reject"],
        Field(description="What the DMARC record asks receivers to do with mail that fails."),
    ] = "none"
    dmarc_reports: Annotated[
        str | None,
        Field(
            pattern=r"^[^@\s,;!]+@[^@\s,;!]+$",
            description="Address to which receivers send their DMARC reports; none are asked for by default.",
        ),
    ] = None
    dedicated_ips: Annotated[
        bool,
        Field(description="Send from addresses of the account's own, which SES warms up and adds to (charged by SES)."),
    ] = False
    tracking_domain: Annotated[
        DomainName | None,
        Field(
            description="Domain of rewritten links and the open pixel, below senderDomain; by default one of SES. "
            "Needs trackingCertificateArn."
        ),
    ] = None
    tracking_certificate_arn: Annotated[
        str | None,
        Field(
            pattern=r"^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate/[0-9a-f-]+$",
            description="Certificate of trackingDomain in us-east-1, where CloudFront looks for it.",
        ),
    ] = None
    tracing: Annotated[bool, Field(description="Trace functions and workflows with X-Ray.")] = True
    alarm_address: Annotated[
        str | None,
        Field(
            pattern=r"^[^@\s]+@[^@\s]+$",
            description="E-mail address that alarms are sent to, once its owner has confirmed it.",
        ),
    ] = None
    probe: Annotated[
        bool,
        Field(
            description="Send two mails to SES's mailbox simulator every 15 minutes through the API, and ring when "
            "they do not arrive."
        ),
    ] = False
    monthly_budget: Annotated[
        int | None,
        BeforeValidator(number),
        Field(ge=1, description="US dollars a month of the whole account at which alarmAddress is told; it needs one."),
    ] = None
    log_retention_days: Annotated[
        LogRetention, BeforeValidator(number), Field(description="Days that CloudWatch keeps the logs.")
    ] = 30
    recipient_retention_days: Annotated[
        int,
        Field(
            ge=1,
            description="Days after which uploaded recipient files and their parts are deleted; "
            "longer than the time between an upload and the end of its last campaign.",
        ),
    ] = 365
    event_retention_days: Annotated[
        int,
        Field(
            ge=1,
            description="Days that SES's events are kept as they came; a replay reaches back as far.",
        ),
    ] = 400
    protect_data: Annotated[
        bool,
        Field(description="Refuse to delete tables, buckets and keys; turn it off before `pulumi destroy`."),
    ] = True
    architecture: Annotated[Literal["arm64", "x86_64"], Field(description="Processor of the Lambda functions.")] = (
        "arm64"
    )
    package_platform: Annotated[
        Literal["lambda", "host"],
        Field(description="`host` packs the functions for this machine instead of Lambda: for the local stack only."),
    ] = "lambda"
    settle_seconds: Annotated[
        int,
        Field(
            ge=1,
            le=_LONGEST_SETTLEMENT,
            description="Seconds that SES's events are awaited for a message whose answer was lost.",
        ),
    ] = 900
    send_concurrency: Annotated[
        int,
        Field(
            ge=1,
            le=1_000,
            description="Most workers that send one campaign at the same time; a campaign starts as many as its rate "
            "keeps busy.",
        ),
    ] = 10
    bulk_messages: Annotated[
        int,
        Field(
            ge=1,
            le=50,
            description="Most messages that a campaign hands to SES in one call: with 1 each goes by SendEmail, with "
            "more by SendBulkEmail. Set transactionalReserve with it.",
        ),
    ] = 1
    transactional_reserve: Annotated[
        int,
        Field(
            ge=0,
            le=90,
            description="Percent of SES's send rate and 24-hour quota that campaigns leave to transactional "
            "messages, test sends and other mail of the account. With 0 these wait behind campaigns.",
        ),
    ] = 0
    domain_limits: Annotated[
        dict[DomainName, Annotated[float, Field(gt=0)]],
        BeforeValidator(from_json),
        Field(description="Messages per second at most to a recipient domain, by domain; none by default."),
    ] = {}  # noqa: RUF012 - pydantic copies defaults
    warm_up_start: Annotated[
        date | None,
        Field(description="First day (UTC) of a warm-up plan, such as `2026-12-01`; needs warmUpCaps."),
    ] = None
    warm_up_caps: Annotated[
        tuple[Annotated[int, Field(ge=1)], ...],
        BeforeValidator(from_json),
        Field(
            description="Most mails of campaigns on the first day of the warm-up plan, on the second and so on, as a "
            "list; no cap after its last day."
        ),
    ] = ()
    bounce_limit: Annotated[
        float,
        Field(gt=0, le=100, description="Percent of hard bounces at which a campaign halts; 100 never halts it."),
    ] = 5.0
    complaint_limit: Annotated[
        float, Field(gt=0, le=100, description="Percent of complaints at which a campaign halts; 100 never halts it.")
    ] = 0.1
    guard_deliveries: Annotated[
        int,
        Field(ge=1, description="Deliveries and hard bounces that a campaign must have before its rates are judged."),
    ] = 1_000
    create_concurrency: Annotated[
        int, Field(ge=1, le=1_000, description="Workers that write one campaign's messages at the same time.")
    ] = 20
    check_concurrency: Annotated[
        int, Field(ge=1, le=1_000, description="Workers that check one campaign before it is sent at the same time.")
    ] = 20
    token_generation: Annotated[
        int,
        BeforeValidator(number),
        Field(ge=1, le=1_000, description="Number of the key that signs unsubscribe links; one more rotates it."),
    ] = 1
    oldest_token_generation: Annotated[
        int,
        BeforeValidator(number),
        Field(ge=1, description="Number of the oldest key whose links are still taken; raise it only when one leaked."),
    ] = 1

    @model_validator(mode="after")
    def _a_whole_warm_up_plan(self) -> Self:
        if (self.warm_up_start is None) != (not self.warm_up_caps):
            raise ValueError("set both warmUpStart and warmUpCaps or neither")
        return self

    @model_validator(mode="after")
    def _a_whole_tracking_domain(self) -> Self:
        if (self.tracking_domain is None) != (self.tracking_certificate_arn is None):
            raise ValueError("set both trackingDomain and trackingCertificateArn or neither")
        if self.tracking_domain and not self.tracking_domain.endswith(f".{self.sender_domain}"):
            raise ValueError(f"trackingDomain must lie below {self.sender_domain}")
        return self

    @model_validator(mode="after")
    def _a_key_for_links(self) -> Self:
        if self.oldest_token_generation > self.token_generation:
            raise ValueError("oldestTokenGeneration must not be above tokenGeneration")
        return self

    @model_validator(mode="after")
    def _somebody_to_tell_of_the_budget(self) -> Self:
        if self.monthly_budget is not None and self.alarm_address is None:
            raise ValueError("monthlyBudget needs alarmAddress")
        return self

    @property
    def send_limits(self) -> str:
        """The limits on campaigns, as `chalicelib.sending.limits.read_limits` takes them."""
        plan = {"start": self.warm_up_start.isoformat(), "caps": self.warm_up_caps} if self.warm_up_start else None
        return json.dumps(
            {
                "reserve_percent": self.transactional_reserve,
                "domains": self.domain_limits,
                "warm_up": plan,
                "bulk": self.bulk_messages,
            }
        )

    @property
    def reputation_limits(self) -> str:
        """What halts a campaign, as `chalicelib.campaigns.reputation.read_limits` takes it."""
        return json.dumps(
            {
                "bounce_percent": self.bounce_limit,
                "complaint_percent": self.complaint_limit,
                "least_deliveries": self.guard_deliveries,
            }
        )


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
