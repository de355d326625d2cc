"""Writes recipients.csv: 1,000 rows as a marketing team exports them, the same ones each time.

Run it from anywhere: ``python samples/make_recipients.py``. README.md beside it says what the rows come to.
"""

import csv
from pathlib import Path

FILE = Path(__file__).with_name("recipients.csv")
ROWS = 1_000
COLUMNS = ("email", "first_name", "last_name", "city", "plan")
PEOPLE = (
    ("Anna", "Lindqvist", "Göteborg"), ("Jürgen", "Groß", "Köln"), ("Zoë", "Brontë", "Saint-Étienne"),
    ("José", "Núñez", "A Coruña"), ("Łukasz", "Żółć", "Łódź"), ("Søren", "Ærø", "Ålborg"),
    ("Μαρία", "Παπαδοπούλου", "Θεσσαλονίκη"), ("Ольга", "Щербакова", "Київ"), ("さくら", "山田", "大阪"),
    ("小明", "王", "上海"), ("민준", "김", "서울"), ("עדי", "לוי", "תל אביב"), ("ليلى", "حداد", "بيروت"),
    ("आरव", "शर्मा", "दिल्ली"), ("Ngọc", "Nguyễn", "Đà Nẵng"), ("Ayşe", "Yıldız", "İzmir"),
    ("Siân", "O'Neill", "Caerdydd"), ("Renée", "d’Arc", "Orléans"), ("Björk", "Þórsdóttir", "Reykjavík"),
    ("Ada", 'King "Countess"', "London, UK"),
)  # fmt: skip
DOMAINS = ("example.com", "example.org", "example.net", "mail.example.com", "post.example.org")
PLANS = ("free", "team", "business")
SIMULATED = (
    *(f"bounce+{n}@simulator.amazonses.com" for n in range(12)),
    *(f"complaint+{n}@simulator.amazonses.com" for n in range(3)),
    *(f"suppressionlist+{n}@simulator.amazonses.com" for n in range(3)),
    *(f"ooto+{n}@simulator.amazonses.com" for n in range(3)),
    *(f"success+{n}@simulator.amazonses.com" for n in range(5)),
)
INVALID = (
    "", "", "   ", "n/a", "none", "no-at-sign.example.com", "two@@example.com", "a@b@example.com", "@example.com",
    "nobody@", "dot..dot@example.com", ".leading@example.com", "trailing.@example.com", "spa ce@example.com",
    "person@exa mple.com", "person@-example.com", "person@example-.com", "person@.example.com",
    "person@example..com", "person@example", "jürgen@example.com", "person@exam_ple.com", "x" * 65 + "@example.com",
    "person@example.com;other@example.com", "<script>@example.com",
)  # fmt: skip
DUPLICATES = 20


def rows() -> list[tuple[str, ...]]:
    """Return the rows in order: people with the odd ones spread among them."""
    odd: list[str] = [*SIMULATED, *INVALID]
    odd += [_variant(f"person{n * 7}@{DOMAINS[n * 7 % len(DOMAINS)]}", n) for n in range(DUPLICATES)]
    people = ROWS - len(odd)
    plain = [f"person{n}@{DOMAINS[n % len(DOMAINS)]}" for n in range(people)]
    # A duplicate stands behind the row that it repeats: the odd ones begin after the first 150 people.
    addresses = plain[:150]
    rest = plain[150:]
    step = len(rest) // len(odd)
    for number, address in enumerate(odd):
        addresses += [*rest[number * step : (number + 1) * step], address]
    addresses += rest[len(odd) * step :]
    return [_row(number, address) for number, address in enumerate(addresses)]


def _variant(address: str, number: int) -> str:
    """Write an address once more as people do."""
    forms = (address.upper(), address.title(), f" {address}", f"{address} ", address)
    return forms[number % len(forms)]


def _row(number: int, address: str) -> tuple[str, ...]:
    first, last, city = PEOPLE[number % len(PEOPLE)]
    if number % 97 == 0:
        city = f"{city}\nc/o Example Ltd."
    # Every ninth first name is missing, as in any real export: the template has a default for it.
    return (address, "" if number % 9 == 0 else first, last, city, PLANS[number % len(PLANS)])


def write(path: Path) -> None:
    """Write the file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(rows())


if __name__ == "__main__":
    write(FILE)
