"""The DynamoDB tables; keys, indexes, streams and expiry come from the PynamoDB models."""

import pulumi
from pulumi_aws import dynamodb

from infra.chalice_manifest import TableSchema, table_schemas
from infra.config import StackConfig
from infra.keys import Keys
from infra.names import Names
from infra.protection import kept


class Tables(pulumi.ComponentResource):
    """Every table by logical name: on demand, encrypted, restorable to any second of the last 35 days."""

    def __init__(
        self, names: Names, config: StackConfig, keys: Keys, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("email-platform:infra:Tables", names.of("tables"), None, opts)
        self.by_name = {
            name: self._table(names.of(name), schema, config, keys) for name, schema in table_schemas().items()
        }
        self.register_outputs({})

    def _table(self, name: str, schema: TableSchema, config: StackConfig, keys: Keys) -> dynamodb.Table:
        keyed = [schema.hash_key, schema.range_key]
        for index in schema.indexes:
            keyed += [index.hash_key, index.range_key]
        attributes = {key.name: key.type for key in keyed if key}
        return dynamodb.Table(
            name,
            billing_mode="PAY_PER_REQUEST",
            hash_key=schema.hash_key.name,
            range_key=schema.range_key.name if schema.range_key else None,
            attributes=[{"name": key, "type": kind} for key, kind in attributes.items()],
            global_secondary_indexes=[
                {
                    "name": index.name,
                    "hash_key": index.hash_key.name,
                    "range_key": index.range_key.name if index.range_key else None,
                    "projection_type": "ALL",
                }
                for index in schema.indexes
            ]
            or None,
            server_side_encryption={"enabled": True, "kms_key_arn": keys.data.arn},
            point_in_time_recovery={"enabled": True},
            stream_enabled=True if schema.streamed else None,
            stream_view_type="NEW_AND_OLD_IMAGES" if schema.streamed else None,
            ttl={"attribute_name": schema.ttl, "enabled": True} if schema.ttl else None,
            deletion_protection_enabled=config.protect_data,
            opts=kept(self, protect=config.protect_data),
        )
