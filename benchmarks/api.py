"""What the API adds to bare Chalice, what a function imports when it starts, and how large the zip is.

First in one process, then over HTTP on the local stack, as a caller sees it (`http_calls`).

Calls are made in one process, in turns, as API Gateway makes them. DynamoDB answers at once with what it answered the
first time; botocore writes, signs and reads each call as ever. So the times are the API's own and its SDK's.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Final

from benchmarks import http_calls, replay
from infra.function_specs import FUNCTIONS
from infra.package import build

_TARGET_RATIO: Final = 2.0
_TARGET_IMPORTS: Final = 1.5
_TARGET_ZIP_BYTES: Final = 15 << 20
_OWN: Final = ("chalicelib", "app", "benchmarks")


def main() -> None:
    """Print times, imports and sizes beside their targets."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.api", description=__doc__)
    parser.add_argument("--calls", type=int, default=1000, help="of each operation")
    parser.add_argument("--http-calls", type=int, default=300, help="of each operation over HTTP; 0: none")
    parser.add_argument("--turns", type=int, default=5, help="the median import of so many processes is shown")
    arguments = parser.parse_args()
    _latencies(arguments.calls)
    if arguments.http_calls:
        http_calls.report(http_calls.measure(arguments.http_calls))
        print(f"  target: p50 at most {_TARGET_RATIO} x bare Chalice behind the same gateway and authorizer")
    _imports(arguments.turns)
    size = build("host").stat().st_size
    print(f"zip of all functions: {size / (1 << 20):.1f} MiB (target: at most {_TARGET_ZIP_BYTES >> 20} MiB)")


def _latencies(count: int) -> None:
    os.environ |= {k: v for k, v in _environment(tempfile.mkdtemp()).items() if k != "AWS_ENDPOINT_URL"}
    with replay.answers() as answers:
        calls = answers.prepare()
        times: dict[str, list[float]] = {name: [] for name in calls}
        for _ in range(count // 10):
            for call in calls.values():
                call()
        for _ in range(count):  # in turns, so that what else the machine does meets all alike
            for name, call in calls.items():
                times[name].append(_seconds(call))
    least = statistics.median(times[replay.BARE])
    print(f"{count:,} calls of each operation, milliseconds:")
    print(f"  {'':<44}   p50    p99   p50 x")
    for name, taken in times.items():
        p50, p99 = statistics.median(taken), statistics.quantiles(taken, n=100)[98]
        print(f"  {name:<44} {p50 * 1e3:5.2f}  {p99 * 1e3:5.2f}  {p50 / least:5.1f}")
    print(f"  target: p50 at most {_TARGET_RATIO} x bare Chalice, constant or with the same reading of the table")


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _environment(folder: str) -> dict[str, str]:
    """Return what the functions are told; nothing of it is reached."""
    told = {name: name.removeprefix("TABLE_").lower() for spec in FUNCTIONS.values() for name in spec.environment}
    return told | {
        "AWS_ACCESS_KEY_ID": "benchmark",
        "AWS_SECRET_ACCESS_KEY": "benchmark",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",  # nobody listens there
        "AWS_MAX_ATTEMPTS": "1",
        "SEND_LIMITS": '{"reserve_percent": 0, "domains": {}, "warm_up": null}',
        "REPUTATION_LIMITS": '{"bounce_percent": 5, "complaint_percent": 0.1, "least_deliveries": 1000}',
        "ANALYTICS_URL": f"sqlite:///{folder}/analytics.db",
        "ANALYTICS_RETENTION_MONTHS": "24",
        "SETTLE_SECONDS": "600",
        "API_CALLERS": "{}",
        "KEY_RATE_LIMIT": "1000000",
        "AUDIT_RETENTION_DAYS": "400",
        "TOKEN_GENERATIONS": "1-1",
        "WEBHOOK_NETWORKS": "[]",
        "EXTRA_SENDER_DOMAINS": "[]",
        "PUBLIC_BASE_URL": "https://mail.example.com",
    }


def _imports(turns: int) -> None:
    print("imports up to the end of a first call, milliseconds (all : those of SDKs and other packages alone):")
    with tempfile.TemporaryDirectory() as folder:
        environment = json.dumps(_environment(folder))
        for name in FUNCTIONS:
            starts = [_start(name, environment) for _ in range(turns)]
            total, packages = (statistics.median(values) for values in zip(*starts, strict=True))
            print(f"  {name:<26} {total:6.0f} : {packages:5.0f}   {total / packages:4.2f} x")
    print(f"  target: at most {_TARGET_IMPORTS} x")


def _start(name: str, environment: str) -> tuple[float, float]:
    """Start a function in a process of its own; return milliseconds of all imports and of those of packages."""
    command = [sys.executable, "-X", "importtime", "-m", "benchmarks.begun", name, environment]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = [one.removeprefix("import time:").split("|") for one in done.stderr.splitlines() if "import time:" in one]
    began = next(place for place, line in enumerate(lines) if line[-1].strip() == "benchmarks.mark")
    total = packages = 0
    for own, _, module in lines[began + 1 :]:
        total += int(own)
        if module.strip().partition(".")[0] not in _OWN:
            packages += int(own)
    return total / 1e3, packages / 1e3


if __name__ == "__main__":
    main()
