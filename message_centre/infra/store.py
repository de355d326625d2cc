"""What is kept: tables, secrets, and the keys that encrypt and sign."""

from typing import Any

import pulumi
from pulumi_aws import dynamodb, kms, secretsmanager

from message_centre.infra.config import StackConfig
from message_centre.infra.manifest import TableSchema, table_schemas
from message_centre.infra.names import Names


class Store(pulumi.ComponentResource):
    """Tables on demand, encrypted by an own key and restorable to any second of the last 35 days; two secrets.

    Attributes:
        platform_key: holds the API key of the Email Platform; its value is put there by the operator.
        client_secret: holds the Message Centre's own secret with the issuer of identities.
        session_key: HMAC key from which the key of access tokens is derived.
    """

    def __init__(self, names: Names, config: StackConfig, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("message-centre:infra:Store", names.of("store"), None, opts)
        self._kept = pulumi.ResourceOptions(parent=self, protect=config.protect_data)
        policy = pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "AccountAdministersKey",  # in a key policy * is the key itself
                        "Effect": "Allow",
                        "Principal": {"AWS": f"arn:{names.partition}:iam::{names.account}:root"},
                        "Action": "kms:*",
                        "Resource": "*",
                    }
                ],
            }
        )
        self.data_key = kms.Key(
            names.of("data"),
            description="Tables and secrets of the Message Centre",
            enable_key_rotation=True,
            policy=policy,
            opts=self._kept,
        )
        self.session_key = kms.Key(
            names.of("sessions"),
            description="Derives the key of the Message Centre's access tokens",
            customer_master_key_spec="HMAC_256",
            key_usage="GENERATE_VERIFY_MAC",
            policy=policy,
            opts=self._kept,
        )
        self.platform_key = self._secret(names.of("platform-key"), "API key of the Email Platform")
        self.client_secret = self._secret(names.of("client-secret"), "Secret with the issuer of identities")
        self.tables = {
            name: self._table(names.of(name), schema, protect=config.protect_data)
            for name, schema in table_schemas().items()
        }
        self.register_outputs({})

    def _secret(self, name: str, description: str) -> secretsmanager.Secret:
        return secretsmanager.Secret(
            name, name=name, description=description, kms_key_id=self.data_key.arn, opts=self._kept
        )

    def _table(self, name: str, schema: TableSchema, *, protect: bool) -> dynamodb.Table:
        keyed = [schema.hash_key, schema.range_key]
        for index in schema.indexes:
            keyed += [index.hash_key, index.range_key]
        attributes = {key.name: key.type for key in keyed if key}
        indexes: list[Any] = [
            {
                "name": index.name,
                "hash_key": index.hash_key.name,
                "range_key": index.range_key.name if index.range_key else None,
                "projection_type": "ALL" if index.projected is None else "INCLUDE",
                **({} if index.projected is None else {"non_key_attributes": list(index.projected)}),
            }
            for index in schema.indexes
        ]
        return dynamodb.Table(
            name,
            billing_mode="PAY_PER_REQUEST",
            hash_key=schema.hash_key.name,
            range_key=schema.range_key.name if schema.range_key else None,
            attributes=[{"name": key, "type": kind} for key, kind in attributes.items()],
            global_secondary_indexes=indexes or None,
            server_side_encryption={"enabled": True, "kms_key_arn": self.data_key.arn},
            point_in_time_recovery={"enabled": True},
            ttl={"attribute_name": schema.ttl, "enabled": True} if schema.ttl else None,
            deletion_protection_enabled=protect,
            opts=self._kept,
        )
