"""The whole local stack: embedded AWS, the Pulumi program on it, the local SES; started and stopped in order."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from local.deploy.program import REGION, Deployment, deploy
from local.deploy.resource import Context
from local.emulator import HOST, Emulator
from local.opensearch.server import OpenSearchServer

_START_SECONDS = 30.0
_STOP_SECONDS = 10.0

SQLITE = "sqlite"
OPENSEARCH = "opensearch"

NOTIFICATIONS = "notifications"
FIREHOSE = "firehose"

MOCKS = "mocks"
PULUMI = "pulumi"


class LocalStackError(RuntimeError):
    """A part of the local stack did not start; the message says which and where its log is."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a local stack is set up.

    Attributes:
        folder: where everything is kept; the same folder resumes the stack.
        enforce_iam: refuse calls that no policy permits, as AWS does.
        settle_seconds: how long SES's events are awaited for a message whose answer was lost.
        max_send_rate: mails a second that the local SES takes.
        sender_domain: domain that mail is sent from.
        bulk_messages: messages that a campaign hands over in one call.
        engine: what deploys the program: ``mocks``, which make each resource, or ``pulumi``, the true engine.
        event_delivery: how SES's events arrive, ``notifications`` or ``firehose``.
        event_buffer_seconds: for which a delivery stream gathers them.
        cors_origins: origins whose pages may upload to the buckets.
        api_callers: scopes of roles and users that may call the API by signed requests, by their ARN.
        analytics: where statistics are kept: ``sqlite``, ``opensearch`` (one is started) or the URL of an OpenSearch.
    """

    folder: Path
    enforce_iam: bool = True
    settle_seconds: int = 20
    max_send_rate: int = 500
    bulk_messages: int = 1
    sender_domain: str = "news.example.com"
    analytics: str = SQLITE
    engine: str = MOCKS
    event_delivery: str = NOTIFICATIONS
    event_buffer_seconds: int = 2
    cors_origins: tuple[str, ...] = ()
    api_callers: Mapping[str, Sequence[str]] = field(default_factory=dict)


class LocalStack:
    """The stack, as a context manager."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.emulator = Emulator(options.folder / "aws", enforce_iam=options.enforce_iam)
        self._ses: subprocess.Popen[bytes] | None = None
        self._ses_port = 0
        own = options.analytics == OPENSEARCH
        self.opensearch = OpenSearchServer(options.folder / "opensearch") if own else None
        self._deployment: Deployment | None = None

    @property
    def outputs(self) -> dict[str, Any]:
        """What the Pulumi program exports."""
        if self._deployment is None:
            raise LocalStackError("the stack was not deployed")
        return self._deployment.outputs

    @property
    def api_url(self) -> str:
        """Where the Email API answers, without a slash at the end."""
        return str(self.outputs["api_url"]).rstrip("/")

    @property
    def inbox_url(self) -> str:
        """Where the local SES shows the mails."""
        return f"http://{HOST}:{self._ses_port}"

    @property
    def analytics_url(self) -> str:
        """Where the functions keep statistics."""
        if self.opensearch is not None:
            return self.opensearch.url
        if self.options.analytics == SQLITE:
            return f"sqlite:///{self.options.folder.absolute()}/analytics.db"
        return self.options.analytics

    def __enter__(self) -> Self:
        try:
            if self.opensearch is not None:
                self.opensearch.start()
            self.emulator.start()
            self._ses_port = kept_port(self.options.folder / "ses-port")
            self._deploy()
            self._start_ses()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop SES, then the embedded AWS, which saves its state, then OpenSearch."""
        process, self._ses = self._ses, None
        if process is not None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_STOP_SECONDS)
            process.kill()
            process.wait()
            if process.stdin is not None:
                process.stdin.close()
        self.emulator.stop()
        if self.opensearch is not None:
            self.opensearch.stop()

    def issue_api_key(self, name: str, scopes: list[str]) -> str:
        """Make an API key as an administrator does, by invoking the function that IAM guards."""
        answer = self.emulator.client("lambda").invoke(
            FunctionName=self.outputs["function_names"]["issue_api_key"],
            Payload=json.dumps({"name": name, "scopes": scopes}).encode(),
        )
        payload = json.loads(answer["Payload"].read())
        if "token" not in payload:
            raise LocalStackError(f"issue_api_key answered {payload}")
        return str(payload["token"])

    def _deploy(self) -> None:
        """Deploy; once more when the API's address is new, since unsubscribe links hold it.

        On AWS the address follows from the API's id alone; here it is known when the stage exists.
        """
        known, by_engine = self.options.folder / "api-url", self.options.engine == PULUMI
        for _ in range(2):
            before = known.read_text() if known.exists() else None
            config = self._config() | ({"publicBaseUrl": before} if before else {})
            self._deployment = self._deploy_by_engine(config) if by_engine else self._deploy_by_mocks(config)
            if self.api_url == before:
                return
            known.write_text(self.api_url)

    def _deploy_by_mocks(self, config: dict[str, str]) -> Deployment:
        return deploy(self.emulator.endpoint, config, function_environment=self._function_environment())

    def _deploy_by_engine(self, config: dict[str, str]) -> Deployment:
        from local.engine.build import build
        from local.engine.emulated import EmulatedAccount
        from local.engine.engine import opened

        account = EmulatedAccount(Context(self.emulator.endpoint, REGION, self._function_environment()))
        with opened(self.options.folder.absolute() / "pulumi", build(), account, name="local") as stack:
            stack.configure({"aws:region": REGION, **config})
            stack.up()
            return Deployment(stack.outputs(), ())

    def _function_environment(self) -> dict[str, str]:
        return {"AWS_ENDPOINT_URL_SESV2": self.inbox_url}

    def _config(self) -> dict[str, str]:
        return {
            "senderDomain": self.options.sender_domain,
            "protectData": "false",
            "packagePlatform": "host",
            "openSearch": "false",
            "analyticsUrl": self.analytics_url,
            "eventDelivery": self.options.event_delivery,
            "eventBufferSeconds": str(self.options.event_buffer_seconds),
            "settleSeconds": str(self.options.settle_seconds),
            "sendConcurrency": "4",
            "bulkMessages": str(self.options.bulk_messages),
            "createConcurrency": "4",
            "checkConcurrency": "4",
            "webhookNetworks": json.dumps(["127.0.0.0/8"]),
            "corsOrigins": json.dumps(self.options.cors_origins),
            "apiCallers": json.dumps(self.options.api_callers),
        }

    def _event_destination(self) -> list[str]:
        """Tell the local SES where events go: on AWS the configuration set says so."""
        outputs = self.outputs
        if self.options.event_delivery != FIREHOSE:
            return ["--sns-topic-arn", outputs["ses_topic_arn"]]
        return [
            *("--firehose-arn", outputs["ses_stream_arn"]),
            *("--firehose-role-arn", outputs["ses_stream_publisher_arn"]),
            *("--firehose-configuration-set", outputs["configuration_set"]),
        ]

    def _start_ses(self) -> None:
        folder = self.options.folder / "ses"
        folder.mkdir(parents=True, exist_ok=True)
        port_file = folder / "port"
        port_file.unlink(missing_ok=True)
        command = [sys.executable, "-m", "local.ses", "--data", str(folder), "--port", str(self._ses_port)]
        command += ["--with-parent"]
        command += ["--port-file", str(port_file), "--aws-endpoint", self.emulator.endpoint]
        command += ["--max-send-rate", str(self.options.max_send_rate), *self._event_destination()]
        with (folder / "ses.log").open("ab") as log:
            self._ses = subprocess.Popen(
                command,
                cwd=Path(__file__).parents[1],
                env={**os.environ, **self.emulator.environment},
                stdin=subprocess.PIPE,  # closed when this process is gone, however that happened; SES ends then
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + _START_SECONDS
        while not port_file.exists():
            if self._ses.poll() is not None or time.monotonic() > deadline:
                raise LocalStackError(f"the local SES did not start; see {folder / 'ses.log'}")
            time.sleep(0.05)


def kept_port(file: Path) -> int:
    """Return the port of the last run if it is free, so that links in kept mails go on working, else a free one."""
    wanted = int(file.read_text()) if file.exists() else 0
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            chosen = int(probe.getsockname()[1])
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(str(chosen))
            return chosen
    raise LocalStackError("no port is free")
