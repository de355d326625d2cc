"""What every test against a stand-in for AWS begins with."""

import boto3
import pytest


@pytest.fixture(autouse=True)
def _session_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3's default session keeps the credentials and region of whichever test asked for it first."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
