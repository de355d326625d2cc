"""Runs the Pulumi program under mocks and keeps every resource that it registers, with resolved inputs."""

import asyncio
import runpy
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks, set_all_config, set_mocks
from pulumi.runtime.settings import get_root_resource
from pulumi.runtime.stack import Stack, run_pulumi_func

from tests.fakes.account import ANSWERS, arn_of, computed, name_of

MAIN = Path(__file__).resolve().parents[2] / "__main__.py"
CONFIG = {"senderDomain": "mail.example.com", "corsOrigins": '["https://app.example.com"]', "packagePlatform": "host"}


@dataclass(frozen=True)
class Registered:
    """One resource as the engine would see it."""

    type: str
    name: str
    inputs: dict[str, Any]

    @property
    def arn(self) -> str:
        return arn_of(self.type, name_of(self.name, self.inputs))


@dataclass
class Graph:
    """Everything that the program registered and exported."""

    resources: list[Registered] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)

    def of(self, kind: str) -> dict[str, Registered]:
        """Return the resources of one type, such as ``sqs/queue:Queue``, by logical name."""
        return {r.name: r for r in self.resources if r.type == f"aws:{kind}"}


class _Recorder(Mocks):
    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        resource = Registered(args.typ, args.name, args.inputs)
        self._graph.resources.append(resource)
        return f"{args.name}-id", {**computed(args.typ, name_of(args.name, args.inputs)), **args.inputs}

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        return ANSWERS[args.token], []


def run(config: dict[str, str], *, stack: str = "test") -> Graph:
    """Run the program and wait until every output is known."""
    # Pulumi's runtime keeps its state in context variables, which start empty in a thread of its own.
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(lambda: asyncio.run(_run(config, stack))).result()


async def _run(config: dict[str, str], stack: str) -> Graph:
    graph = Graph()
    # One thread for the mocks, with an event loop that is closed at the end: Pulumi would leave its own open.
    loop = asyncio.new_event_loop()
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1, "mocks", asyncio.set_event_loop, (loop,)))
    try:
        set_mocks(_Recorder(graph), project="email-platform", stack=stack, preview=False)
        set_all_config({f"email-platform:{key}": value for key, value in config.items()})
        root = get_root_resource()
        assert isinstance(root, Stack)
        await run_pulumi_func(_program)
        graph.outputs = await pulumi.Output.all(**root.outputs).future() or {}
    finally:
        loop.close()
    return graph


def _program() -> None:
    with warnings.catch_warnings():
        # pulumi_aws warns about its own deprecated classes when one of its modules is first loaded.
        warnings.filterwarnings("ignore", ".*has been deprecated in favor of", DeprecationWarning)
        runpy.run_path(str(MAIN), run_name="__main__")
