"""Runs the Message Centre's Pulumi program under mocks and keeps every resource, with resolved inputs."""

import asyncio
import json
import runpy
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks, set_all_config, set_mocks
from pulumi.runtime.settings import get_root_resource
from pulumi.runtime.stack import Stack, run_pulumi_func

MAIN = Path(__file__).resolve().parents[2] / "__main__.py"
OWN_POOL = {"platformStack": "organization/email-platform/prod", "package": "host"}
PLATFORM = {
    "api_url": "https://api.example.com/live",
    "region": "eu-central-1",
    "bucket_names": {"templates": "t-bucket", "recipients": "r-bucket", "events": "e-bucket"},
}
_ANSWERS = {
    "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": "123456789012"},
    "aws:index/getPartition:getPartition": {"partition": "aws"},
    "aws:index/getRegion:getRegion": {"region": "eu-central-1"},
}


@dataclass
class Graph:
    resources: list[MockResourceArgs] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)

    def of(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the inputs of the resources of one type by logical name."""
        return {one.name: one.inputs for one in self.resources if one.typ == f"aws:{kind}"}

    def policies(self) -> dict[str, list[dict[str, Any]]]:
        """Return the statements of the roles' policies."""
        return {
            name: json.loads(inputs["policy"])["Statement"]
            for name, inputs in self.of("iam/rolePolicy:RolePolicy").items()
        }


class _Recorder(Mocks):
    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        self._graph.resources.append(args)
        if args.typ == "pulumi:pulumi:StackReference":
            return args.name, {"name": args.name, "outputs": PLATFORM, "secretOutputNames": []}
        service = args.typ.split(":")[1].split("/")[0]
        computed = {
            "arn": f"arn:aws:{service}:eu-central-1:123456789012:{args.name}",
            "name": args.name,
            "clientSecret": "a-secret",
            "keyId": f"{args.name}-key",
            "domainName": "d1.cloudfront.net",
            "bucketRegionalDomainName": f"{args.name}.s3.eu-central-1.amazonaws.com",
            "executionArn": "arn:aws:execute-api:eu-central-1:123456789012:abc",
            "invokeUrl": "https://abc.execute-api.eu-central-1.amazonaws.com/live",
        }
        return f"{args.name}-id", computed | args.inputs

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        return _ANSWERS[args.token], []


def run(config: dict[str, str], *, pages: Path | None = None) -> Graph:
    """Run the program and wait until every output is known.

    Args:
        config: of the stack.
        pages: stands for the folder of the built pages.
    """
    # Pulumi's runtime keeps its state in context variables, which start empty in a thread of its own.
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(lambda: asyncio.run(_run(config, _program(pages)))).result()


async def _run(config: dict[str, str], program: Callable[[], None]) -> Graph:
    graph = Graph()
    loop = asyncio.new_event_loop()
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1, "mocks", asyncio.set_event_loop, (loop,)))
    try:
        set_mocks(_Recorder(graph), project="message-centre", stack="test", preview=False)
        set_all_config({f"message-centre:{key}": value for key, value in config.items()})
        root = get_root_resource()
        assert isinstance(root, Stack)
        await run_pulumi_func(program)
        graph.outputs = await pulumi.Output.all(**root.outputs).future() or {}
    finally:
        loop.close()
    return graph


def _program(pages: Path | None) -> Callable[[], None]:
    from message_centre.infra import pages as of_pages

    def program() -> None:
        kept = of_pages.WEB
        of_pages.WEB = pages or kept
        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", ".*has been deprecated in favor of", DeprecationWarning)
                runpy.run_path(str(MAIN), run_name="__main__")
        finally:
            of_pages.WEB = kept

    return program
