"""The local stack: ``python -m local run`` starts it with a sample campaign; the other commands use the running one."""

import argparse
import contextlib
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3

from infra.config import StackConfigError
from local.client import ApiClient
from local.deploy.resource import DeploymentError
from local.executions import run_to_the_end
from local.published import reference
from local.sample import account, run
from local.stack import FIREHOSE, MOCKS, NOTIFICATIONS, OPENSEARCH, PULUMI, SQLITE, LocalStack, Options

FOLDER = Path(__file__).parents[1] / ".local"
_STATE = FOLDER / "stack.json"
DESCRIPTION = FOLDER.parent / "chalice_app" / "chalicelib" / "entrypoints" / "http" / "openapi.json"
_SCOPES = ["read", "write", "send"]
_REBUILD_SECONDS = 3_600


def main() -> int:
    """Run the command of the command line."""
    parser = argparse.ArgumentParser(prog="python -m local", description="The platform on this machine.")
    commands = parser.add_subparsers(required=True, dest="command")
    running = commands.add_parser("run", help="start the stack, run the sample campaign, keep serving")
    running.add_argument("--fresh", action="store_true", help="forget what earlier runs left")
    running.add_argument("--exit", action="store_true", help="stop after the sample's account")
    running.add_argument(
        "--analytics",
        default=os.environ.get("OPENSEARCH_URL") or SQLITE,
        help=f"{SQLITE}, {OPENSEARCH} (started here) or the URL of an OpenSearch (or OPENSEARCH_URL)",
    )
    running.add_argument(
        "--engine",
        default=MOCKS,
        choices=(MOCKS, PULUMI),
        help="what deploys the program: mocks or Pulumi's own engine",
    )
    running.add_argument(
        "--event-delivery",
        default=NOTIFICATIONS,
        choices=(NOTIFICATIONS, FIREHOSE),
        help="how SES's events arrive: by topic and queue, or gathered by a delivery stream",
    )
    developing = commands.add_parser("dev", help="chalice local against the running stack")
    developing.add_argument("--port", type=int, default=8000)
    rebuilding = commands.add_parser("reindex", help="build the running stack's statistics anew")
    rebuilding.add_argument("--cancel", action="store_true", help="give up what is being built")
    arguments = parser.parse_args()
    if arguments.command == "reindex":
        return _reindex(cancel=arguments.cancel)
    if arguments.command == "dev":
        return _dev(arguments.port)
    options = Options(
        FOLDER,
        analytics=arguments.analytics,
        engine=arguments.engine,
        event_delivery=arguments.event_delivery,
    )
    return _run(options, fresh=arguments.fresh, leave=arguments.exit)


def _run(options: Options, *, fresh: bool, leave: bool) -> int:
    def end(*_: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    if fresh:
        shutil.rmtree(FOLDER, ignore_errors=True)
    print("starting the local stack ..." if not FOLDER.exists() else "resuming the local stack ...", flush=True)
    centre = _message_centre()
    options = replace(options, cors_origins=(centre.origin(FOLDER),) if centre else ())
    try:
        with LocalStack(options) as stack, contextlib.ExitStack() as beside:
            key = stack.issue_api_key("local", _SCOPES)
            _STATE.write_text(json.dumps({"environment": stack.emulator.environment, "outputs": stack.outputs}))
            outcome = run(ApiClient(stack.api_url, key), stack.inbox_url)
            print()
            for name, value in account(outcome):
                print(f"  {name:<28}{value}")
            print(f"\n  API      {stack.api_url}\n  key      {key}\n  inbox    {stack.inbox_url}")
            print(f"  numbers  {stack.analytics_url}")
            print(f"  read     {_reference()}")
            if centre:
                for line in centre.lines(beside.enter_context(centre.LocalCentre(stack, *options.cors_origins))):
                    print(f"  {line}")
            print(f'\n  curl -H "Authorization: Bearer {key}" {stack.api_url}/v1/campaigns', flush=True)
            if not leave:
                print("\nCtrl-C ends it; the next `make run` resumes what is kept in .local.", flush=True)
                threading.Event().wait()
    except KeyboardInterrupt:
        print("\nstopped; its state is kept in .local", flush=True)
    # A part did not start, or the sample did not come to its end.
    except (RuntimeError, TimeoutError, DeploymentError, StackConfigError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    finally:
        _STATE.unlink(missing_ok=True)
    return 0


def _message_centre() -> Any:
    """Return what starts the Message Centre; None: its folder is not here, and nothing else misses it."""
    here = (FOLDER.parent / "message_centre" / "local").is_dir()
    return importlib.import_module("message_centre.local.centre") if here else None


def _running() -> dict[str, Any] | None:
    """Return what the running stack wrote down; None, and say so, when none is running."""
    if not _STATE.exists():
        print("the local stack is not running: start it with `make run` in another terminal", file=sys.stderr)
        return None
    state: dict[str, Any] = json.loads(_STATE.read_text())
    return state


def _reindex(*, cancel: bool) -> int:
    """Run the workflow that builds statistics anew, as an operator does on AWS."""
    state = _running()
    if state is None:
        return 1
    os.environ.update(state["environment"])
    arn = state["outputs"]["state_machine_arns"]["rebuild_statistics"]
    print("giving up what is being built ..." if cancel else "building the statistics anew ...", flush=True)
    ended = run_to_the_end(boto3.client("stepfunctions"), arn, {"cancel": cancel}, seconds=_REBUILD_SECONDS)
    if ended["status"] != "SUCCEEDED":
        print(f"{ended['status']}: {ended.get('error')}; what was in force still is", file=sys.stderr)
        return 1
    output = json.loads(ended["output"])
    if not cancel:
        print(f"  messages                    {sum(lane['counted']['messages'] for lane in output['filled']):,}")
        print(f"  events only in the archive  {sum(lane['counted']['events'] for lane in output['completed']):,}")
        print(f"  campaigns compared          {output['compared']['campaigns']:,}")
        print(f"  of them with other totals   {output['compared']['differing']:,}")
    print("done", flush=True)
    return 0


def _reference() -> str:
    """Serve the page to read the API in; return its address, or why there is none."""
    try:
        page = reference.build(json.loads(DESCRIPTION.read_text(encoding="utf-8")), FOLDER / "reference")
    except reference.ReferencePageError as error:
        return str(error)
    return reference.serve(page.parent)


def _dev(port: int) -> int:
    """Serve the API by ``chalice local``.

    It runs authorizer, API and unsubscribe page in one process, so no role fits: it has the administrator's rights.
    """
    state = _running()
    if state is None:
        return 1
    environments = [state["outputs"]["api_environment"], *state["outputs"]["route_environments"].values()]
    environment = {
        **os.environ,
        **state["environment"],
        **{key: value for one in environments for key, value in one.items()},
        "TABLE_API_KEYS": state["outputs"]["table_names"]["api_keys"],
    }
    command = [str(Path(sys.executable).with_name("chalice")), "local", "--host", "127.0.0.1", "--port", str(port)]
    return subprocess.call(command, cwd=FOLDER.parent / "chalice_app", env=environment)


if __name__ == "__main__":
    sys.exit(main())
