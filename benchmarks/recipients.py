"""The import pass against a bare `csv.reader` on the same files, its memory with distinct addresses, and its cost.

Run by ``make bench-recipients``. Times are processor seconds of one process; reader and pass take turns, and the ratio
is the median over the turns. Memory is the peak of a process of its own that reads a large file.
"""

import argparse
import csv
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from chalicelib.recipients.import_pass import ImportPass
from chalicelib.recipients.model import RECIPIENTS_PER_PART, Part, RowAccount
from chalicelib.recipients.source import open_upload

HEADER = ["email", "first_name", "last_name", "city", "customer_id"]
FIRST = ["Anna", "Bo", "Carla", "Dieter", "Élodie", "Fatima", "Günther", "Hans", "Inês", "Jürgen", "Łukasz", "Zoë"]
LAST = ["Müller", "Smith", "García", "Rossi", "Nguyen", "Kowalski", "Ivanov", "Öztürk", "O'Neill", "Žižek"]
CITIES = ["Berlin", "Paris", "Köln", "Madrid", "New York", "São Paulo", "København"]
DOMAINS = ["gmail.com", "gmx.de", "web.de", "yahoo.com", "outlook.com", "example.org", "t-online.de", "orange.fr"]

LAMBDA_GB_SECOND = 0.0000133334  # arm64, us-east-1
LAMBDA_GB = 3.0
S3_PUT = 0.005 / 1_000
STATE_TRANSITION = 25 / 1_000_000


@dataclass(frozen=True, slots=True)
class Timing:
    """One turn: processor seconds of the reader (the mean of one run before and one after) and of the pass."""

    bare: float
    own: float


def rows(count: int, *, odd: float = 0.0, duplicates: float = 0.0) -> Iterator[list[str]]:
    """Make rows of people, the same each time.

    Args:
        count: how many.
        odd: share of rows that need the CSV reader: a space before the address, or quotation marks in the city.
        duplicates: share of rows that repeat the address of an earlier one.
    """
    chance = random.Random(5)  # noqa: S311 - no secret
    for number in range(count):
        repeated = number and chance.random() < duplicates
        person = chance.randrange(number) if repeated else number
        first, last = FIRST[person % len(FIRST)], LAST[person // len(FIRST) % len(LAST)]
        address = f"{_ascii(first)}.{_ascii(last)}{person}@{DOMAINS[person * 7 % len(DOMAINS)]}"
        city = CITIES[person % len(CITIES)]
        if chance.random() < odd:
            address, city = chance.choice([(f" {address}", city), (address, f'{city} "Mitte"')])
        yield [address, first, last, city, str(100_000 + number)]


def _ascii(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()


def write(
    path: Path, made: Iterator[list[str]], quoting: int = csv.QUOTE_MINIMAL, header: Sequence[str] = HEADER
) -> None:
    """Write a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=quoting, lineterminator="\n")  # type: ignore[arg-type]  # one of QUOTE_*
        writer.writerow(header)
        writer.writerows(made)


def read_bare(path: Path) -> None:
    """Read a file with nothing but `csv.reader`."""
    with path.open(encoding="utf-8", newline="") as file:
        for _ in csv.reader(file):
            pass


def run_pass(path: Path) -> RowAccount:
    """Run the import pass over a file; its parts go nowhere."""
    with path.open("rb") as file:
        upload = open_upload(lambda first, end: os.pread(file.fileno(), end - first, first), path.stat().st_size)
        reading = ImportPass(upload)
        recipients = sum(found.recipients for found in reading.run() if isinstance(found, Part))
    account = reading.account
    if not account.balanced or recipients != account.accepted:
        raise RuntimeError(f"the account does not balance: {account}")
    return account


def timed(work: Callable[[], object]) -> float:
    """Return the processor seconds that a call takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def compare(path: Path, turns: int) -> list[Timing]:
    """Let the reader and the pass take turns on a file; the reader runs on both sides, since machines drift."""
    bare = timed(lambda: read_bare(path))
    found = []
    for _ in range(turns):
        own = timed(lambda: run_pass(path))
        after = timed(lambda: read_bare(path))
        found.append(Timing((bare + after) / 2, own))
        bare = after
    return found


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--large-rows", type=int, default=10_000_000)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--memory-of", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.memory_of:
        _print_memory(options.memory_of)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recipients.csv"
        kinds: dict[str, Callable[[], None]] = {
            "plain": lambda: write(path, rows(options.rows)),
            "addresses only": lambda: write(path, (row[:1] for row in rows(options.rows)), header=HEADER[:1]),
            "13 columns": lambda: write(
                path, (row + row[1:] * 2 for row in rows(options.rows)), header=HEADER + HEADER[1:] * 2
            ),
            "2 % odd rows": lambda: write(path, rows(options.rows, odd=0.02)),
            "all cells in quotation marks": lambda: write(path, rows(options.rows), csv.QUOTE_ALL),
            "a comma in every city": lambda: write(
                path, ([*row[:3], f"{row[3]}, x", row[4]] for row in rows(options.rows))
            ),
            "10 % duplicates": lambda: write(path, rows(options.rows, duplicates=0.1)),
            "every row odd": lambda: write(path, rows(options.rows, odd=1.0)),
        }
        print(f"{options.rows:,} rows; processor seconds per million rows, medians of {options.turns} turns")
        print(f"{'file':30} {'csv.reader':>10} {'pass':>10} {'ratio':>10}")
        plain = 0.0
        for kind, make in kinds.items():
            make()
            turns = compare(path, options.turns)
            ratio = statistics.median(turn.bare / turn.own for turn in turns)
            million = 1_000_000 / options.rows
            bare, own = (statistics.median(getattr(t, side) for t in turns) * million for side in ("bare", "own"))
            plain = plain or own
            print(f"{kind:30} {bare:10.2f} {own:10.2f} {ratio:10.2f}")
        print(f"cost of a million rows, plain: ${cost(plain):.4f} (Lambda {LAMBDA_GB:.0f} GB, a PUT a part)")
        write(path, rows(options.large_rows))
        command = [sys.executable, "-m", "benchmarks.recipients", "--memory-of", str(path)]
        subprocess.run(command, check=True)


def cost(seconds: float) -> float:
    """Compute what a million rows cost in US dollars, from the processor seconds of the pass."""
    writes = 1_000_000 / RECIPIENTS_PER_PART + 10
    return seconds * LAMBDA_GB * LAMBDA_GB_SECOND + writes * S3_PUT + 5 * STATE_TRANSITION


def _print_memory(path: Path) -> None:
    began = time.monotonic()
    account = run_pass(path)
    seconds = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{account.rows:,} rows, {account.accepted:,} distinct addresses: peak {peak:.0f} MB, "
        f"{account.rows / seconds:,.0f} rows/s"
    )


if __name__ == "__main__":
    main()
