"""Drives the Pulumi program by the true engine: its own state file, diffs, replacement, protection and secrets."""

import os
import runpy
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pulumi import automation
from pulumi.automation import events

from local.engine.provider import Account, serving

PROGRAM = Path(__file__).resolve().parents[2] / "__main__.py"
PROJECT = "email-platform"
UNCHANGED = "same"


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """What the engine did, or would do, to one resource.

    Attributes:
        operation: the engine's word, such as ``create``, ``update``, ``replace``, ``delete`` or ``same``.
        kind: resource type.
        name: logical name.
    """

    operation: str
    kind: str
    name: str


class Stack:
    """One stack of the program, whose state lies in a folder."""

    def __init__(self, stack: automation.Stack) -> None:
        self._stack = stack

    def configure(self, settings: Mapping[str, str], *, secrets: Mapping[str, str] | None = None) -> None:
        """Replace the configuration.

        Args:
            settings: values by key; a key without a namespace belongs to the project.
            secrets: the same for values that are encrypted.
        """
        if known := [*self._stack.get_all_config()]:
            self._stack.remove_all_config(known)
        values = {_key(key): automation.ConfigValue(value) for key, value in settings.items()}
        values |= {_key(key): automation.ConfigValue(value, secret=True) for key, value in (secrets or {}).items()}
        self._stack.set_all_config(values)

    def preview(self) -> list[Step]:
        """Return what `up` would do."""
        return self._steps(self._stack.preview)

    def up(self) -> list[Step]:
        """Bring the account to what the program declares.

        Raises:
            pulumi.automation.CommandError: a resource failed; what was made before is in the state.
        """
        return self._steps(self._stack.up)

    def destroy(self) -> list[Step]:
        """Remove every resource.

        Raises:
            pulumi.automation.CommandError: one of them is protected, or could not be removed.
        """
        return self._steps(self._stack.destroy)

    def outputs(self) -> dict[str, Any]:
        """Return what the program exports."""
        return {name: output.value for name, output in self._stack.outputs().items()}

    def state(self) -> dict[str, Any]:
        """Return the state as it lies in its file."""
        return dict(self._stack.export_stack().deployment or {})

    @staticmethod
    def _steps(operation: Callable[..., Any]) -> list[Step]:
        steps: list[Step] = []

        def note(event: events.EngineEvent) -> None:
            if event.resource_pre_event is not None:
                step = event.resource_pre_event.metadata
                steps.append(Step(step.op.value, step.type, step.urn.rpartition("::")[2]))

        operation(on_event=note)
        return sorted(steps)


@contextmanager
def opened(
    folder: Path, cli: Path, account: Account, *, name: str = "dev", program: Callable[[], None] | None = None
) -> Iterator[Stack]:
    """Open a stack, a new one in an empty folder.

    Args:
        folder: for the state; made when absent.
        cli: folder of ``bin/pulumi``, as `local.engine.build.build` returns it.
        account: where resources come to be.
        name: the stack's.
        program: declares resources; the platform's own when None.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with serving(account) as port:
        settings = automation.ProjectSettings(
            name=PROJECT, runtime="python", backend=automation.ProjectBackend(url=f"file://{folder}")
        )
        options = automation.LocalWorkspaceOptions(
            work_dir=str(folder),
            pulumi_command=automation.PulumiCommand(root=str(cli)),
            project_settings=settings,
            env_vars={
                "PULUMI_CONFIG_PASSPHRASE": "a passphrase of this machine",
                "PULUMI_DEBUG_PROVIDERS": f"aws:{port}",
                "PULUMI_HOME": str(folder / "home"),
                "PULUMI_SKIP_UPDATE_CHECK": "true",
                "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
                # The state is written once, at the end, also of an operation that failed; else after each resource.
                "PULUMI_SKIP_CHECKPOINTS": "true",
                "PULUMI_EXPERIMENTAL": "true",
                "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
                "PATH": os.environ.get("PATH", os.defpath),
            },
        )
        yield Stack(
            automation.create_or_select_stack(
                stack_name=name, project_name=PROJECT, program=program or _platform, opts=options
            )
        )


def _platform() -> None:
    folder = str(PROGRAM.parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)  # as Pulumi's own executor does
    with warnings.catch_warnings():
        # pulumi_aws warns about its own deprecated classes when one of its modules is first loaded.
        warnings.filterwarnings("ignore", ".*has been deprecated in favor of", DeprecationWarning)
        runpy.run_path(str(PROGRAM), run_name="__main__")


def _key(key: str) -> str:
    return key if ":" in key else f"{PROJECT}:{key}"
