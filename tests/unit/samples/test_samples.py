"""The sample files come to what their README says."""

import csv
import re
from pathlib import Path

from chalicelib.recipients.addresses import InvalidAddress, parse_address

SAMPLES = Path(__file__).parents[3] / "samples"


def test_the_recipient_file_has_the_account_that_its_readme_names() -> None:
    numbers = re.search(r"^\| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", (SAMPLES / "README.md").read_text(), re.MULTILINE)
    assert numbers is not None
    with (SAMPLES / "recipients.csv").open(encoding="utf-8", newline="") as file:
        addresses = [row["email"] for row in csv.DictReader(file)]
    assert len(addresses) == int(numbers[1])
