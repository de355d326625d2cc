"""The measured process of `benchmarks.sending`: a send worker, and bare loops over the SDK's calls for the same mails.

It prints one JSON object. SES and DynamoDB are other processes, so their time is not counted.
"""

import argparse
import cProfile
import itertools
import json
import os
import pstats
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from benchmarks.counting import counted_calls
from chalicelib.adapters.pace import LambdaPace
from chalicelib.adapters.ses import SesTransport
from chalicelib.adapters.ses_answers import answer_of_entry
from chalicelib.adapters.ses_bulk import SesBulkTransport
from chalicelib.bootstrap.delivery import keep_what_is_loaded, renderer
from chalicelib.kernel.clock import SystemClock
from chalicelib.messages.model import Message, Tally
from chalicelib.sending.governor import SendGovernor
from chalicelib.sending.group import GroupSender
from chalicelib.sending.limits import SendLimits
from chalicelib.sending.model import Accepted, Answer, Directive, Quota, RenderedMail, SendOrder
from chalicelib.sending.service import SendingService
from chalicelib.sending.threads import MOST
from chalicelib.settings import Settings
from chalicelib.store.claims import DynamoClaims
from chalicelib.store.messages import DynamoMessages
from chalicelib.store.rate import DynamoRateLedger
from chalicelib.store.suppressions import DynamoSuppressions
from chalicelib.store.tables import TABLES, bind
from chalicelib.tracking.tokens import TokenSigner

if TYPE_CHECKING:
    from mypy_boto3_sesv2.client import SESV2Client

_SAMPLES = Path(__file__).parents[1] / "samples"
_FIELDS = {"first_name": "Zoë", "city": "Köln", "voucher": "WELCOME-10", "plan": "gold"}
_PART = 1_000


class _Orders:
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


class _Noting(SesBulkTransport):
    """Notes when each mail is handed over."""

    def __init__(self, configuration_set: str, *, connections: int) -> None:
        super().__init__(configuration_set, connections=connections)
        self.begun: list[float] = []

    def send(self, mail: RenderedMail) -> Answer:
        """Hand one mail over."""
        self.begun.append(time.time())
        return super().send(mail)

    def send_all(self, mails: Sequence[RenderedMail], prepared: object = None) -> list[Answer]:
        """Hand mails over in one call."""
        self.begun.extend([time.time()] * len(mails))
        return super().send_all(mails, prepared)


class Bench:
    """Messages in tables, and what sends them."""

    def __init__(self, per_second: float, bulk: int) -> None:
        for name in TABLES:
            bind(name, Settings(os.environ))
        self._bulk = bulk
        self._messages = DynamoMessages()
        self._pool = ThreadPoolExecutor(MOST)
        self.transport = _Noting("bench", connections=MOST)
        self._governor = SendGovernor(
            ledger=DynamoRateLedger(),
            quota=lambda: Quota(per_second),
            limits=SendLimits(bulk=bulk),
            clock=SystemClock(),
        )
        self._prepare = renderer(TokenSigner(lambda _label: bytes(32), "https://mail.example.com"))
        self._numbers = itertools.count(os.getpid() * 1_000)

    def made(self, count: int) -> list[Message]:
        """Make a campaign of so many messages and store them."""
        campaign_id = f"cmp_{next(self._numbers):026d}"
        now = datetime.now(UTC)
        made = [
            Message(campaign_id, number // _PART, number % _PART, f"p{number}@example.org", now, _FIELDS)
            for number in range(count)
        ]
        self._messages.put_all(made)
        return made

    def worker(self, made: Sequence[Message]) -> None:
        """Send the messages as a worker does, part by part."""
        order = self._order(made[0].campaign_id)
        clock, pace, orders = SystemClock(), LambdaPace(_Invocation()), _Orders(order)
        claims = DynamoClaims()
        service = SendingService(
            orders=orders,
            messages=self._messages,
            claims=claims,
            sender=GroupSender(
                messages=self._messages,
                claims=claims,
                suppressions=DynamoSuppressions(),
                governor=self._governor,
                transport=self.transport,
                pace=pace,
                clock=clock,
                pool=self._pool,
                at_once=MOST,
                bulk=self._bulk,
            ),
            renderer=self._prepare,
            pace=pace,
            clock=clock,
        )
        for part in range(made[-1].part + 1):
            service.send_part(order.campaign_id, part, 0, "bench", "bench")
            planned = sum(message.part == part for message in made)
            if orders.tally != Tally(planned=planned, accepted=planned):
                raise RuntimeError(f"not every message was accepted: {orders.tally}")

    def bare(self, made: Sequence[Message], per_second: float | None) -> float:
        """Send the same mails by a loop over the SDK's calls, each mail whole; return its processor seconds.

        Args:
            made: the messages.
            per_second: begins so many, evenly spread; None: as fast as it goes. A processor that was idle in between
                takes twice as long for the same call.
        """
        render = self._prepare(self._order(made[0].campaign_id))
        mails = [render(message) for message in made]
        calls = [mails[first : first + self._bulk] for first in range(0, len(mails), self._bulk)]
        client = _sdk_client()
        transport = SesTransport("bench", connections=MOST, client=client)
        send = partial(_send_bulk, client) if self._bulk > 1 else transport.send_all
        transport.send(mails[0])  # connections, the service's model
        list(self._pool.map(send, calls[:2]))
        cpu, began, under_way = time.process_time(), time.time(), []
        for number, call in enumerate(calls):
            if per_second:
                time.sleep(max(0.0, began + number * self._bulk / per_second - time.time()))
            under_way.append(self._pool.submit(send, call))
        answers = [answer for sent in under_way for answer in sent.result()]
        used = time.process_time() - cpu
        if len(answers) != len(mails) or not all(isinstance(answer, Accepted) for answer in answers):
            raise RuntimeError("the loop's mails were not all accepted")
        return used

    @staticmethod
    def _order(campaign_id: str) -> SendOrder:
        return SendOrder(
            campaign_id,
            "Example <news@news.example.com>",
            "Hello {{ first_name }}",
            (_SAMPLES / "template.html").read_text(),
            (_SAMPLES / "template.txt").read_text(),
        )


def _sdk_client() -> "SESV2Client":
    """Return the SDK's own client, with the settings of the platform's."""
    retries: Any = {"total_max_attempts": 1, "mode": "standard"}
    return boto3.client("sesv2", config=Config(retries=retries, max_pool_connections=MOST, parameter_validation=False))


def _send_bulk(client: "SESV2Client", mails: Sequence[RenderedMail]) -> list[Answer]:
    """Hand mails over in one call, each as the value of three placeholders."""
    answer = client.send_bulk_email(
        FromEmailAddress=mails[0].sender,
        ConfigurationSetName="bench",
        DefaultContent={
            "Template": {
                "TemplateContent": {"Subject": "{{subject}}", "Html": "{{html}}", "Text": "{{text}}"},
                "TemplateData": "{}",
            }
        },
        BulkEmailEntries=[
            {
                "Destination": {"ToAddresses": [mail.recipient]},
                "ReplacementTags": [{"Name": name, "Value": value} for name, value in mail.tags],
                "ReplacementEmailContent": {
                    "ReplacementTemplate": {
                        "ReplacementTemplateData": json.dumps(
                            {"subject": mail.subject, "html": mail.html, "text": mail.text}
                        )
                    }
                },
                "ReplacementHeaders": [{"Name": name, "Value": value} for name, value in mail.headers],
            }
            for mail in mails
        ],
    )
    return [answer_of_entry(result) for result in answer["BulkEmailEntryResults"]]


def _profiled(work: Callable[[], None]) -> None:
    """Do something and print to the error output where this thread's processor time went."""
    profile = cProfile.Profile(time.thread_time)
    profile.runcall(work)
    pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(40)


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, required=True)
    parser.add_argument("--per-second", type=float, required=True)
    parser.add_argument("--bulk", type=int, default=1)
    parser.add_argument("--turns", type=int, default=1)
    parser.add_argument("--bare", action="store_true", help="take turns with a bare loop")
    parser.add_argument("--profile", action="store_true", help="print where the worker's own thread spends its time")
    options = parser.parse_args()
    bench = Bench(options.per_second, options.bulk)
    keep_what_is_loaded()
    if options.bare:
        bench.worker(bench.made(100))  # connections, compiled templates, the service's model
    turns = []
    with counted_calls() as calls:
        for _ in range(options.turns):
            made = bench.made(options.messages)
            calls.pop("BatchWriteItem", None)
            began, cpu = time.monotonic(), time.process_time()
            bench.transport.begun.clear()
            if options.profile:
                _profiled(partial(bench.worker, made))
            else:
                bench.worker(made)
            worker, seconds = time.process_time() - cpu, time.monotonic() - began
            turn = {"worker": worker / options.messages, "per_second": options.messages / seconds}
            turn["begun"] = list(bench.transport.begun)
            if options.bare:
                before = Counter(calls)
                turn["bare"] = bench.bare(made, options.per_second) / options.messages
                turn["bare_fast"] = bench.bare(made, None) / options.messages
                calls.clear()
                calls.update(before)
            turns.append(turn)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"turns": turns, "calls": calls, "peak_mb": peak}))


if __name__ == "__main__":
    main()
