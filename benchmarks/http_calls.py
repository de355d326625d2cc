"""What a caller waits for: the API over HTTP on the local stack, beside bare Chalice behind the same gateway.

The bare function is made on the stack with the API's own memory and role, and a REST API of its own that asks the same
authorizer. Gateway and functions share this machine with whoever measures.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import httpx

import lambda_package
from benchmarks import bare_app
from infra.chalice_manifest import CHALICE_APP, api_body
from infra.rest_api import STAGE
from local.deploy.swagger import put_api
from local.emulator import ACCOUNT, REGION, Emulator
from local.stack import LocalStack, Options

BARE: Final = "bare Chalice, a constant"
_CAMPAIGNS = 50
_TIMEOUT_SECONDS = 60
_BUILD = Path(__file__).parents[1] / "build"


def measure(count: int) -> dict[str, list[float]]:
    """Make so many calls of each kind, in turns, over one connection; return the seconds that each took."""
    with tempfile.TemporaryDirectory() as folder, LocalStack(Options(Path(folder))) as stack:
        key = stack.issue_api_key("benchmark", ["read", "write"])
        bare = _deployed(stack.emulator, stack.outputs["function_names"])
        with httpx.Client(headers={"Authorization": f"Bearer {key}"}, timeout=_TIMEOUT_SECONDS) as http:
            campaign_id = _made(http, stack.api_url)
            addresses = {
                BARE: f"{bare}/v1/constant",
                "GET /v1/health": f"{stack.api_url}/v1/health",
                "GET /v1/campaigns/{campaign_id}": f"{stack.api_url}/v1/campaigns/{campaign_id}",
                f"GET /v1/campaigns?limit={_CAMPAIGNS}": f"{stack.api_url}/v1/campaigns?limit={_CAMPAIGNS}",
            }
            for _ in range(max(5, count // 10)):
                _turn(http, addresses, lambda _name, _seconds: None)
            times: dict[str, list[float]] = {name: [] for name in addresses}
            for _ in range(count):
                _turn(http, addresses, lambda name, seconds: times[name].append(seconds))
    return times


def report(times: Mapping[str, list[float]]) -> None:
    """Print p50 and p99, and how often the bare answer goes into each."""
    p50_bare = statistics.median(times[BARE])
    print(f"{len(times[BARE]):,} calls of each over HTTP on the local stack, milliseconds:")
    print(f"  {'':<44}    p50     p99   p50 x")
    for name, taken in times.items():
        p50, p99 = statistics.median(taken), statistics.quantiles(taken, n=100)[98]
        print(f"  {name:<44} {p50 * 1e3:6.1f}  {p99 * 1e3:6.1f}  {p50 / p50_bare:6.2f}")


def _turn(http: httpx.Client, addresses: Mapping[str, str], note: Callable[[str, float], None]) -> None:
    for name, address in addresses.items():
        began = time.perf_counter()
        answer = http.get(address)
        note(name, time.perf_counter() - began)
        answer.raise_for_status()


def _made(http: httpx.Client, url: str) -> str:
    """Make as many campaigns as the longest list has; return the id of one."""

    def post(path: str, document: Any) -> Any:
        return http.post(url + path, json=document).raise_for_status().json()

    template = post("/v1/templates", {"name": "T", "subject": "S"})["template_id"]
    file_id = post("/v1/recipient-files", {"name": "F"})["file_id"]
    draft = {"name": "C", "template_id": template, "file_id": file_id, "sender": {"address": "a@news.example.com"}}
    ids = [post("/v1/campaigns", draft)["campaign_id"] for _ in range(_CAMPAIGNS)]
    return str(ids[0])


def _deployed(emulator: Emulator, function_names: Mapping[str, str]) -> str:
    """Make the bare function and its API; return the stage's address."""
    packed = lambda_package.build(
        "host",
        "bare",
        lock=CHALICE_APP / "requirements.txt",
        sources={"app.py": Path(bare_app.__file__)},
        out=_BUILD,
    )
    functions = emulator.client("lambda")
    api = functions.get_function_configuration(FunctionName=function_names["api"])
    functions.create_function(
        FunctionName="bare",
        Runtime=api["Runtime"],
        Role=api["Role"],
        Handler="app.app",
        MemorySize=api["MemorySize"],
        Timeout=api["Timeout"],
        Code={"ZipFile": packed.read_bytes()},
    )
    arns = {
        "api": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:bare",
        "authorize": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function_names['authorize']}",
    }
    gateway = emulator.client("apigateway")
    made = gateway.create_rest_api(name="bare")["id"]
    put_api(gateway, made, api_body(arns, REGION, bare_app.app))
    deployment = gateway.create_deployment(restApiId=made)["id"]
    gateway.create_stage(restApiId=made, stageName=STAGE, deploymentId=deployment)
    return f"{emulator.endpoint}/_aws/execute-api/{made}/{STAGE}"
