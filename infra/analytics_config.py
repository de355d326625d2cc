"""What a stack may configure of its statistics: where they are kept, how large that is, how long."""

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from infra.config_values import ConfigPart, from_json, number

_ZONES = 3
_INSTANCE = r"^[a-z0-9]+\.[a-z0-9]+\.search$"


class AnalyticsConfig(ConfigPart):
    """The statistics' store."""

    open_search: Annotated[
        bool, Field(description="Make an OpenSearch domain for the statistics; needed unless analyticsUrl is set.")
    ] = True
    analytics_url: Annotated[
        str | None,
        Field(
            pattern=r"^(https://[^/@]+/?$|http://(127\.0\.0\.1|localhost)(:\d+)?/?$|sqlite:///)",
            description="Where statistics are kept when openSearch is false: `https://<OpenSearch endpoint>`; "
            "on this machine also `http://127.0.0.1:<port>` or `sqlite:///<path>`.",
        ),
    ] = None
    statistics_retention_months: Annotated[
        int,
        Field(
            ge=3,
            le=1_200,
            description="Whole months before the present one whose messages and events the statistics keep.",
        ),
    ] = 25
    open_search_instance: Annotated[
        str,
        Field(pattern=_INSTANCE, description="Instance type of the OpenSearch domain's data nodes."),
    ] = "t3.small.search"
    open_search_nodes: Annotated[
        int,
        BeforeValidator(number),
        Field(
            ge=1,
            le=78,
            description="Data nodes of the OpenSearch domain: 1, 2 in two zones, or a multiple of 3 in three zones.",
        ),
    ] = 1
    open_search_masters: Annotated[
        str | None,
        Field(
            pattern=_INSTANCE,
            description="Instance type of three dedicated master nodes; none by default, as small domains need none.",
        ),
    ] = None
    open_search_storage: Annotated[
        int,
        BeforeValidator(number),
        Field(ge=10, le=24_576, description="GB of storage of each data node of the OpenSearch domain."),
    ] = 20
    vpc_id: Annotated[
        str | None,
        Field(
            pattern=r"^vpc-[0-9a-f]+$",
            description="VPC in which the OpenSearch domain stands, with the functions that use it; none by default. "
            "Needs vpcSubnets; set it before the first deployment.",
        ),
    ] = None
    vpc_subnets: Annotated[
        tuple[Annotated[str, Field(pattern=r"^subnet-[0-9a-f]+$")], ...],
        BeforeValidator(from_json),
        Field(
            description="Private subnets of vpcId in different zones, as a list, at least one for each zone of the "
            "domain; AWS's services are reached from them by endpoints or a NAT gateway."
        ),
    ] = ()

    @model_validator(mode="after")
    def _one_place_for_statistics(self) -> Self:
        if self.open_search == (self.analytics_url is not None):
            raise ValueError("set either openSearch to true or analyticsUrl, not both and not neither")
        return self

    @model_validator(mode="after")
    def _zones_of_one_size(self) -> Self:
        if self.open_search_nodes > 2 and self.open_search_nodes % _ZONES:  # noqa: PLR2004 - one in each of two zones
            raise ValueError("openSearchNodes must be 1, 2 or a multiple of 3")
        return self

    @model_validator(mode="after")
    def _a_whole_network(self) -> Self:
        if (self.vpc_id is None) != (not self.vpc_subnets):
            raise ValueError("set both vpcId and vpcSubnets or neither")
        if self.vpc_id and not self.open_search:
            raise ValueError("vpcId needs openSearch")
        if self.vpc_id and len(set(self.vpc_subnets)) < self.open_search_zones:
            raise ValueError(f"vpcSubnets must name {self.open_search_zones} subnets, one for each zone of the domain")
        return self

    @property
    def open_search_zones(self) -> int:
        """Availability zones that the domain's nodes stand in."""
        return min(self.open_search_nodes, _ZONES)
