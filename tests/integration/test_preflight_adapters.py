"""The adapters of pre-flights against what AWS answers."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto import mock_aws

from chalicelib.adapters.documents import BucketDocuments
from chalicelib.adapters.ses_identities import SesIdentities
from chalicelib.adapters.workflows import PreflightStepFunctions
from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.preflight.model import Identity

REGION = "us-east-1"
BUCKET = "a-bucket"


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield


@pytest.fixture
def results() -> BucketDocuments:
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    return BucketDocuments(BUCKET)


def test_a_document_is_replaced_and_comes_back(results: BucketDocuments) -> None:
    assert results.read("files/a/1.json") is None
    for name in ("Anna", "Zoë"):
        results.write("files/a/1.json", {"examples": [name]})
    assert results.read("files/a/1.json") == {"examples": ["Zoë"]}


def test_documents_are_written_as_lines(results: BucketDocuments) -> None:
    results.write_lines("files/a/0.jsonl", [{"part": 0, "name": "Zoë"}, {"part": 1}])
    body = boto3.client("s3").get_object(Bucket=BUCKET, Key="files/a/0.jsonl")["Body"].read()
    assert body.decode() == '{"part": 0, "name": "Zoë"}\n{"part": 1}\n'


def test_many_documents_come_in_the_order_of_their_keys(
    results: BucketDocuments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "20")  # several pages of a listing
    keys = [f"files/a/{number:05d}.json" for number in range(50)]
    for number, key in enumerate(keys):
        if number != 7:
            results.write(key, {"number": number})
    assert list(results.read_all(keys)) == [None if number == 7 else {"number": number} for number in range(50)]
    assert results.count("files/a/") == 49
    assert results.count("files/b/") == 0


def test_whatever_else_s3_answers_is_an_error(results: BucketDocuments) -> None:
    results.write("files/a/1.json", {})
    with pytest.raises(ClientError, match="NoSuchBucket"):
        BucketDocuments("another").read("files/a/1.json")


def _ses() -> tuple[SesIdentities, Stubber]:
    client = boto3.client("sesv2")
    stubber = Stubber(client)
    stubber.activate()
    return SesIdentities(client), stubber


@pytest.mark.parametrize(
    ("answer", "identity"),
    [
        (
            {"VerifiedForSendingStatus": True, "DkimAttributes": {"SigningEnabled": True, "Status": "SUCCESS"}},
            Identity("shop.example", verified=True, dkim_status="SUCCESS", dkim_signing=True),
        ),
        ({}, Identity("shop.example", verified=False, dkim_status="NOT_STARTED", dkim_signing=False)),
    ],
)
def test_an_identity_is_what_ses_says_of_it(answer: dict[str, Any], identity: Identity) -> None:
    identities, stubber = _ses()
    stubber.add_response("get_email_identity", answer, {"EmailIdentity": "shop.example"})
    assert identities.find("shop.example") == identity


@pytest.mark.parametrize("code", ["NotFoundException", "AccessDeniedException"])
def test_an_identity_that_is_not_there_or_not_ours_is_none(code: str) -> None:
    identities, stubber = _ses()
    stubber.add_client_error("get_email_identity", code, http_status_code=404)
    assert identities.find("shop.example") is None


@pytest.mark.parametrize(("code", "status"), [("TooManyRequestsException", 429), ("InternalFailure", 500)])
def test_ses_that_does_not_say_is_asked_again(code: str, status: int) -> None:
    identities, stubber = _ses()
    stubber.add_client_error("get_email_identity", code, http_status_code=status)
    with pytest.raises(TemporarilyUnavailableError):
        identities.find("shop.example")


def test_a_request_that_ses_cannot_read_is_an_error() -> None:
    identities, stubber = _ses()
    stubber.add_client_error("get_email_identity", "BadRequestException", http_status_code=400)
    with pytest.raises(ClientError):
        identities.find("shop.example")


def test_one_run_is_started_once() -> None:
    client = boto3.client("stepfunctions")
    definition = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
    role = "arn:aws:iam::123456789012:role/tests"
    arn = client.create_state_machine(name="check", definition=definition, roleArn=role)["stateMachineArn"]
    workflows = PreflightStepFunctions(check_campaign_arn=arn)
    for _ in range(2):
        workflows.check_campaign("cmp_1", run=3, part_list_key="files/a/parts.jsonl")
    [started] = client.list_executions(stateMachineArn=arn)["executions"]
    assert started["name"] == "cmp_1-3"
    document = json.loads(client.describe_execution(executionArn=started["executionArn"])["input"])
    assert document == {"campaign_id": "cmp_1", "run": 3, "part_list_key": "files/a/parts.jsonl"}
