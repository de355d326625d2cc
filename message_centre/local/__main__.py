"""``python -m message_centre.local`` starts platform and Message Centre in a folder of one's own, with the sample."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from local.client import ApiClient
from local.sample import run
from local.stack import LocalStack, Options
from message_centre.local.centre import LocalCentre, lines, origin


def main() -> int:
    """Start everything, say where it is, and serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m message_centre.local", description="The Message Centre here.")
    parser.add_argument("--folder", type=Path, default=Path(".local"), help="keeps everything; the same one resumes")
    parser.add_argument("--no-sample", action="store_true", help="send no sample campaign first")
    arguments = parser.parse_args()
    folder: Path = arguments.folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    url = origin(folder)
    try:
        with LocalStack(Options(folder, cors_origins=(url,))) as stack, LocalCentre(stack, url) as centre:
            if not arguments.no_sample:
                run(ApiClient(stack.api_url, stack.issue_api_key("sample", ["read", "write", "send"])), stack.inbox_url)
            print("\n".join([*lines(centre), f"inbox    {stack.inbox_url}", f"API      {stack.api_url}"]), flush=True)
            threading.Event().wait()
    except KeyboardInterrupt:
        print("stopped; its state is kept", flush=True)
    except (RuntimeError, TimeoutError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
