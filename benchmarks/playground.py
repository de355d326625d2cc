"""An embedded AWS with the platform's tables and a local SES, without the deployment: what sending itself needs."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.store.schema import Key, table_schemas
from local.emulator import Emulator

_START_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Playground:
    """What a process needs in its environment, and where the local SES keeps its record.

    Attributes:
        environment: endpoints, credentials and names of tables.
        ses_record: SQLite file of the local SES.
    """

    environment: dict[str, str]
    ses_record: Path


@contextmanager
def playground(folder: Path, *, per_second: float) -> Iterator[Playground]:
    """Start both, make the tables; stop them afterwards.

    Args:
        folder: keeps everything.
        per_second: mails a second that the local SES takes.
    """
    with Emulator(folder / "aws", enforce_iam=False) as aws:
        dynamodb = aws.client("dynamodb")
        for name, schema in table_schemas().items():
            keys = [(schema.hash_key, "HASH"), *([(schema.range_key, "RANGE")] if schema.range_key else [])]
            indexes = [
                {
                    "IndexName": index.name,
                    "KeySchema": _keys([(index.hash_key, "HASH"), (index.range_key, "RANGE")]),
                    "Projection": {"ProjectionType": "ALL"},
                }
                for index in schema.indexes
            ]
            used = [key for key, _ in keys]
            used += [key for index in schema.indexes for key in (index.hash_key, index.range_key) if key]
            dynamodb.create_table(
                TableName=name,
                KeySchema=_keys(keys),
                AttributeDefinitions=[{"AttributeName": key.name, "AttributeType": key.type} for key in set(used)],
                BillingMode="PAY_PER_REQUEST",
                **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
            )
        topic = aws.client("sns").create_topic(Name="ses-events")["TopicArn"]
        with _local_ses(folder / "ses", topic, aws, per_second) as url:
            tables = {f"TABLE_{name.upper()}": name for name in table_schemas()}
            yield Playground(
                {**aws.environment, **tables, "AWS_ENDPOINT_URL_SESV2": url}, folder / "ses" / "ses.sqlite3"
            )


def _keys(keys: list[tuple[Any, str]]) -> list[dict[str, str]]:
    return [{"AttributeName": key.name, "KeyType": kind} for key, kind in keys if isinstance(key, Key)]


@contextmanager
def _local_ses(folder: Path, topic: str, aws: Emulator, per_second: float) -> Iterator[str]:
    folder.mkdir(parents=True)
    port = folder / "served"
    options = {"--data": folder, "--port-file": port, "--sns-topic-arn": topic, "--aws-endpoint": aws.endpoint}
    options |= {"--max-send-rate": per_second, "--max-24h": -1, "--delivery-delay": 86_400}
    command = [sys.executable, "-m", "local.ses", "--with-parent"]
    command += [str(word) for option in options.items() for word in option]
    with (folder / "ses.log").open("ab") as log:
        process = subprocess.Popen(
            command, env={**os.environ, **aws.environment}, stdin=subprocess.PIPE, stdout=log, stderr=log
        )
        try:
            until = time.monotonic() + _START_SECONDS
            while not port.exists():
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"the local SES did not start: {(folder / 'ses.log').read_text()}")
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port.read_text()}"
        finally:
            process.terminate()
            process.wait()
            if process.stdin:
                process.stdin.close()
