"""The Lambda functions, each with its own role and log group, all from one zip."""

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

import pulumi
from pulumi_aws import cloudwatch, lambda_

from infra.chalice_manifest import API, handlers
from infra.function_specs import FUNCTIONS
from infra.grants import ON_INDEX, SEND_BULK, FunctionSpec, Resource
from infra.iam import FUNCTION_TRACES, ServiceRole, Statement, allow
from infra.network import NETWORK_INTERFACES
from infra.releases import release
from infra.wiring import Foundation

RUNTIME = "python3.11"
_ENCRYPTED_SERVICES = frozenset({"dynamodb", "s3", "sqs"})


class Functions(pulumi.ComponentResource):
    """Every function of `FUNCTIONS`.

    Args:
        base: what they stand on.
        archive: the zip, as `infra.package.build` makes it.

    Attributes:
        by_name: the functions.
        aliases: what is called in place of a function, by function.
        roles: the ARNs of their roles, by function.
        environments: what each function is told, by function.
    """

    def __init__(self, base: Foundation, archive: Path, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("email-platform:infra:Functions", base.names.of("functions"), None, opts)
        self._base = base
        self._code = pulumi.FileArchive(str(archive))
        self._code_hash = base64.b64encode(hashlib.sha256(archive.read_bytes()).digest()).decode()
        self._arns = base.arns()
        environment = base.environment()
        self.by_name: dict[str, lambda_.Function] = {}
        self.aliases: dict[str, lambda_.Alias] = {}
        self.roles: dict[str, pulumi.Output[str]] = {}
        self.environments: dict[str, dict[str, pulumi.Input[str]]] = {}
        registered = handlers()
        for name, spec in FUNCTIONS.items():
            self.environments[name] = {variable: environment[variable] for variable in spec.environment}
            self._function(name, spec, registered[name])
        self.register_outputs({})

    def analysts(self) -> dict[str, list[pulumi.Output[str]]]:
        """Return the roles that may use the statistics, by action."""
        found: dict[str, list[pulumi.Output[str]]] = {}
        for name, spec in FUNCTIONS.items():
            for grant in spec.grants:
                if grant.analyses:
                    for action in grant.actions:
                        found.setdefault(action, []).append(self.roles[name])
        return dict(sorted(found.items()))

    def _function(self, name: str, spec: FunctionSpec, handler: str) -> None:
        full_name = self._base.names.of(name)
        child = pulumi.ResourceOptions(parent=self)
        logs = cloudwatch.LogGroup(
            full_name,
            name=f"/aws/lambda/{full_name}",
            retention_in_days=self._base.config.log_retention_days,
            kms_key_id=self._base.keys.data.arn,
            opts=child,
        )
        write_logs = allow(
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            [pulumi.Output.concat(logs.arn, ":*")],
            sid="LogStreams",
        )
        traces = [FUNCTION_TRACES] if self._base.config.tracing else []
        place = self._base.network.functions if spec.analyses else None
        interfaces = [NETWORK_INTERFACES] if place else []
        role = ServiceRole(
            full_name,
            service="lambda.amazonaws.com",
            statements=[write_logs, *traces, *interfaces, *self._statements(spec)],
            opts=child,
        )
        self.roles[name] = role.arn
        versioned = name == API
        self.by_name[name] = lambda_.Function(
            full_name,
            name=full_name,
            role=role.arn,
            runtime=RUNTIME,
            architectures=[self._base.config.architecture],
            handler=handler,
            publish=versioned,
            code=self._code,
            source_code_hash=self._code_hash,
            timeout=spec.timeout,
            memory_size=spec.memory,
            ephemeral_storage={"size": spec.storage},
            environment={"variables": self.environments[name]},
            vpc_config=lambda_.FunctionVpcConfigArgs(subnet_ids=place.subnets, security_group_ids=[place.group])
            if place
            else None,
            tracing_config={"mode": "Active"} if self._base.config.tracing else None,
            # Lambda would make a log group that is kept for ever; a mapping is refused while the policy is missing.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[logs, role.policy]),
        )
        if versioned:
            self.aliases[name] = release(full_name, self.by_name[name], self._base.config, self)

    def _statements(self, spec: FunctionSpec) -> list[Statement]:
        statements = []
        for grant in spec.grants:
            if grant is SEND_BULK and self._base.config.bulk_messages == 1:
                continue
            resources = [arn for resource in grant.resources for arn in self._named(resource)]
            # No resource: the statistics of a stack without its own OpenSearch domain, senders besides its own.
            if resources and grant.actions:
                statements.append(allow(grant.actions, resources, sid=grant.sid))
            if grant.indexes:
                statements.append(allow([ON_INDEX], [arn for index in grant.indexes for arn in self._named(index)]))
        actions = {action for grant in spec.grants for action in grant.actions}
        actions |= {ON_INDEX for grant in spec.grants if grant.indexes}
        services = sorted({action.split(":")[0] for action in actions} & _ENCRYPTED_SERVICES)
        return [*statements, self._use_of_key(actions, services)] if services else statements

    def _named(self, resource: Resource) -> list[pulumi.Output[str]]:
        """Return the ARNs of what a grant names."""
        return [pulumi.Output.concat(arn, resource.suffix) for arn in self._arns[resource.name]]

    def _use_of_key(self, actions: set[str], services: Sequence[str]) -> Statement:
        """Let the services that a function calls decrypt in its name, and nobody else."""
        writes = actions & {"s3:PutObject", "sqs:SendMessage"}  # DynamoDB makes its data keys itself
        return allow(
            ["kms:Decrypt", *(["kms:GenerateDataKey"] if writes else [])],
            [self._base.keys.data.arn],
            conditions={
                "StringEquals": {
                    "kms:ViaService": [f"{service}.{self._base.names.region}.amazonaws.com" for service in services]
                }
            },
        )
