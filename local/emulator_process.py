"""The emulator's own process: `python -P emulator_process.py`, started by `local.emulator` only.

It ends with its parent, however that one dies: the parent holds the other end of standard input, so the end of input
means that nobody needs the emulator any more. (A pipe works on every system and from every thread; Linux's
PR_SET_PDEATHSIG follows the thread that forked, which may end long before the program does.)
"""

import hashlib
import inspect
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
import zipfile
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

GRACE_SECONDS = 20.0  # to write the state of all services


def error_type(message: str, log: str) -> str:
    """The name that AWS gives to a failed invocation of a Python function: its exception's class.

    Args:
        message: the exception's text, or what the emulator says of a worker that died.
        log: the invocation's log; a traceback, when there is one, ends it.
    """
    if "Traceback (most recent call last)" not in log:
        return "Runtime.ExitError"
    last_line = log.rstrip().removesuffix(message.rstrip()).rstrip().splitlines()[-1]
    return last_line.removesuffix(":").rpartition(".")[2]


def _name_exceptions() -> None:
    """The emulator calls every failure of a function Runtime.HandlerError; workflows match on the true names."""
    from ministack.services import lambda_svc

    execute = lambda_svc._execute_function_warm  # noqa: SLF001  the only place that sees the traceback

    def named(*args: Any, **kwargs: Any) -> dict[str, Any]:
        result: dict[str, Any] = execute(*args, **kwargs)
        body = result.get("body")
        if result.get("error") and isinstance(body, dict) and body.get("errorType") == "Runtime.HandlerError":
            body["errorType"] = error_type(body["errorMessage"], result.get("log", ""))
        return result

    lambda_svc._execute_function_warm = named  # noqa: SLF001  as above


def _forget_stream_positions() -> None:
    """The emulator keeps how far a stream was read, but not the stream: after a restart it would wait for ever."""
    from ministack.services import lambda_svc

    restore = lambda_svc._restore_esm_positions  # noqa: SLF001  the only place that tells streams from queues

    def restored(positions: Any, data: Any) -> None:
        if positions is not lambda_svc._dynamodb_stream_positions:  # noqa: SLF001  as above
            restore(positions, data)

    lambda_svc._restore_esm_positions = restored  # noqa: SLF001  as above


def _read_concurrency_paths() -> None:
    """The emulator knows no MaxConcurrencyPath: it would start up to 64 workers of a Distributed Map at once."""
    from ministack.services import stepfunctions

    run = stepfunctions._run_distributed_map  # noqa: SLF001  the only place that knows the state and its input

    def limited(state: dict[str, Any], raw_input: Any, effective: Any, *rest: Any) -> Any:
        if path := state.get("MaxConcurrencyPath"):
            most = stepfunctions._resolve_path(path, effective)  # noqa: SLF001  as above
            state = {**state, "MaxConcurrency": most}
        return run(state, raw_input, effective, *rest)

    stepfunctions._run_distributed_map = limited  # noqa: SLF001  as above


def statement_checks(body: bytes) -> list[tuple[str, str]]:
    """The permission that each statement of a BatchExecuteStatement needs, and the table that it names.

    Source: Amazon DynamoDB Developer Guide, "IAM security policies with PartiQL for DynamoDB".
    """
    checks = []
    for statement in json.loads(body)["Statements"]:
        verb, _, rest = statement["Statement"].partition(" ")
        named = re.search(r'"([^"]+)"', rest)
        checks.append((f"dynamodb:PartiQL{verb.capitalize()}", named[1] if named else "*"))
    return checks


def _permit_statements() -> None:
    """The emulator asks for a permission that AWS does not know; AWS asks for one a statement, on its table."""
    from ministack.core import iam_actions

    checks_of = iam_actions.dynamodb_transaction_checks

    def checks(iam_action: str, body: bytes, region: str, account_id: str) -> list[tuple[str, str]]:
        if iam_action != "dynamodb:BatchExecuteStatement":
            return list(checks_of(iam_action, body, region, account_id))
        prefix = f"arn:aws:dynamodb:{region}:{account_id}:table/"
        return [(action, f"{prefix}{table}") for action, table in statement_checks(body)]

    iam_actions.dynamodb_transaction_checks = checks


CALLS = "calls.jsonl"
"""File in the emulator's folder with each permission that was asked for: principal, action, table or none, how often.

New permissions are in it at once, numbers after a second.
"""


def _record_permissions() -> None:
    """The emulator forgets whom it asked about what; tests compare that with what is granted."""
    from ministack.core import iam_evaluator

    evaluate = iam_evaluator.evaluate
    counts: Counter[tuple[str, str, str]] = Counter()
    writing = threading.Lock()

    def write() -> None:
        with writing:
            lines = [json.dumps([*asked, count]) for asked, count in sorted(counts.copy().items())]
            unfinished = Path(f"{CALLS}.unfinished")
            unfinished.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            unfinished.replace(CALLS)

    def recorded(ctx: Any, *rest: Any) -> Any:
        # Other resources than tables have endless names: objects, executions.
        asked = (ctx.principal_arn, ctx.action, ctx.resource_arn if ctx.action.startswith("dynamodb:") else "")
        counts[asked] += 1
        if counts[asked] == 1:
            write()
        return evaluate(ctx, *rest)

    def keep_writing() -> None:
        written = 0
        while True:
            time.sleep(1)
            if (total := counts.total()) != written:
                write()
                written = total

    threading.Thread(target=keep_writing, daemon=True).start()
    iam_evaluator.evaluate = recorded


def _gather_streams() -> None:
    """The emulator's delivery streams write each record at once; see `local.delivery_streams`."""
    sys.path.append(str(Path(__file__).resolve().parents[1]))
    from ministack import app
    from ministack.services import firehose

    from local.delivery_streams import KEPT, Delivery, Gathering

    gathering, kept, save_all = Gathering(), Path(KEPT).resolve(), app.save_all

    def gather(stream: dict[str, Any], destination: dict[str, Any], records: list[tuple[str, bytes]]) -> None:
        destination["records"].clear()  # the emulator would keep them for ever
        for _, data in records:
            gathering.add(stream["name"], destination["config"], data)

    def save(services: dict[str, Any]) -> None:
        save_all(services)
        gathering.keep(kept)

    firehose._deliver_records_to_s3 = gather  # noqa: SLF001  the only place through which every record goes
    app.save_all = save
    gathering.resume(kept)
    Delivery(
        gathering,
        endpoint=f"http://{os.environ['BIND_HOST']}:{os.environ['GATEWAY_PORT']}",
        region=os.environ["MINISTACK_REGION"],
        account=os.environ["MINISTACK_ACCOUNT_ID"],
    ).start()


_ON_BEHALF = {"ses": "arn:aws:ses:{region}:{account}:configuration-set/{name}"}
"""Of which resources AWS's services take on roles."""


def _say_on_whose_behalf() -> None:
    """AWS's services take on roles on behalf of a resource; here they come as root and say in the session of which."""
    from ministack.core import iam_evaluator

    evaluate = iam_evaluator.evaluate_trust_policy

    def evaluated(document: Any, caller: str, context: Any = None) -> bool:
        if context is not None:
            service, _, name = str(context.service_context.get("sts:rolesessionname") or "").partition("@")
            if service in _ON_BEHALF:
                account = context.principal_account
                arn = _ON_BEHALF[service].format(region=context.region, account=account, name=name)
                context.service_context.update({"aws:sourceaccount": account, "aws:sourcearn": arn})
        return bool(evaluate(document, caller, context))

    iam_evaluator.evaluate_trust_policy = evaluated


class SharedArchive(zipfile.ZipFile):
    """A function's zip, which all of its processes run from one folder, as they may not write to it in AWS either."""

    _unpacking = threading.Lock()

    def extractall(self, path: Any = None, *rest: Any) -> None:
        """Put a link to the one folder in the place of an empty one."""
        digest = hashlib.sha256()
        for member in self.infolist():
            digest.update(f"{member.filename}\n{member.CRC}\n".encode())
        shared = Path(tempfile.gettempdir(), f"unpacked-{digest.hexdigest()}")
        with self._unpacking:
            if not shared.is_dir():
                unfinished = shared.with_suffix(".unfinished")
                shutil.rmtree(unfinished, ignore_errors=True)
                super().extractall(unfinished, *rest)
                unfinished.rename(shared)
        Path(path).rmdir()
        Path(path).symlink_to(shared)


def _unpack_once() -> None:
    """The emulator unpacks a function's zip again for each process that runs it."""
    from ministack.core import lambda_runtime

    lambda_runtime.zipfile = SimpleNamespace(ZipFile=SharedArchive, BadZipFile=zipfile.BadZipFile)


def _keep_groups() -> None:
    """The emulator names a user's groups at sign-in only; Cognito does in every token of the user."""
    from ministack.services import cognito

    write = cognito._fake_token  # noqa: SLF001  the only place that every token comes from
    parameters = inspect.signature(write)

    def written(*args: Any, **kwargs: Any) -> str:
        call = parameters.bind(*args, **kwargs)
        if not call.arguments.get("groups"):
            pool = cognito._get_pool_unscoped(call.arguments["pool_id"]) or {}  # noqa: SLF001  there is no other
            user = pool.get("_users", {}).get(call.arguments.get("username"), {})
            call.arguments["groups"] = user.get("_groups", [])
        return str(write(*call.args, **call.kwargs))

    cognito._fake_token = written  # noqa: SLF001  as above


def _follow_parent() -> None:
    os.read(sys.stdin.fileno(), 1)  # unbuffered: a buffer's lock would be held when the interpreter ends
    os.kill(os.getpid(), signal.SIGTERM)  # an orderly stop: the state is saved
    kill = threading.Timer(GRACE_SECONDS, os.killpg, (os.getpgrp(), signal.SIGKILL))
    kill.daemon = True
    kill.start()


if __name__ == "__main__":
    from ministack.app import main

    _name_exceptions()
    _forget_stream_positions()
    _read_concurrency_paths()
    _permit_statements()
    _record_permissions()
    _gather_streams()
    _say_on_whose_behalf()
    _keep_groups()
    _unpack_once()
    threading.Thread(target=_follow_parent, daemon=True).start()
    main()
