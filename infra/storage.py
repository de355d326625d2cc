"""The three buckets: private, versioned, encrypted, reached over TLS only."""

from collections.abc import Sequence

import pulumi
from pulumi_aws import s3

from infra.config import StackConfig
from infra.iam import document
from infra.keys import Keys
from infra.names import Names
from infra.protection import kept

_DAYS_NONCURRENT = 30
_DAYS_EXPORTS = 7
"""As `KEPT_FOR` of `chalicelib.exports.model` and `chalicelib.suppression_jobs.model` tells the caller."""


class Storage(pulumi.ComponentResource):
    """The buckets of templates and recipient files, which report new objects to EventBridge, and of SES's events."""

    def __init__(
        self, names: Names, config: StackConfig, keys: Keys, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("email-platform:infra:Storage", names.of("storage"), None, opts)
        self._config = config
        self._keys = keys
        # A template version stays bound to the object version that was validated, also after another upload under its
        # key: nothing in this bucket may expire.
        self.templates = self._bucket(names.of("templates"), [], uploads=["POST"])
        self.recipients = self._bucket(
            names.of("recipients"),
            [
                self._noncurrent(),
                self._retention("uploads", config.recipient_retention_days),
                self._retention("files", config.recipient_retention_days),
                self._retention("exports", _DAYS_EXPORTS),
                self._retention("suppressions", _DAYS_EXPORTS),
            ],
            uploads=["POST", "PUT"],  # PUT for the parts of a multipart upload
        )
        self.events = self._bucket(
            names.of("events"), [self._noncurrent(), self._retention("events/raw", config.event_retention_days)]
        )
        self.register_outputs({})

    @staticmethod
    def _noncurrent() -> s3.BucketLifecycleConfigurationRuleArgsDict:
        return {
            "id": "noncurrent",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "noncurrent_version_expiration": {"noncurrent_days": _DAYS_NONCURRENT},
        }

    @staticmethod
    def _retention(folder: str, days: int) -> s3.BucketLifecycleConfigurationRuleArgsDict:
        return {
            "id": f"{folder}-retention",
            "status": "Enabled",
            "filter": {"prefix": f"{folder}/"},
            "expiration": {"days": days},
        }

    def _bucket(
        self, name: str, rules: list[s3.BucketLifecycleConfigurationRuleArgsDict], *, uploads: Sequence[str] = ()
    ) -> s3.Bucket:
        protected = kept(self, protect=self._config.protect_data)
        bucket = s3.Bucket(name, force_destroy=not self._config.protect_data, opts=protected)
        child = pulumi.ResourceOptions(parent=bucket)
        s3.BucketVersioning(name, bucket=bucket.id, versioning_configuration={"status": "Enabled"}, opts=child)
        s3.BucketServerSideEncryptionConfiguration(
            name,
            bucket=bucket.id,
            rules=[
                {
                    "apply_server_side_encryption_by_default": {
                        "sse_algorithm": "aws:kms",
                        "kms_master_key_id": self._keys.data.arn,
                    },
                    "bucket_key_enabled": True,
                }
            ],
            opts=child,
        )
        s3.BucketOwnershipControls(name, bucket=bucket.id, rule={"object_ownership": "BucketOwnerEnforced"}, opts=child)
        blocked = s3.BucketPublicAccessBlock(
            name,
            bucket=bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        refuse_plain_http = {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [bucket.arn, pulumi.Output.concat(bucket.arn, "/*")],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        s3.BucketPolicy(
            name,
            bucket=bucket.id,
            policy=document([refuse_plain_http]),
            # S3 refuses two changes of a bucket's access settings at the same time.
            opts=pulumi.ResourceOptions(parent=bucket, depends_on=[blocked]),
        )
        s3.BucketLifecycleConfiguration(
            name,
            bucket=bucket.id,
            rules=[
                {
                    "id": "unfinished-uploads",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": 1},
                },
                *rules,
            ],
            opts=child,
        )
        if uploads and self._config.cors_origins:
            s3.BucketCorsConfiguration(
                name,
                bucket=bucket.id,
                cors_rules=[
                    {
                        # GET by the short-lived links of the API: sources of templates, reports of rows.
                        "allowed_methods": ["GET", *uploads],
                        "allowed_origins": list(self._config.cors_origins),
                        "allowed_headers": ["content-type"],
                        "max_age_seconds": 3600,
                    }
                ],
                opts=child,
            )
        if uploads:
            s3.BucketNotification(name, bucket=bucket.id, eventbridge=True, opts=child)
        return bucket
