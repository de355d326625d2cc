"""``python -m emailplatform``: the command, where it is not installed."""

from emailplatform.commands import main

if __name__ == "__main__":
    main()
