"""The wrapper API in an empty AWS account, between a fake platform and a fake issuer of identities."""

import functools
import json
from collections.abc import Iterator

import boto3
import botocore.loaders
import botocore.session
import pytest
from moto import mock_aws

from message_centre.tests.fakes.issuer import CLIENT, SECRET, FakeIssuer
from message_centre.tests.fakes.platform import KEY, FakePlatform
from message_centre.tests.fakes.servers import serving
from message_centre.tests.fakes.wrapper import ORIGIN, Browser, forget
from message_centre.wrapper_api.centre.store.tables import TABLES, bind

# Each session reads the models of its services anew; models are only read, so one loader serves all sessions.
botocore.session.create_loader = functools.cache(botocore.loaders.create_loader)


@pytest.fixture
def platform() -> Iterator[FakePlatform]:
    fake = FakePlatform()
    with serving(fake) as url:
        fake.url = url
        yield fake
    assert fake.faults == []


@pytest.fixture
def issuer() -> Iterator[FakeIssuer]:
    fake = FakeIssuer()
    with serving(fake) as url:
        fake.url = url
        yield fake


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The Message Centre's tables in an AWS account with nothing else in it: name by logical name."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        names = {name: f"tests-{name}" for name in TABLES}
        for name, model in TABLES.items():
            bind(name, names[name])
            model.create_table(billing_mode="PAY_PER_REQUEST")
        yield names


@pytest.fixture
def wrapper(
    monkeypatch: pytest.MonkeyPatch, platform: FakePlatform, issuer: FakeIssuer, tables: dict[str, str]
) -> Iterator[None]:
    """What the wrapper API needs in its account and environment."""
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
        "ROLE_GROUPS": json.dumps({role: role for role in ("viewer", "author", "sender", "admin")}),
        "SESSION_KEY_ID": key["KeyId"],
        **{f"TABLE_{name.upper()}": table for name, table in tables.items()},
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    yield
    forget()


@pytest.fixture
def browser(wrapper: None, issuer: FakeIssuer) -> Browser:
    """A browser in which nobody is signed in."""
    del wrapper
    return Browser(issuer)
