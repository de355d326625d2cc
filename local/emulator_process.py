"""The emulator's own process: `python -P emulator_process.py`, started by `local.emulator` only.

It ends with its parent, however that one dies: the parent holds the other end of standard input, so the end of input
means that nobody needs the emulator any more. (A pipe works on every system and from every thread; Linux's
PR_SET_PDEATHSIG follows the thread that forked, which may end long before the program does.)
"""

import os
import signal
import sys
import threading

GRACE_SECONDS = 20.0  # to write the state of all services


def _follow_parent() -> None:
    os.read(sys.stdin.fileno(), 1)  # unbuffered: a buffer's lock would be held when the interpreter ends
    os.kill(os.getpid(), signal.SIGTERM)  # an orderly stop: the state is saved
    kill = threading.Timer(GRACE_SECONDS, os.killpg, (os.getpgrp(), signal.SIGKILL))
    kill.daemon = True
    kill.start()


if __name__ == "__main__":
    from ministack.app import main

    threading.Thread(target=_follow_parent, daemon=True).start()
    main()
