"""Resource types that the Message Centre needs besides the platform's: Cognito and Secrets Manager."""

from collections.abc import Mapping
from typing import Any, Final

from local.deploy.resource import Context, Inputs, Kind, Result, existing, pascal, physical_name
from local.deploy.table import KINDS as PLATFORM

_GONE = "ResourceNotFoundException"


def _pool(context: Context, name: str, inputs: Inputs) -> Result:
    client = context.client("cognito-idp")
    pool_name = physical_name(inputs, name)
    pages = client.get_paginator("list_user_pools").paginate(MaxResults=60)
    found = next((pool for page in pages for pool in page["UserPools"] if pool["Name"] == pool_name), None)
    changing: dict[str, Any] = {
        "Policies": {"PasswordPolicy": pascal(inputs.plain("passwordPolicy", {}))},
        "AutoVerifiedAttributes": inputs.plain("autoVerifiedAttributes", []),
        "AdminCreateUserConfig": pascal(inputs.plain("adminCreateUserConfig", {})),
    }
    lasting: dict[str, Any] = {
        "UsernameAttributes": inputs.plain("usernameAttributes", []),
        "UsernameConfiguration": pascal(inputs.plain("usernameConfiguration", {})),
    }
    if found is None:
        found = client.create_user_pool(PoolName=pool_name, **changing, **lasting)["UserPool"]
    else:
        client.update_user_pool(UserPoolId=found["Id"], **changing)
    pool = found["Id"]
    endpoint = f"cognito-idp.{context.region}.amazonaws.com/{pool}"
    return Result(
        pool, {"name": pool_name, "arn": context.arn("cognito-idp", f"userpool/{pool}"), "endpoint": endpoint}
    )


_CLIENT_ARGUMENTS = {
    "generateSecret": "GenerateSecret",
    "allowedOauthFlows": "AllowedOAuthFlows",
    "allowedOauthFlowsUserPoolClient": "AllowedOAuthFlowsUserPoolClient",
    "allowedOauthScopes": "AllowedOAuthScopes",
    "supportedIdentityProviders": "SupportedIdentityProviders",
    "callbackUrls": "CallbackURLs",
    "logoutUrls": "LogoutURLs",
    "explicitAuthFlows": "ExplicitAuthFlows",
    "preventUserExistenceErrors": "PreventUserExistenceErrors",
    "enableTokenRevocation": "EnableTokenRevocation",
    "accessTokenValidity": "AccessTokenValidity",
    "idTokenValidity": "IdTokenValidity",
    "refreshTokenValidity": "RefreshTokenValidity",
    "tokenValidityUnits": "TokenValidityUnits",
}


def _client(context: Context, name: str, inputs: Inputs) -> Result:
    client = context.client("cognito-idp")
    pool, client_name = inputs["userPoolId"], physical_name(inputs, name)
    arguments: dict[str, Any] = {
        there: inputs.plain(here) for here, there in _CLIENT_ARGUMENTS.items() if here in inputs
    }
    arguments["TokenValidityUnits"] = pascal(arguments.get("TokenValidityUnits", {}))
    listed = client.list_user_pool_clients(UserPoolId=pool, MaxResults=60)["UserPoolClients"]
    found = next((one["ClientId"] for one in listed if one["ClientName"] == client_name), None)
    if found is None:
        made = client.create_user_pool_client(UserPoolId=pool, ClientName=client_name, **arguments)["UserPoolClient"]
    else:
        arguments.pop("GenerateSecret", None)
        client.update_user_pool_client(UserPoolId=pool, ClientId=found, ClientName=client_name, **arguments)
        made = client.describe_user_pool_client(UserPoolId=pool, ClientId=found)["UserPoolClient"]
    return Result(made["ClientId"], {"name": client_name, "clientSecret": made.get("ClientSecret", "")})


def _domain(context: Context, _name: str, inputs: Inputs) -> Result:
    client = context.client("cognito-idp")
    domain, pool = inputs["domain"], inputs["userPoolId"]
    known = existing(client.describe_user_pool_domain, _GONE, Domain=domain) or {}
    if not known.get("DomainDescription"):
        client.create_user_pool_domain(Domain=domain, UserPoolId=pool)
    return Result(domain, {})


def _group(context: Context, name: str, inputs: Inputs) -> Result:
    client = context.client("cognito-idp")
    group, pool = physical_name(inputs, name), inputs["userPoolId"]
    arguments = {"GroupName": group, "UserPoolId": pool, "Description": inputs.get("description", "")}
    if existing(client.get_group, _GONE, GroupName=group, UserPoolId=pool) is None:
        client.create_group(**arguments)  # the emulator cannot change one
    return Result(f"{pool}/{group}", {"name": group})


def _secret(context: Context, name: str, inputs: Inputs) -> Result:
    client = context.client("secretsmanager")
    secret = physical_name(inputs, name)
    description = inputs.get("description", "")
    found = existing(client.describe_secret, _GONE, SecretId=secret)
    if found is None:
        found = client.create_secret(Name=secret, Description=description)
    else:
        client.update_secret(SecretId=secret, Description=description)
    return Result(found["ARN"], {"name": secret, "arn": found["ARN"]})


def _secret_version(context: Context, _name: str, inputs: Inputs) -> Result:
    client = context.client("secretsmanager")
    secret = inputs["secretId"]
    made = client.put_secret_value(SecretId=secret, SecretString=inputs["secretString"])
    return Result(f"{secret}|{made['VersionId']}", {"arn": secret, "versionId": made["VersionId"]})


_TAGS = {"tags": "nothing here reads tags"}

KINDS: Final[Mapping[str, Kind]] = {
    **PLATFORM,
    "aws:cognito/userPool:UserPool": Kind(
        _pool,
        _TAGS
        | {
            "accountRecoverySetting": "nobody forgets the password that the local stack prints",
            "deletionProtection": "nothing is destroyed here",
            "mfaConfiguration": "people of the local stack have no second factor",
            "softwareTokenMfaConfiguration": "people of the local stack have no second factor",
            "userAttributeUpdateSettings": "nobody changes addresses here",
            "passwordPolicy.temporaryPasswordValidityDays": "passwords of the local stack are no temporary ones",
        },
    ),
    "aws:cognito/userPoolClient:UserPoolClient": Kind(_client),
    "aws:cognito/userPoolDomain:UserPoolDomain": Kind(_domain),
    "aws:cognito/userGroup:UserGroup": Kind(_group),
    "aws:secretsmanager/secret:Secret": Kind(
        _secret, _TAGS | {"kmsKeyId": "secrets stand in the emulator's plain state anyway"}
    ),
    "aws:secretsmanager/secretVersion:SecretVersion": Kind(_secret_version),
}
