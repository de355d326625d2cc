"""Runs the Pulumi program under Pulumi's mocks, with mocks that make each resource real."""

import asyncio
import runpy
import sys
import threading
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks, set_all_config, set_mocks
from pulumi.runtime.settings import get_root_resource
from pulumi.runtime.stack import Stack, run_pulumi_func

from local.deploy.resource import Context, DeploymentError, Kind, Resource
from local.deploy.table import KINDS, answer, apply

PROGRAM = Path(__file__).parents[2] / "__main__.py"
REGION = "us-east-1"

# How Pulumi wraps a secret on the wire (pulumi/sdk, resource/sig).
_KIND_OF_WRAPPING = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the name of the wrapping


@dataclass(frozen=True)
class Deployment:
    """What was deployed.

    Attributes:
        outputs: what the program exports, resolved.
        resources: every resource in the order in which it was made.
    """

    outputs: dict[str, Any]
    resources: tuple[Resource, ...]


def deploy(
    endpoint: str,
    config: Mapping[str, str],
    *,
    project: str = "email-platform",
    stack: str = "local",
    function_environment: Mapping[str, str] | None = None,
    program: Path | Callable[[], None] = PROGRAM,
    kinds: Mapping[str, Kind] = KINDS,
) -> Deployment:
    """Run the program; create what is not there yet and bring the rest to the wanted state.

    What an earlier run made and the program no longer declares stays. Relative paths of archives are from the
    working directory, as in Pulumi.

    Args:
        endpoint: URL that answers for every AWS service.
        config: the stack's settings; a key without a namespace belongs to the project.
        project: Pulumi's project name, part of many resources' names.
        stack: Pulumi's stack name, likewise.
        function_environment: added to each Lambda function's environment.
        program: a file, or a function that declares resources.
        kinds: the resource types that are known.

    Raises:
        DeploymentError: a resource failed; those after it were not made.
    """
    context = Context(endpoint, REGION, function_environment=function_environment or {})
    settings = {key if ":" in key else f"{project}:{key}": value for key, value in config.items()}
    mocks = _Materialiser(context, kinds)
    # Pulumi's runtime keeps its state in context variables, which start empty in a thread of its own.
    with ThreadPoolExecutor(1, "deploy") as executor:
        return executor.submit(_run_to_end, _run(mocks, settings, project, stack, program)).result()


def _run_to_end(run: Coroutine[Any, Any, Deployment]) -> Deployment:
    """Run it on a loop whose worker threads get event loops that are closed: Pulumi would leave its own open."""
    loops: list[asyncio.AbstractEventLoop] = []

    def give_loop() -> None:
        loops.append(asyncio.new_event_loop())
        asyncio.set_event_loop(loops[-1])

    async def main() -> Deployment:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(4, "pulumi", give_loop))
        return await run

    try:
        return asyncio.run(main())
    finally:
        for loop in loops:
            loop.close()


async def _run(
    mocks: "_Materialiser",
    settings: dict[str, str],
    project: str,
    stack: str,
    program: Path | Callable[[], None],
) -> Deployment:
    set_mocks(mocks, project=project, stack=stack, preview=False)
    set_all_config(settings)
    root = get_root_resource()
    assert isinstance(root, Stack)  # made by set_mocks
    try:
        await run_pulumi_func(program if callable(program) else lambda: _run_file(program))
    except Exception:
        # Pulumi reports a failed resource by errors of its own, in which ours may be buried.
        if mocks.failure is not None:
            raise mocks.failure from mocks.failure.__cause__
        raise
    outputs = await pulumi.Output.all(**root.outputs).future()
    return Deployment(outputs or {}, tuple(mocks.resources))


def _run_file(program: Path) -> None:
    folder = str(program.parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)  # as Pulumi's own executor does
    runpy.run_path(str(program), run_name="__main__")


class _Materialiser(Mocks):
    """Pulumi's mocks, called with resolved inputs after everything that a resource depends on was made."""

    def __init__(self, context: Context, kinds: Mapping[str, Kind]) -> None:
        self.context = context
        self._kinds = kinds
        self.resources: list[Resource] = []
        self.failure: DeploymentError | None = None
        self._one_at_a_time = threading.Lock()

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        if not args.custom:
            return None, args.inputs  # a component only groups others
        with self._one_at_a_time:
            if self.failure is not None:
                raise self.failure
            try:
                made = apply(self.context, args.typ, args.name, _plain(args.inputs), self._kinds)
            except DeploymentError as error:
                self.failure = error
                raise
            self.resources.append(made)
        archives = {key: value for key, value in args.inputs.items() if isinstance(value, pulumi.Archive)}
        return made.id, made.outputs | archives

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        return answer(self.context, args.token), []


def _plain(value: Any) -> Any:
    """Inputs without Pulumi's classes and wrappings, whole numbers as such (on the wire every number is a double)."""
    if isinstance(value, Mapping):
        if value.get(_KIND_OF_WRAPPING) == _SECRET:
            return _plain(value["value"])
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, pulumi.Asset | pulumi.Archive):
        return _plain_asset(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _plain_asset(value: pulumi.Asset | pulumi.Archive) -> dict[str, Any]:
    match value:
        case pulumi.AssetArchive():
            return {"assets": _plain(value.assets)}
        case pulumi.StringAsset():
            return {"text": value.text}
        case pulumi.FileAsset() | pulumi.FileArchive():
            return {"path": str(value.path)}
    raise DeploymentError(f"an asset of the kind {type(value).__name__} cannot be read here")
