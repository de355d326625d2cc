"""Processor time of a send worker against a bare loop over SendEmail, its peak memory and the account it comes to.

Run by ``make bench-sending``. Both hand the same mails to the local SES from as many threads; the embedded AWS holds
the messages. SES and DynamoDB are other processes, so their time is not counted. Worker and loop take turns, and the
ratio is the median over the turns.

The worker is held to a rate that the embedded AWS keeps up with: permits of a faster one would run out unused while it
answers, and taking them again would be most of what is measured.
"""

import argparse
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from chalicelib.adapters.pace import LambdaPace
from chalicelib.adapters.ses import SesTransport
from chalicelib.bootstrap.delivery import renderer
from chalicelib.kernel.clock import SystemClock
from chalicelib.messages.model import Message, Tally
from chalicelib.sending.governor import SendGovernor
from chalicelib.sending.group import GroupSender
from chalicelib.sending.limits import SendLimits
from chalicelib.sending.model import Accepted, Directive, Quota, RenderedMail, SendOrder
from chalicelib.sending.open_group import Render
from chalicelib.sending.service import SendingService
from chalicelib.sending.threads import MOST
from chalicelib.settings import Settings
from chalicelib.store.claims import DynamoClaims
from chalicelib.store.messages import DynamoMessages
from chalicelib.store.rate import DynamoRateLedger
from chalicelib.store.suppressions import DynamoSuppressions
from chalicelib.store.tables import TABLES, bind
from chalicelib.tracking.tokens import TokenSigner
from local.stack import LocalStack, Options

_SAMPLES = Path(__file__).parents[1] / "samples"
_MOST_A_SECOND = 2_000  # more than the local SES reaches: the loop is to meet no throttling


@dataclass(frozen=True, slots=True)
class Turn:
    """Processor seconds a message of the worker and of the loop, and messages a second of the worker."""

    worker: float
    bare: float
    per_second: float


class _Order:
    """The `Orders` port for one campaign that is being sent; the account of its last part is kept."""

    def __init__(self, order: SendOrder) -> None:
        self._order = order
        self.tally = Tally()

    def order(self, campaign_id: str) -> SendOrder:
        """Return what its messages have in common."""
        del campaign_id
        return self._order

    def directive(self, campaign_id: str, execution: str) -> Directive:
        """Always send."""
        del campaign_id, execution
        return Directive.SEND

    def put_tally(self, campaign_id: str, part: int, tally: Tally) -> None:
        """Keep the account."""
        del campaign_id, part
        self.tally = tally


class _Invocation:
    """An invocation that never runs out of time."""

    aws_request_id = "bench"

    def get_remaining_time_in_millis(self) -> float:
        """Return a whole invocation."""
        return 900_000.0


class Bench:
    """Messages in the tables of a local stack, and what sends them."""

    def __init__(self, stack: LocalStack, messages: int, per_second: float) -> None:
        names = {f"TABLE_{name.upper()}": table for name, table in stack.outputs["table_names"].items()}
        for name in TABLES:
            bind(name, Settings(names))
        self._messages = DynamoMessages()
        self._count = messages
        self._pool = ThreadPoolExecutor(MOST)
        self._transport = SesTransport(stack.outputs["configuration_set"], connections=MOST)
        self._governor = SendGovernor(
            ledger=DynamoRateLedger(),
            quota=lambda: Quota(per_second),
            limits=SendLimits(),
            clock=SystemClock(),
        )
        links = TokenSigner(lambda _label: bytes(32), "https://mail.example.com")
        self._prepare: Callable[[SendOrder], Render] = renderer(links)

    def turn(self, number: int) -> Turn:
        """Send one part by a worker, then the same mails by the loop."""
        campaign_id = f"cmp_{number:026d}"
        order = SendOrder(
            campaign_id,
            "Example <news@news.example.com>",
            "Hello {{ first_name }}",
            (_SAMPLES / "template.html").read_text(),
            (_SAMPLES / "template.txt").read_text(),
        )
        fields = {"first_name": "Zoë", "city": "Köln", "voucher": "WELCOME-10", "plan": "gold"}
        made = [
            Message(campaign_id, 0, seq, f"person{seq}@example.org", datetime.now(UTC), fields)
            for seq in range(self._count)
        ]
        self._messages.put_all(made)
        began, cpu = time.monotonic(), time.process_time()
        self._work(campaign_id, order)
        worker, seconds = time.process_time() - cpu, time.monotonic() - began
        render = self._prepare(order)
        mails = [render(message) for message in made]
        cpu = time.process_time()
        self._loop(mails)
        bare = time.process_time() - cpu
        return Turn(worker / self._count, bare / self._count, self._count / seconds)

    def _work(self, campaign_id: str, order: SendOrder) -> None:
        orders = _Order(order)
        claims = DynamoClaims()
        clock, pace = SystemClock(), LambdaPace(_Invocation())
        sender = GroupSender(
            messages=self._messages,
            claims=claims,
            suppressions=DynamoSuppressions(),
            governor=self._governor,
            transport=self._transport,
            pace=pace,
            clock=clock,
            pool=self._pool,
            at_once=MOST,
        )
        service = SendingService(
            orders=orders,
            messages=self._messages,
            claims=claims,
            sender=sender,
            renderer=self._prepare,
            pace=pace,
            clock=clock,
        )
        service.send_part(campaign_id, 0, 0, "bench", "bench")
        if orders.tally != Tally(planned=self._count, accepted=self._count):
            raise RuntimeError(f"not every message was accepted: {orders.tally}")

    def _loop(self, mails: list[RenderedMail]) -> None:
        answers = list(self._pool.map(self._transport.send, mails))
        if not all(isinstance(answer, Accepted) for answer in answers):
            raise RuntimeError("the loop's mails were not all accepted")


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=300, help="messages a turn, one part")
    parser.add_argument("--per-second", type=float, default=20.0, help="rate of the worker")
    parser.add_argument("--turns", type=int, default=5)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalStack(Options(Path(folder), max_send_rate=_MOST_A_SECOND)) as stack,
    ):
        os.environ.update(stack.emulator.environment, AWS_ENDPOINT_URL_SESV2=stack.inbox_url)
        bench = Bench(stack, options.messages, options.per_second)
        bench.turn(0)  # connections, compiled templates
        turns = [bench.turn(number) for number in range(1, options.turns + 1)]
    ratios = [turn.worker / turn.bare for turn in turns]
    worker, bare, rate = (
        statistics.median(getattr(t, name) for t in turns) for name in ("worker", "bare", "per_second")
    )
    print(f"{options.messages:,} messages a turn, medians of {options.turns} turns, the first one left out")
    print(f"processor time a message: worker {worker * 1e3:.2f} ms, SendEmail alone {bare * 1e3:.2f} ms")
    print(f"ratio: {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
    print(f"rate of the worker: {rate:.1f} of {options.per_second:.1f} messages/s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"peak memory of this process, with the deployment: {peak} MB")


if __name__ == "__main__":
    main()
