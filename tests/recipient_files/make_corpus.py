"""Writes the hostile recipient files beside this script: ``python -m tests.recipient_files.make_corpus``.

What a file must give stands in expected.json; it was worked out from the rules by hand, not by running the import.
"""

from pathlib import Path

from tests.recipient_files import columns, packed, rows, text

FOLDER = Path(__file__).parent


def corpus() -> dict[str, bytes]:
    """Return the files by name."""
    return text.files() | columns.files() | rows.files() | packed.files()


if __name__ == "__main__":
    for name, body in corpus().items():
        (FOLDER / name).write_bytes(body)
