"""What a stack may configure of the border of its API: addresses, firewall, versions, limits."""

import json
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from infra.chalice_manifest import scopes
from infra.config_values import ConfigPart, DomainName, NetworkText, from_json, number

_LONGEST_CALLERS = 1_500  # the variables of a function have 4 KB together


def _scope(text: str) -> str:
    if text not in scopes():
        raise ValueError(f"no scope; there are {', '.join(scopes())}")
    return text


CallerArn = Annotated[
    str, Field(pattern=r"^arn:aws[a-z-]*:iam::\d{12}:(role|user)/([A-Za-z0-9+=,.@_-]+/)*[A-Za-z0-9+=,.@_-]+$")
]
CallerScopes = Annotated[tuple[Annotated[str, AfterValidator(_scope)], ...], Field(min_length=1)]


class BorderConfig(ConfigPart):
    """How the API is reached, and by whom."""

    public_base_url: Annotated[
        str | None,
        Field(
            pattern=r"^https?://[^/]+",
            description="Address under which recipients reach the unsubscribe page; by default the API's own.",
        ),
    ] = None
    webhook_networks: Annotated[
        tuple[NetworkText, ...],
        BeforeValidator(from_json),
        Field(
            description="Networks to which webhooks may be delivered though they are not public, as a list such as "
            "`10.1.0.0/16`; plain `http` is taken there too. None by default."
        ),
    ] = ()
    api_callers: Annotated[
        dict[CallerArn, CallerScopes],
        BeforeValidator(from_json),
        Field(
            description="Roles and users of IAM that may call the API by signed requests (SigV4) instead of a key, as "
            "an object of lists of scopes by ARN. With any, the stack has a second API for them (`signed_api_url`)."
        ),
    ] = {}  # noqa: RUF012 - pydantic copies defaults
    key_rate_limit: Annotated[
        int,
        Field(
            ge=1,
            le=1_000,
            description="Requests a second that one API key or signing caller may make; in a burst as many as in two "
            "seconds.",
        ),
    ] = 50
    audit_retention_days: Annotated[
        int, Field(ge=1, le=3_650, description="Days that the audit log keeps who changed what.")
    ] = 400
    api_log_role: Annotated[
        bool,
        Field(
            description="Set the role with which API Gateway writes logs; it is one for the whole region, "
            "so false when another stack of the account sets it."
        ),
    ] = True
    api_domain: Annotated[
        DomainName | None,
        Field(
            description="Domain under which the API is reached besides its own address, and which it gives as its own. "
            "Needs apiCertificateArn."
        ),
    ] = None
    api_certificate_arn: Annotated[
        str | None,
        Field(
            pattern=r"^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/[0-9a-f-]+$",
            description="Certificate of apiDomain in the stack's own region.",
        ),
    ] = None
    waf_enabled: Annotated[
        bool,
        Field(
            description="Put AWS WAF before the API: AWS's managed rules and a limit for each address (charged by WAF)."
        ),
    ] = False
    waf_requests: Annotated[
        int,
        BeforeValidator(number),
        Field(
            ge=10,
            le=2_000_000_000,
            description="Requests that one address may make in five minutes before WAF refuses more.",
        ),
    ] = 10_000
    api_stable_version: Annotated[
        int | None,
        BeforeValidator(number),
        Field(
            ge=1,
            description="Version of the API's function that answers, of those that are there; the newest by default.",
        ),
    ] = None
    api_shift_percent: Annotated[
        int | None,
        BeforeValidator(number),
        Field(
            ge=1,
            le=99,
            description="Percent of requests that the newest version answers already while apiStableVersion answers "
            "the others.",
        ),
    ] = None

    @model_validator(mode="after")
    def _callers_that_fit(self) -> Self:
        if len(json.dumps(self.api_callers)) > _LONGEST_CALLERS:
            raise ValueError(f"apiCallers has more than {_LONGEST_CALLERS} characters: let callers share a role")
        named = {(arn.partition("/")[0], arn.rpartition("/")[2]) for arn in self.api_callers}
        if len(named) < len(self.api_callers):
            raise ValueError("apiCallers names one role or user twice: its path does not tell it apart")
        return self

    @model_validator(mode="after")
    def _a_whole_domain(self) -> Self:
        if (self.api_domain is None) != (self.api_certificate_arn is None):
            raise ValueError("set both apiDomain and apiCertificateArn or neither")
        return self

    @model_validator(mode="after")
    def _a_version_to_shift_from(self) -> Self:
        if self.api_shift_percent is not None and self.api_stable_version is None:
            raise ValueError("apiShiftPercent needs apiStableVersion")
        return self
