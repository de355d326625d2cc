"""What the wrapper API needs around it: an account in memory, the fake platform, the fake issuer, an environment."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
import pytest
from moto import mock_aws

from message_centre.tests.fakes.issuer import CLIENT, SECRET, FakeIssuer
from message_centre.tests.fakes.platform import KEY, FakePlatform
from message_centre.tests.fakes.servers import serving
from message_centre.tests.fakes.wrapper import ORIGIN, forget
from message_centre.wrapper_api.centre.people.model import Role
from message_centre.wrapper_api.centre.store.tables import TABLES, bind


@contextmanager
def serving_platform() -> Iterator[FakePlatform]:
    """Serve a platform; each request to it and answer of it was as described, or the block fails at its end."""
    fake = FakePlatform()
    with serving(fake) as url:
        fake.url = url
        yield fake
    assert fake.faults == []


@contextmanager
def serving_issuer() -> Iterator[FakeIssuer]:
    """Serve an issuer of identities."""
    fake = FakeIssuer()
    with serving(fake) as url:
        fake.url = url
        yield fake


@contextmanager
def made_tables(patched: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Make an AWS account with the Message Centre's tables and nothing else; yield the names by logical name."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        patched.setenv(name, "testing")
    patched.setenv("AWS_DEFAULT_REGION", "us-east-1")
    patched.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        names = {name: f"tests-{name}" for name in TABLES}
        for name, model in TABLES.items():
            bind(name, names[name])
            model.create_table(billing_mode="PAY_PER_REQUEST")
        yield names


@contextmanager
def made_wrapper(
    patched: pytest.MonkeyPatch, platform: FakePlatform, issuer: FakeIssuer, tables: dict[str, str]
) -> Iterator[None]:
    """Make the secrets, the key and the environment of the wrapper."""
    forget()
    secrets = boto3.client("secretsmanager")
    for name, value in (("platform-key", KEY), ("client-secret", SECRET)):
        secrets.create_secret(Name=name, SecretString=value)
    key = boto3.client("kms").create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]
    environment = {
        "ORIGIN": ORIGIN,
        "PLATFORM_URL": platform.url,
        "PLATFORM_KEY_SECRET": "platform-key",
        "UPLOAD_ORIGINS": json.dumps(["https://uploads.example.com"]),
        "DEFAULT_TIME_ZONE": "Europe/Berlin",
        "OIDC_ISSUER": issuer.url,
        "OIDC_ISSUER_NAME": "Example Company",
        "OIDC_CLIENT_ID": CLIENT,
        "OIDC_CLIENT_SECRET_SECRET": "client-secret",
        "GROUPS_CLAIM": "cognito:groups",
        "ROLE_GROUPS": json.dumps({role: role for role in Role}),
        "SESSION_KEY_ID": key["KeyId"],
        **{f"TABLE_{name.upper()}": table for name, table in tables.items()},
    }
    for name, value in environment.items():
        patched.setenv(name, value)
    yield
    forget()


def make_user_pool(patched: pytest.MonkeyPatch) -> str:
    """Have a Cognito user pool know who may sign in, with a group for each role; return its id."""
    client = boto3.client("cognito-idp")
    pool = str(client.create_user_pool(PoolName="people", UsernameAttributes=["email"])["UserPool"]["Id"])
    for role in Role:
        client.create_group(UserPoolId=pool, GroupName=role)
    patched.setenv("USER_POOL_ID", pool)
    forget()
    return pool
