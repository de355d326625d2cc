"""The Lambda function that serves every route of the wrapper API, with a role of its own."""

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, iam, lambda_

from message_centre.infra.config import StackConfig
from message_centre.infra.manifest import HANDLER
from message_centre.infra.names import Names
from message_centre.infra.people import People
from message_centre.infra.platform import PlatformPlace
from message_centre.infra.store import Store

NAME = "api"
_READS = ("dynamodb:GetItem", "dynamodb:Query")
_TABLE_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "plans": (*_READS, "dynamodb:PutItem", "dynamodb:DeleteItem"),
    "comments": (*_READS, "dynamodb:PutItem"),
    "activity": ("dynamodb:Query", "dynamodb:PutItem"),
    "sessions": ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"),
    "preferences": ("dynamodb:GetItem", "dynamodb:PutItem"),
    "requests": ("dynamodb:GetItem", "dynamodb:PutItem"),
}
"""What the function does with each table; a test holds that none is left out."""

_PEOPLE_ACTIONS = (
    "cognito-idp:AdminAddUserToGroup",
    "cognito-idp:AdminCreateUser",
    "cognito-idp:AdminDisableUser",
    "cognito-idp:AdminEnableUser",
    "cognito-idp:AdminGetUser",
    "cognito-idp:AdminListGroupsForUser",
    "cognito-idp:AdminRemoveUserFromGroup",
    "cognito-idp:AdminUserGlobalSignOut",
    "cognito-idp:ListUsers",
    "cognito-idp:ListUsersInGroup",
)


class WrapperFunction(pulumi.ComponentResource):
    """The function.

    Args:
        archive: the zip, as `message_centre.infra.package.build` makes it.
        origin: where browsers find the Message Centre.
    """

    def __init__(
        self,
        names: Names,
        config: StackConfig,
        archive: Path,
        *,
        store: Store,
        people: People,
        platform: PlatformPlace,
        origin: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("message-centre:infra:WrapperFunction", names.of("wrapper"), None, opts)
        child = pulumi.ResourceOptions(parent=self)
        name = names.of(NAME)
        logs = cloudwatch.LogGroup(
            name, name=f"/aws/lambda/{name}", retention_in_days=config.log_retention_days, opts=child
        )
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
            ],
        }
        role = iam.Role(f"{name}-role", assume_role_policy=json.dumps(trust), opts=child)
        policy = iam.RolePolicy(
            f"{name}-role",
            role=role.name,
            policy=pulumi.Output.json_dumps(
                {"Version": "2012-10-17", "Statement": self._statements(names, logs, store, people)}
            ),
            opts=child,
        )
        self.function = lambda_.Function(
            name,
            name=name,
            role=role.arn,
            runtime="python3.11",
            architectures=[config.architecture],
            handler=HANDLER,
            code=pulumi.FileArchive(str(archive)),
            source_code_hash=base64.b64encode(hashlib.sha256(archive.read_bytes()).digest()).decode(),
            timeout=29,  # API Gateway waits no longer
            memory_size=1024,
            environment={"variables": self._environment(config, store, people, platform, origin)},
            tracing_config={"mode": "Active"},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[logs, policy]),
        )
        self.register_outputs({})

    @staticmethod
    def _environment(
        config: StackConfig,
        store: Store,
        people: People,
        platform: PlatformPlace,
        origin: pulumi.Input[str],
    ) -> dict[str, pulumi.Input[str]]:
        environment: dict[str, pulumi.Input[str]] = {
            "ORIGIN": origin,
            "PLATFORM_URL": platform.url,
            "PLATFORM_KEY_SECRET": store.platform_key.arn,
            "UPLOAD_ORIGINS": pulumi.Output.json_dumps(platform.upload_origins),
            "DEFAULT_TIME_ZONE": config.default_time_zone,
            "OIDC_ISSUER": people.issuer,
            "OIDC_ISSUER_NAME": config.issuer_name,
            "OIDC_CLIENT_ID": people.client_id,
            "OIDC_CLIENT_SECRET_SECRET": store.client_secret.arn,
            "GROUPS_CLAIM": config.groups_claim,
            "ROLE_GROUPS": json.dumps(config.role_groups),
            "SESSION_KEY_ID": store.session_key.key_id,
        }
        environment |= {f"TABLE_{name.upper()}": table.name for name, table in store.tables.items()}
        if people.user_pool_id is not None:
            environment["USER_POOL_ID"] = people.user_pool_id
        if config.issuer_discovery:
            environment["OIDC_DISCOVERY"] = config.issuer_discovery
        return environment

    @staticmethod
    def _statements(names: Names, logs: cloudwatch.LogGroup, store: Store, people: People) -> list[dict[str, Any]]:
        def allow(actions: tuple[str, ...], *resources: pulumi.Input[str], **more: Any) -> dict[str, Any]:
            return {"Effect": "Allow", "Action": list(actions), "Resource": list(resources), **more}

        through = {
            "Condition": {
                "StringEquals": {
                    "kms:ViaService": [
                        f"{service}.{names.region}.amazonaws.com" for service in ("dynamodb", "secretsmanager")
                    ]
                }
            }
        }
        return [
            # Lambda names the streams of the function's own log group.
            allow(("logs:CreateLogStream", "logs:PutLogEvents"), pulumi.Output.concat(logs.arn, ":*")),
            # X-Ray's actions that write traces have no resource level.
            allow(("xray:PutTelemetryRecords", "xray:PutTraceSegments"), "*"),
            *(
                allow(
                    _TABLE_ACTIONS[table],
                    made.arn,
                    *([pulumi.Output.concat(made.arn, "/index/*")] if table in {"plans", "activity"} else []),
                )
                for table, made in store.tables.items()
            ),
            allow(("secretsmanager:GetSecretValue",), store.platform_key.arn, store.client_secret.arn),
            allow(("kms:GenerateMac",), store.session_key.arn),
            *([allow(_PEOPLE_ACTIONS, people.user_pool_arn)] if people.user_pool_arn is not None else []),
            allow(("kms:Decrypt",), store.data_key.arn, **through),
        ]
