"""The DNS records that sending needs: printed always, made in Route 53 when the stack knows the zone."""

from typing import NamedTuple

import pulumi
from pulumi_aws import cloudfront, route53

from infra.api import Api
from infra.config import StackConfig
from infra.email import Email
from infra.names import Names

_SECONDS = 1_800
_DKIM_TOKENS = 3  # as many as SES gives an identity
# CloudFront's own policies: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ (managed policies)
_CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
_ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3"


class Record(NamedTuple):
    """One record; ``key`` names it among the others."""

    key: str
    type: str
    name: pulumi.Input[str]
    value: pulumi.Input[str]


class Dns(pulumi.ComponentResource):
    """The records, and the way to SES's tracking under a domain of one's own.

    Attributes:
        records: every record that is needed.
    """

    def __init__(
        self,
        names: Names,
        config: StackConfig,
        email: Email,
        api: Api,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("email-platform:infra:Dns", names.of("dns"), None, opts)
        domain = config.sender_domain
        bounce = f"{config.mail_from_subdomain}.{domain}"
        reports = f"; rua=mailto:{config.dmarc_reports}" if config.dmarc_reports else ""
        self.records = [
            *(_dkim(email, domain, number) for number in range(_DKIM_TOKENS)),
            Record("mail-from-mx", "MX", bounce, f"10 feedback-smtp.{names.region}.amazonses.com"),
            Record("mail-from-spf", "TXT", bounce, "v=spf1 include:amazonses.com -all"),
            Record("dmarc", "TXT", f"_dmarc.{domain}", f"v=DMARC1; p={config.dmarc_policy}{reports}"),
        ]
        if config.tracking_domain:
            distribution = self._tracking(names, config.tracking_domain, str(config.tracking_certificate_arn))
            self.records.append(Record("tracking", "CNAME", config.tracking_domain, distribution.domain_name))
        if config.api_domain and api.domain:
            self.records.append(Record("api", "CNAME", config.api_domain, api.domain.regional_domain_name))
        if config.hosted_zone_id:
            # The zone holds the sender's domain; the API may have a name elsewhere.
            elsewhere = {"api"} if not f".{config.api_domain}".endswith(f".{domain}") else set()
            for record in (one for one in self.records if one.key not in elsewhere):
                route53.Record(
                    names.of(record.key),
                    zone_id=config.hosted_zone_id,
                    type=record.type,
                    name=record.name,
                    ttl=_SECONDS,
                    records=[record.value],
                    opts=pulumi.ResourceOptions(parent=self),
                )
        self.register_outputs({})

    def printed(self) -> list[dict[str, pulumi.Input[str]]]:
        """Return the records as the stack's output shows them."""
        return [{"name": record.name, "type": record.type, "value": record.value} for record in self.records]

    def _tracking(self, names: Names, domain: str, certificate: str) -> cloudfront.Distribution:
        """Pass requests for the domain on to SES, over TLS with a certificate of the domain.

        As https://docs.aws.amazon.com/ses/latest/dg/configure-custom-open-click-domains.html says.
        """
        origin = f"r.{names.region}.awstrack.me"
        return cloudfront.Distribution(
            names.of("tracking"),
            comment=f"Links and open pixels of mail under {domain}",
            enabled=True,
            is_ipv6_enabled=True,
            http_version="http2and3",
            price_class="PriceClass_All",
            aliases=[domain],
            origins=[
                {
                    "origin_id": "ses",
                    "domain_name": origin,
                    "custom_origin_config": {
                        "http_port": 80,
                        "https_port": 443,
                        "origin_protocol_policy": "https-only",
                        "origin_ssl_protocols": ["TLSv1.2"],
                    },
                }
            ],
            default_cache_behavior={
                "target_origin_id": "ses",
                "viewer_protocol_policy": "redirect-to-https",
                "allowed_methods": ["GET", "HEAD"],
                "cached_methods": ["GET", "HEAD"],
                "cache_policy_id": _CACHING_DISABLED,  # each opening counts
                "origin_request_policy_id": _ALL_VIEWER,  # SES finds the account by the Host header
            },
            restrictions={"geo_restriction": {"restriction_type": "none"}},
            viewer_certificate={
                "acm_certificate_arn": certificate,
                "minimum_protocol_version": "TLSv1.2_2021",
                "ssl_support_method": "sni-only",
            },
            opts=pulumi.ResourceOptions(parent=self),
        )


def _dkim(email: Email, domain: str, number: int) -> Record:
    # One output a token, so that the number of records is known before SES has made any.
    token = email.identity.dkim_signing_attributes.apply(
        lambda signing: "".join((signing.tokens or [])[number : number + 1])
    )
    return Record(
        f"dkim-{number + 1}",
        "CNAME",
        pulumi.Output.concat(token, f"._domainkey.{domain}"),
        pulumi.Output.concat(token, ".dkim.amazonses.com"),
    )
