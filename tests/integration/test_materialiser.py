"""A Pulumi program on the embedded AWS: made real, kept over a second deployment and over a restart."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from local.deploy import Deployment, DeploymentError, deploy
from local.emulator import Emulator, EmulatorError

PROGRAM = Path(__file__).with_name("materialiser") / "program.py"
# pulumi_aws warns of its own old names when it is imported.
pytestmark = pytest.mark.filterwarnings("ignore:.* has been deprecated in favor of:DeprecationWarning")


def _deploy(aws: Emulator, version: str) -> Deployment:
    return deploy(
        aws.endpoint,
        {"version": version},
        project="small",
        function_environment={"LOCAL": "here"},
        program=PROGRAM,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("aws")


@pytest.fixture(scope="module")
def aws(folder: Path) -> Iterator[Emulator]:
    emulator = Emulator(folder)
    with emulator:
        yield emulator


@pytest.fixture(scope="module")
def deployed(aws: Emulator) -> Deployment:
    return _deploy(aws, "1")


def _eventually(found: Callable[[], Any], seconds: float = 20) -> Any:
    deadline = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return value


def _get(url: str, path: str, **headers: str) -> tuple[int, str, Any, dict[str, str]]:
    parts = urlsplit(url)
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    try:
        connection.request("GET", parts.path + path, headers=headers)
        answer = connection.getresponse()
        body = json.loads(answer.read())
        return answer.status, answer.getheader("content-type", ""), body, dict(answer.getheaders())
    finally:
        connection.close()


def _invoke(aws: Emulator, function: str, event: dict[str, Any]) -> tuple[Any, str | None]:
    answer = aws.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
    return json.loads(answer["Payload"].read()), answer.get("FunctionError")


def test_the_exports_are_resolved(aws: Emulator, deployed: Deployment) -> None:
    assert deployed.outputs["url"].startswith(f"{aws.endpoint}/")
    assert deployed.outputs["names"] == {
        "bucket": "files",
        "table": "facts",
        "queue": f"{aws.endpoint}/000000000000/work",
    }
    kinds = {resource.type for resource in deployed.resources}
    assert len(kinds) > 35


@pytest.mark.usefixtures("deployed")
def test_buckets_and_tables_are_as_declared(aws: Emulator) -> None:
    s3, dynamodb = aws.client("s3"), aws.client("dynamodb")
    assert s3.get_bucket_versioning(Bucket="files")["Status"] == "Enabled"
    assert s3.get_bucket_lifecycle_configuration(Bucket="files")["Rules"][0]["ID"] == "abort"
    assert s3.get_bucket_cors(Bucket="files")["CORSRules"][0]["AllowedMethods"] == ["POST"]
    assert s3.get_public_access_block(Bucket="files")["PublicAccessBlockConfiguration"]["BlockPublicPolicy"]
    assert "EventBridgeConfiguration" in s3.get_bucket_notification_configuration(Bucket="files")
    table = dynamodb.describe_table(TableName="facts")["Table"]
    assert [key["AttributeName"] for key in table["KeySchema"]] == ["id", "at"]
    assert [index["IndexName"] for index in table["GlobalSecondaryIndexes"]] == ["by_from"]
    assert table["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    expiry = dynamodb.describe_time_to_live(TableName="facts")["TimeToLiveDescription"]
    assert expiry["AttributeName"] == "expires"


def test_the_token_key_makes_codes(aws: Emulator, deployed: Deployment) -> None:
    kms, key = aws.client("kms"), deployed.outputs["token_key"]
    first, second = (kms.generate_mac(KeyId=key, Message=b"v1", MacAlgorithm="HMAC_SHA_256")["Mac"] for _ in range(2))
    assert first == second


@pytest.mark.usefixtures("deployed")
def test_a_role_without_the_permission_is_refused(aws: Emulator) -> None:
    aws.client("s3").put_object(Bucket="files", Key="a.txt", Body=b"text")
    assert _invoke(aws, "reader", {"do": "read"}) == ("text", None)
    refusal, kind = _invoke(aws, "worker", {"do": "read"})
    assert (kind, refusal["errorType"]) == ("Unhandled", "AccessDenied")
    assert "AccessDenied" in refusal["errorMessage"]


def test_a_message_on_the_topic_comes_through_the_queue_into_the_table(aws: Emulator, deployed: Deployment) -> None:
    aws.client("sns").publish(TopicArn=deployed.outputs["topic"], Message="hello")
    key = {"id": {"S": "hello"}, "at": {"N": "1"}}
    found = _eventually(lambda: aws.client("dynamodb").get_item(TableName="facts", Key=key).get("Item"))
    assert found["from"] == {"S": "queue"}


def test_an_upload_starts_the_workflow(aws: Emulator, deployed: Deployment) -> None:
    sfn = aws.client("stepfunctions")
    aws.client("s3").put_object(Bucket="files", Key="uploads/one.csv", Body=b"a,b")

    def done() -> Any:
        runs = sfn.list_executions(stateMachineArn=deployed.outputs["flow"], statusFilter="SUCCEEDED")
        return [
            run
            for run in runs["executions"]
            if "one.csv" in sfn.describe_execution(executionArn=run["executionArn"])["input"]
        ]

    assert len(_eventually(done)) == 1


@pytest.mark.parametrize(
    ("path", "headers", "status", "kind"),
    [
        ("/v1/things/7", {"Authorization": "Bearer good"}, 201, "application/json"),
        ("/v1/things/7", {"Authorization": "Bearer bad"}, 403, "application/problem+json"),
        ("/v1/things/7", {"Authorization": "Bearer none"}, 401, "application/problem+json"),
        ("/v1/things/7", {}, 401, "application/problem+json"),
        ("/v1/nothing", {"Authorization": "Bearer good"}, 404, "application/problem+json"),
    ],
)
def test_the_rest_api_answers(deployed: Deployment, path: str, headers: dict[str, str], status: int, kind: str) -> None:
    answer, content_type, body, found = _get(deployed.outputs["url"], path, **headers)
    assert (answer, content_type) == (status, kind)
    if status == 201:
        assert body == {"user": "ann", "stage": "here"}
        assert found["x-mine" if "x-mine" in found else "X-Mine"] == "yes"
    else:
        assert body == {"status": status}


def test_a_killed_worker_is_retried_by_the_workflow(aws: Emulator, deployed: Deployment) -> None:
    sfn = aws.client("stepfunctions")
    run = sfn.start_execution(
        stateMachineArn=deployed.outputs["flow"], input=json.dumps({"do": "sleep", "seconds": 2})
    )["executionArn"]
    first = _eventually(lambda: _running(aws, "worker"))
    for pid in first:
        os.kill(pid, signal.SIGKILL)
    _eventually(lambda: sfn.describe_execution(executionArn=run)["status"] == "SUCCEEDED")
    history = sfn.get_execution_history(executionArn=run)["events"]
    failures = [event["taskFailedEventDetails"] for event in history if event["type"] == "TaskFailed"]
    assert [failure["error"] for failure in failures] == ["Runtime.ExitError"]


def _running(aws: Emulator, function: str) -> list[int]:
    """Its workers, once the workflow's call has reached one."""
    pids = aws.lambda_worker_pids(function)
    time.sleep(0.5)
    return pids


def test_a_second_deployment_updates_and_doubles_nothing(aws: Emulator, deployed: Deployment) -> None:
    again = _deploy(aws, "2")
    assert again.outputs == deployed.outputs
    assert [(made.type, made.id) for made in sorted(again.resources)] == [
        (made.type, made.id) for made in sorted(deployed.resources)
    ]
    functions = aws.client("lambda")
    configuration = functions.get_function_configuration(FunctionName="worker")
    assert configuration["Environment"]["Variables"]["VERSION"] == "2"
    assert len(functions.list_event_source_mappings()["EventSourceMappings"]) == 2
    gateway = aws.client("apigateway")
    apis = gateway.get_rest_apis()["items"]
    assert [api["name"] for api in apis] == ["things"]
    assert sorted(apis[0]["binaryMediaTypes"]) == ["application/zip", "image/png"]
    resources = gateway.get_resources(restApiId=apis[0]["id"])["items"]
    assert sorted(item["path"] for item in resources) == ["/", "/v1", "/v1/things", "/v1/things/{thing}"]
    assert len(gateway.get_deployments(restApiId=apis[0]["id"])["items"]) == 1
    assert len(aws.client("sns").list_subscriptions()["Subscriptions"]) == 1
    assert len(aws.client("kms").list_keys()["Keys"]) == 2
    assert _get(again.outputs["url"], "/v1/things/7", Authorization="Bearer good")[0] == 201


def test_an_unknown_type_stops_the_deployment(aws: Emulator) -> None:
    def program() -> None:
        import pulumi_aws

        pulumi_aws.cloudfront.Function("edge", runtime="cloudfront-js-2.0", code="")

    with pytest.raises(DeploymentError, match=r"aws:cloudfront/function:Function 'edge'"):
        deploy(aws.endpoint, {}, program=program)


def test_a_failed_resource_stops_the_deployment(aws: Emulator) -> None:
    def program() -> None:
        import pulumi
        import pulumi_aws

        role = pulumi_aws.iam.RolePolicy("lost", role="nobody", policy="{}")
        pulumi_aws.sqs.Queue("never", opts=pulumi.ResourceOptions(depends_on=[role]))

    with pytest.raises(DeploymentError, match=r"aws:iam/rolePolicy:RolePolicy 'lost'"):
        deploy(aws.endpoint, {}, program=program)
    assert not aws.client("sqs").list_queues(QueueNamePrefix="never").get("QueueUrls")


@pytest.mark.usefixtures("deployed")
def test_a_failure_has_the_name_of_its_exception(aws: Emulator) -> None:
    answer, kind = _invoke(aws, "worker", {"do": "fail"})
    assert (answer["errorType"], answer["errorMessage"], kind) == ("LookupError", "two\nlines", "Unhandled")


@pytest.mark.usefixtures("aws")
def test_a_folder_serves_one_emulator(folder: Path) -> None:
    with pytest.raises(EmulatorError, match="is using"):
        Emulator(folder, lock_seconds=0.2).start()


def test_a_restart_keeps_everything(aws: Emulator, deployed: Deployment) -> None:
    port = aws.port
    aws.client("dynamodb").put_item(TableName="facts", Item={"id": {"S": "kept"}, "at": {"N": "2"}})
    aws.stop()
    aws.start()
    assert aws.port == port
    key = {"id": {"S": "kept"}, "at": {"N": "2"}}
    assert aws.client("dynamodb").get_item(TableName="facts", Key=key)["Item"]
    assert aws.client("s3").get_object(Bucket="files", Key="a.txt")["Body"].read() == b"text"
    assert _invoke(aws, "reader", {"do": "read"}) == ("text", None)
    assert _get(deployed.outputs["url"], "/v1/things/7", Authorization="Bearer good")[0] == 201
    assert _get(deployed.outputs["url"], "/v1/nothing")[1] == "application/problem+json"
    assert _invoke(aws, "worker", {"do": "read"})[1] == "Unhandled"
    aws.client("sns").publish(TopicArn=deployed.outputs["topic"], Message="again")
    key = {"id": {"S": "again"}, "at": {"N": "1"}}
    _eventually(lambda: aws.client("dynamodb").get_item(TableName="facts", Key=key).get("Item"))
    run = aws.client("stepfunctions").start_execution(stateMachineArn=deployed.outputs["flow"], input="{}")
    _eventually(
        lambda: (
            aws.client("stepfunctions").describe_execution(executionArn=run["executionArn"])["status"] == "SUCCEEDED"
        )
    )


def test_it_dies_with_its_parent_and_saves_its_state(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from local.emulator import Emulator\n"
        "aws = Emulator(Path(sys.argv[1])); aws.start()\n"
        "aws.client('sqs').create_queue(QueueName='kept')\n"
        "print(aws.pid, flush=True); time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    with parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    _eventually(lambda: not Path(f"/proc/{pid}").exists())
    with Emulator(tmp_path) as aws:
        assert len(aws.client("sqs").list_queues()["QueueUrls"]) == 1


def test_threads_may_start_it(tmp_path: Path) -> None:
    """It must outlive the thread that started it."""
    aws = Emulator(tmp_path)
    starter = threading.Thread(target=aws.start)
    starter.start()
    starter.join()
    time.sleep(0.2)
    assert aws.client("sts").get_caller_identity()["Arn"].endswith(":root")
    with pytest.raises(ClientError):
        aws.client("sqs").get_queue_url(QueueName="absent")
    aws.stop()
