"""What sending costs and how well it keeps the rate: `make bench-sending`.

Workers run in processes of their own (`benchmarks.send_worker`) against an embedded AWS and the local SES:

- processor time of a message, against a bare loop over SendEmail, and in bulk over SendBulkEmail: at the worker's own
  pace, and as fast as it goes;
- the peak memory of a worker;
- the share of the rate that is used, and the fullest second, by when sends were begun;
- what a million messages cost above SES's own price, by the calls that were counted;
- making messages against a bare loop over BatchWriteItem.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.playground import Playground, playground
from benchmarks.sending_cost import FIREHOSE_SECONDS, cost_of_a_million

MOST_A_SECOND = 5_000
"""More than the local SES reaches: loops are to meet no throttling."""

_ROOT = Path(__file__).parents[1]


def measured(ground: Playground, module: str, **options: Any) -> dict[str, Any]:
    """Run a measured process to its end; return what it printed."""
    command = [sys.executable, "-m", module]
    for name, value in options.items():
        command += [f"--{name.replace('_', '-')}", *([] if value is True else [str(value)])]
    path = os.pathsep.join(str(folder) for folder in (_ROOT, _ROOT / "chalice_app"))
    environment = {**os.environ, **ground.environment, "PYTHONPATH": path}
    done = subprocess.run(command, env=environment, cwd=_ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{module} failed: {done.stderr[-2_000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _processor_time(ground: Playground, name: str, **options: Any) -> dict[str, Any]:
    found = measured(ground, "benchmarks.send_worker", bare=True, **options)
    turns = found["turns"]
    worker = statistics.median(turn["worker"] for turn in turns) * 1e3
    print(f"{name}: {options['messages']:,} messages a turn, medians of {len(turns)} turns")
    print(f"  processor time a message: worker {worker:.3f} ms")
    for loop, pace in (("bare", "at the worker's pace"), ("bare_fast", "as fast as it goes")):
        alone = statistics.median(turn[loop] for turn in turns) * 1e3
        ratios = [turn["worker"] / turn[loop] for turn in turns]
        spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
        print(f"  the bare loop {pace}: {alone:.3f} ms, ratio {statistics.median(ratios):.2f} ({spread})")
    print(f"  calls a message: {_each(found['calls'], options['messages'] * len(turns))}")
    return found


def _each(calls: Mapping[str, int], messages: int) -> str:
    return ", ".join(f"{name} {count / messages:.3f}" for name, count in Counter(calls).most_common())


def _rate(turn: Mapping[str, Any], allowed: float) -> str:
    """Say how much of the rate was used after the first second, and what the fullest second held."""
    begun = sorted(turn["begun"])
    # Without those of the last moment: as many moments as there are spaces between them.
    after = [moment for moment in begun if begun[0] + 1 <= moment < begun[-1]]
    share = len(after) / (allowed * (begun[-1] - begun[0] - 1))
    return f"{share:.3f} of the rate, {_fullest(begun)} in the fullest second of {allowed:.0f} allowed"


def _fullest(moments: Sequence[float]) -> int:
    most = begin = 0
    for end, moment in enumerate(moments):
        while moment - moments[begin] >= 1:
            begin += 1
        most = max(most, end - begin + 1)
    return most


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=300, help="messages a turn")
    parser.add_argument("--per-second", type=float, default=30.0, help="rate of a worker; ten times that in bulk")
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args()
    rate, many, bulk = options.per_second, options.messages, 50
    with (
        tempfile.TemporaryDirectory() as folder,
        playground(Path(folder), per_second=MOST_A_SECOND) as ground,
    ):
        common = {"turns": options.turns}
        single = _processor_time(ground, "one message a call", messages=many, per_second=rate, **common)
        bulked = _processor_time(
            ground, f"{bulk} messages a call", messages=many * 5, per_second=rate * 10, bulk=bulk, **common
        )
        for name, turned, allowed in (("one a call", single, rate), (f"{bulk} a call", bulked, rate * 10)):
            print(f"rate, {name}: {'; '.join(_rate(turn, allowed) for turn in turned['turns'])}")
        for name, settings in (("one a call", {"bulk": 1}), (f"{bulk} a call", {"bulk": bulk})):
            alone = measured(ground, "benchmarks.send_worker", messages=many * 5, per_second=rate * 10, **settings)
            print(f"peak memory of a worker, {name}: {alone['peak_mb']} MB")
        creation = measured(ground, "benchmarks.message_creation", messages=many * 10, turns=options.turns)
        applied = measured(ground, "benchmarks.event_calls", messages=many)
        streamed = measured(ground, "benchmarks.event_calls", messages=many, gathered=FIREHOSE_SECONDS)
        for way, found in (("notifications", applied), ("a delivery stream", streamed)):
            print(f"calls an event by {way}, after a worker's record: {_each(found['calls'], found['events'])}")
        ratio = statistics.median(turn["made"] / turn["bare"] for turn in creation["turns"])
        made = statistics.median(turn["made"] for turn in creation["turns"])
        print(f"making messages: {made:,.0f}/s, {ratio:.2f} of a bare loop over BatchWriteItem")
    for name, counted, count in (
        ("one a call", single, many * options.turns),
        (f"{bulk} a call", bulked, many * 5 * options.turns),
    ):
        for way, found in (("notifications", applied), ("a delivery stream", streamed)):
            print(f"above SES's price, a million messages, {name}, events by {way}:")
            events = {"event_calls": found["calls"], "events": found["events"], "tracked": many}
            for part, dollars in cost_of_a_million(counted["calls"], count, **events, gathered=found is streamed):
                print(f"  {part}: ${dollars:.2f}")


if __name__ == "__main__":
    main()
