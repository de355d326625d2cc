"""The web pages: a private bucket behind CloudFront, which sends ``/api/`` on to the wrapper API under one origin."""

import mimetypes
from pathlib import Path
from typing import Any

import pulumi
from pulumi_aws import cloudfront, route53, s3, wafv2

from message_centre.infra import response_headers
from message_centre.infra.api import STAGE, Api
from message_centre.infra.config import StackConfig
from message_centre.infra.names import Names
from message_centre.infra.platform import PlatformPlace

WEB = Path(__file__).resolve().parents[1] / "web" / "dist" / "browser"
"""Where `npm run build` leaves the pages."""

# Policies that AWS manages: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
_CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
_CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
_ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
_CLOUDFRONT_ZONE = "Z2FDTNDATAQYW2"

_ROUTES_OF_THE_PAGE = """function handler(event) {
  var request = event.request;
  // The page knows its routes itself; only files have a dot in their last part.
  if (request.uri.split('/').pop().indexOf('.') < 0) request.uri = '/index.html';
  return request;
}
"""


class Pages(pulumi.ComponentResource):
    """The distribution; nothing of it is made where the configuration names another origin.

    Attributes:
        origin: where browsers find the Message Centre.
    """

    def __init__(
        self,
        names: Names,
        config: StackConfig,
        api: Api,
        platform: PlatformPlace,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("message-centre:infra:Pages", names.of("pages"), None, opts)
        self._names = names
        self._child = pulumi.ResourceOptions(parent=self)
        self.distribution_domain: pulumi.Output[str] | None = None
        self.origin: pulumi.Input[str]
        if config.origin is not None:
            self.origin = config.origin
        else:
            distribution = self._distribution(config, api, self._bucket(), self._headers(platform))
            self.distribution_domain = distribution.domain_name
            host: pulumi.Input[str] = config.domain or distribution.domain_name
            self.origin = pulumi.Output.concat("https://", host)
        self.register_outputs({})

    def _bucket(self) -> s3.Bucket:
        bucket = s3.Bucket(self._names.of("pages"), force_destroy=True, opts=self._child)
        s3.BucketPublicAccessBlock(
            self._names.of("pages"),
            bucket=bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self._child,
        )
        for file in sorted(WEB.rglob("*")):
            if file.is_file():
                self._file(bucket, file)
        if not (WEB / "index.html").is_file():
            raise FileNotFoundError(f"{WEB} has no pages: run `make web` first")
        return bucket

    def _file(self, bucket: s3.Bucket, file: Path) -> None:
        name = file.relative_to(WEB).as_posix()
        hashed = "-" in file.stem and file.suffix in {".js", ".css", ".woff2"}
        s3.BucketObject(
            self._names.of(f"pages/{name}"),
            bucket=bucket.id,
            key=name,
            source=pulumi.FileAsset(str(file)),
            content_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
            cache_control="public, max-age=31536000, immutable" if hashed else "no-cache",
            opts=self._child,
        )

    def _headers(self, platform: PlatformPlace) -> cloudfront.ResponseHeadersPolicy:
        policy = pulumi.Output.from_input(platform.upload_origins).apply(response_headers.content_security_policy)
        custom: list[Any] = [
            {"header": "Permissions-Policy", "value": response_headers.PERMISSIONS_POLICY, "override": True},
            {"header": "Cross-Origin-Opener-Policy", "value": "same-origin", "override": True},
        ]
        return cloudfront.ResponseHeadersPolicy(
            self._names.of("pages"),
            name=self._names.of("pages"),
            security_headers_config={
                "content_security_policy": {"content_security_policy": policy, "override": True},
                "content_type_options": {"override": True},
                "frame_options": {"frame_option": "DENY", "override": True},
                "referrer_policy": {"referrer_policy": response_headers.REFERRER_POLICY, "override": True},
                "strict_transport_security": {
                    "access_control_max_age_sec": response_headers.HSTS_SECONDS,
                    "include_subdomains": True,
                    "override": True,
                },
            },
            custom_headers_config={"items": custom},
            opts=self._child,
        )

    def _distribution(
        self, config: StackConfig, api: Api, bucket: s3.Bucket, headers: cloudfront.ResponseHeadersPolicy
    ) -> cloudfront.Distribution:
        access = cloudfront.OriginAccessControl(
            self._names.of("pages"),
            name=self._names.of("pages"),
            origin_access_control_origin_type="s3",
            signing_behavior="always",
            signing_protocol="sigv4",
            opts=self._child,
        )
        routes = cloudfront.Function(
            self._names.of("routes"),
            name=self._names.of("routes"),
            runtime="cloudfront-js-2.0",
            publish=True,
            code=_ROUTES_OF_THE_PAGE,
            opts=self._child,
        )
        origins: list[Any] = [
            {
                "origin_id": "pages",
                "domain_name": bucket.bucket_regional_domain_name,
                "origin_access_control_id": access.id,
            },
            {
                "origin_id": "api",
                "domain_name": api.host,
                "origin_path": f"/{STAGE}",
                "custom_origin_config": {
                    "http_port": 80,
                    "https_port": 443,
                    "origin_protocol_policy": "https-only",
                    "origin_ssl_protocols": ["TLSv1.2"],
                },
            },
        ]
        certificate: Any = (
            {
                "acm_certificate_arn": config.certificate_arn,
                "ssl_support_method": "sni-only",
                "minimum_protocol_version": "TLSv1.2_2021",
            }
            if config.certificate_arn
            else {"cloudfront_default_certificate": True}
        )
        distribution = cloudfront.Distribution(
            self._names.of("pages"),
            enabled=True,
            is_ipv6_enabled=True,
            http_version="http2and3",
            comment=self._names.of("pages"),
            aliases=[config.domain] if config.domain else None,
            default_root_object="index.html",
            origins=origins,
            default_cache_behavior={
                "target_origin_id": "pages",
                "viewer_protocol_policy": "redirect-to-https",
                "allowed_methods": ["GET", "HEAD"],
                "cached_methods": ["GET", "HEAD"],
                "compress": True,
                "cache_policy_id": _CACHING_OPTIMIZED,
                "response_headers_policy_id": headers.id,
                "function_associations": [{"event_type": "viewer-request", "function_arn": routes.arn}],
            },
            ordered_cache_behaviors=[
                {
                    "path_pattern": "/api/*",
                    "target_origin_id": "api",
                    "viewer_protocol_policy": "https-only",
                    "allowed_methods": ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
                    "cached_methods": ["GET", "HEAD"],
                    "compress": True,
                    "cache_policy_id": _CACHING_DISABLED,
                    "origin_request_policy_id": _ALL_VIEWER_EXCEPT_HOST,
                    "response_headers_policy_id": headers.id,
                }
            ],
            restrictions={"geo_restriction": {"restriction_type": "none"}},
            viewer_certificate=certificate,
            web_acl_id=self._web_acl().arn if config.waf else None,
            opts=self._child,
        )
        self._admit(bucket, distribution)
        if config.hosted_zone_id and config.domain:
            for kind in ("A", "AAAA"):
                route53.Record(
                    self._names.of(f"domain-{kind.lower()}"),
                    zone_id=config.hosted_zone_id,
                    name=config.domain,
                    type=kind,
                    aliases=[
                        {
                            "name": distribution.domain_name,
                            "zone_id": _CLOUDFRONT_ZONE,
                            "evaluate_target_health": False,
                        }
                    ],
                    opts=self._child,
                )
        return distribution

    def _admit(self, bucket: s3.Bucket, distribution: cloudfront.Distribution) -> None:
        """Let exactly this distribution read the pages."""
        s3.BucketPolicy(
            self._names.of("pages"),
            bucket=bucket.id,
            policy=pulumi.Output.json_dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Sid": "Distribution",
                            "Effect": "Allow",
                            "Principal": {"Service": "cloudfront.amazonaws.com"},
                            "Action": "s3:GetObject",
                            "Resource": pulumi.Output.concat(bucket.arn, "/*"),
                            "Condition": {"StringEquals": {"aws:SourceArn": distribution.arn}},
                        }
                    ],
                }
            ),
            opts=self._child,
        )

    def _web_acl(self) -> wafv2.WebAcl:
        def visible(name: str) -> Any:
            return {"cloudwatch_metrics_enabled": True, "metric_name": name, "sampled_requests_enabled": True}

        rules: list[Any] = [
            {
                "name": "common",
                "priority": 1,
                # Sources of mails look like attacks in a body; the wrapper API checks its bodies itself.
                "override_action": {"none": {}},
                "statement": {
                    "managed_rule_group_statement": {
                        "vendor_name": "AWS",
                        "name": "AWSManagedRulesCommonRuleSet",
                        "rule_action_overrides": [
                            {"name": name, "action_to_use": {"count": {}}}
                            for name in ("SizeRestrictions_BODY", "CrossSiteScripting_BODY", "GenericRFI_BODY")
                        ],
                    }
                },
                "visibility_config": visible("common"),
            },
            {
                "name": "rate",
                "priority": 2,
                "action": {"block": {}},
                "statement": {"rate_based_statement": {"limit": 2_000, "aggregate_key_type": "IP"}},
                "visibility_config": visible("rate"),
            },
        ]
        return wafv2.WebAcl(
            self._names.of("pages"),
            region="us-east-1",  # where CloudFront looks for it
            scope="CLOUDFRONT",
            default_action={"allow": {}},
            rules=rules,
            visibility_config=visible(self._names.of("pages")),
            opts=self._child,
        )
