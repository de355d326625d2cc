"""What Amazon Data Firehose does and the emulator does not: records gathered, packed, written with the stream's role.

The emulator writes an object for each record at once, unpacked and with rights of its own. This is loaded into its
process.
"""

import base64
import gzip
import json
import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

KEPT = "gathered.json"
"""File in the emulator's folder with what was gathered and not written when it stopped."""

_MEGABYTE = 1024 * 1024
_LOOK_SECONDS = 0.1
_AGAIN_SECONDS = 1.0
_SESSION = "firehose"
_CONFIG = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})

_log = logging.getLogger(__name__)


@dataclass
class Gathered:
    """The records of a stream that are not written yet.

    Attributes:
        stream: its name.
        destination: the S3 destination as the API of Firehose describes it.
        due: when they are written at the latest, by the clock of the `Gathering`.
        size: bytes of all of them.
    """

    stream: str
    destination: Mapping[str, Any]
    due: float
    records: list[bytes] = field(default_factory=list)
    size: int = 0

    @property
    def is_full(self) -> bool:
        """Whether they are written before their time is over."""
        return self.size >= int(self.destination["BufferingHints"]["SizeInMBs"]) * _MEGABYTE

    def body(self) -> bytes:
        """Return the object: the records with what the stream puts behind each, packed as it says."""
        behind = _delimiter(self.destination)
        whole = b"".join(record + behind for record in self.records)
        return gzip.compress(whole) if self.destination.get("CompressionFormat") == "GZIP" else whole

    def key(self, now: time.struct_time, unique: str) -> str:
        """Return the object's key, as Firehose makes it where the prefix has no expression of its own."""
        stamp = time.strftime("%Y-%m-%d-%H-%M-%S", now)
        folder = f"{self.destination.get('Prefix', '')}{time.strftime('%Y/%m/%d/%H/', now)}"
        return f"{folder}{self.stream}-1-{stamp}-{unique}{self.destination.get('FileExtension', '')}"


class Gathering:
    """The records of all streams.

    Args:
        clock: seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._open: dict[str, Gathered] = {}
        self._full: list[Gathered] = []

    def add(self, stream: str, destination: Mapping[str, Any], record: bytes) -> None:
        """Take a record."""
        with self._lock:
            gathered = self._open.get(stream)
            if gathered is None:
                until = self._clock() + int(destination["BufferingHints"]["IntervalInSeconds"])
                gathered = self._open[stream] = Gathered(stream, destination, until)
            gathered.records.append(record)
            gathered.size += len(record)
            if gathered.is_full:
                self._full.append(self._open.pop(stream))

    def due(self) -> list[Gathered]:
        """Hand out what is full or whose time is over."""
        with self._lock:
            now = self._clock()
            over = [stream for stream, gathered in self._open.items() if gathered.due <= now]
            found, self._full = self._full + [self._open.pop(stream) for stream in over], []
            return found

    def put_back(self, gathered: Gathered) -> None:
        """Take what could not be written; it is due again in a while."""
        with self._lock:
            gathered.due = self._clock() + _AGAIN_SECONDS
            self._open[f"{gathered.stream} {uuid.uuid4()}"] = gathered

    def keep(self, file: Path) -> None:
        """Write everything to a file, from which `resume` takes it."""
        with self._lock:
            kept = [
                {
                    "stream": gathered.stream,
                    "destination": gathered.destination,
                    "records": [base64.b64encode(record).decode() for record in gathered.records],
                }
                for gathered in [*self._full, *self._open.values()]
            ]
        file.write_text(json.dumps(kept), encoding="utf-8")

    def resume(self, file: Path) -> None:
        """Take what an earlier process kept, once."""
        if not file.exists():
            return
        for one in json.loads(file.read_text(encoding="utf-8")):
            for record in one["records"]:
                self.add(one["stream"], one["destination"], base64.b64decode(record))
        file.unlink()


class Delivery:
    """Writes objects as Firehose does: with the role of the destination.

    Args:
        endpoint: URL of AWS; credentials of the account's root come from the environment.
        region: of the streams.
        account: its number, which Firehose tells as the external id when it takes on a role.
    """

    def __init__(self, gathering: Gathering, *, endpoint: str, region: str, account: str) -> None:
        self._gathering = gathering
        self._where = {"endpoint_url": endpoint, "region_name": region, "config": _CONFIG}
        self._account = account

    def start(self) -> None:
        """Look after the streams in a thread of its own."""
        threading.Thread(target=self._run, name="delivery-streams", daemon=True).start()

    def _run(self) -> None:
        while True:
            time.sleep(_LOOK_SECONDS)
            for gathered in self._gathering.due():
                try:
                    self._write(gathered)
                except Exception:  # noqa: BLE001 - whatever it is, Firehose tries again, for 24 hours
                    _log.exception("delivery stream %s does not write", gathered.stream)
                    self._gathering.put_back(gathered)

    def _write(self, gathered: Gathered) -> None:
        make: Any = boto3.client  # its stubs know a service by a literal name only
        session = make("sts", **self._where).assume_role(
            RoleArn=gathered.destination["RoleARN"], RoleSessionName=_SESSION, ExternalId=self._account
        )["Credentials"]
        s3 = make(
            "s3",
            aws_access_key_id=session["AccessKeyId"],
            aws_secret_access_key=session["SecretAccessKey"],
            aws_session_token=session["SessionToken"],
            **self._where,
        )
        bucket = gathered.destination["BucketARN"].rpartition(":")[2]
        s3.put_object(Bucket=bucket, Key=gathered.key(time.gmtime(), str(uuid.uuid4())), Body=gathered.body())


def _delimiter(destination: Mapping[str, Any]) -> bytes:
    processing = destination.get("ProcessingConfiguration", {})
    for processor in processing.get("Processors", []) if processing.get("Enabled") else []:
        if processor["Type"] == "AppendDelimiterToRecord":
            parameters = {one["ParameterName"]: one["ParameterValue"] for one in processor.get("Parameters", [])}
            return str(parameters.get("Delimiter", r"\n")).replace(r"\n", "\n").encode()
    return b""
