"""The local SES as a process: ``python -m local.ses --data DIR --aws-endpoint URL --sns-topic-arn ARN``.

With ``--firehose-arn``, ``--firehose-role-arn`` and ``--firehose-configuration-set`` events go into a delivery stream
instead.
"""

import argparse
import logging
import os
import signal
import sys
import threading
from pathlib import Path

from local.ses.firehose import DeliveryStream
from local.ses.publisher import EventDestination
from local.ses.server import LocalSes
from local.ses.settings import Settings
from local.ses.sns import SnsTopic


def main() -> None:
    """Serve until SIGINT or SIGTERM."""
    arguments = _parser().parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = Settings(
        data=arguments.data,
        destination_arn=arguments.sns_topic_arn or arguments.firehose_arn,
        max_send_rate=arguments.max_send_rate,
        max_24_hour_send=arguments.max_24h,
        delivery_delay=arguments.delivery_delay,
        configuration_sets=frozenset(arguments.configuration_set) or None,
    )
    destination = _destination(arguments, settings)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    if arguments.with_parent:
        threading.Thread(target=_await_end_of_input, args=(ended,), daemon=True).start()
    with LocalSes(settings, destination, port=arguments.port) as ses:
        if arguments.port_file is not None:
            _write_port(arguments.port_file, ses.port)
        print(f"SES and inbox: {ses.url}", flush=True)
        ended.wait()


def _destination(arguments: argparse.Namespace, settings: Settings) -> EventDestination:
    where = {"endpoint": arguments.aws_endpoint, "region": settings.region}
    if arguments.sns_topic_arn:
        return SnsTopic(settings.destination_arn, **where)
    return DeliveryStream(
        settings.destination_arn,
        role_arn=arguments.firehose_role_arn,
        configuration_set=arguments.firehose_configuration_set,
        **where,
    )


def _await_end_of_input(ended: threading.Event) -> None:
    """End with the process that holds the other side of standard input, however that one ended."""
    os.read(sys.stdin.fileno(), 1)  # unbuffered: a buffer's lock would be held when the interpreter ends
    ended.set()


def _write_port(path: Path, port: int) -> None:
    """Write the port in one step: who waits for the file never reads half of it."""
    part = path.with_suffix(f"{path.suffix}.part")
    part.write_text(str(port), encoding="ascii")
    part.replace(path)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.ses", description="A local SES v2 endpoint with an inbox.")
    parser.add_argument("--data", type=Path, required=True, help="folder that keeps the mails")
    parser.add_argument("--aws-endpoint", required=True, help="URL of AWS; credentials from the environment")
    destination = parser.add_mutually_exclusive_group(required=True)
    destination.add_argument("--sns-topic-arn", help="topic that events are published to")
    destination.add_argument("--firehose-arn", help="delivery stream that events are put into")
    parser.add_argument("--firehose-role-arn", help="role with which they are put there")
    parser.add_argument("--firehose-configuration-set", help="on whose behalf the role is taken on")
    parser.add_argument(
        "--port",
        type=int,
        default=0,
        help="port on 127.0.0.1; 0 (default) takes the last one of the folder, or a free one",
    )
    parser.add_argument("--with-parent", action="store_true", help="end when standard input is closed")
    parser.add_argument("--port-file", type=Path, help="file that the port is written to once it is served")
    parser.add_argument("--max-send-rate", type=float, default=500, help="recipients per second (default %(default)s)")
    parser.add_argument(
        "--max-24h",
        type=float,
        default=1_000_000,
        help="recipients in 24 hours; -1: no limit (default %(default)s)",
    )
    parser.add_argument(
        "--delivery-delay", type=float, default=0.05, help="seconds from acceptance to delivery (default %(default)s)"
    )
    parser.add_argument(
        "--configuration-set", action="append", default=[], help="a name that exists; without any, every name does"
    )
    return parser


if __name__ == "__main__":
    main()
