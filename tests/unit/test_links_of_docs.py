"""Pages of the docs that refer to each other."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = ROOT / "docs" / "decisions"
PAGES = sorted(
    {
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("message_centre/*.md"),
        *ROOT.glob("message_centre/docs/**/*.md"),
    }
)
_LINK = re.compile(r"\]\((?!\w+:)([^)\s#]*)(#[^)\s]+)?\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def _anchors(page: Path) -> set[str]:
    """Return what GitHub makes of a page's headings."""
    anchors: Counter[str] = Counter()
    found = set()
    for heading in _HEADING.findall(_FENCE.sub("", page.read_text(encoding="utf-8"))):
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")
        found.add(f"#{slug}-{anchors[slug]}" if anchors[slug] else f"#{slug}")
        anchors[slug] += 1
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_refers_to_is_there(page: Path) -> None:
    missing = []
    for path, anchor in _LINK.findall(_FENCE.sub("", page.read_text(encoding="utf-8"))):
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in _anchors(target)):
            missing.append(path + anchor)
    assert missing == []


def test_a_decision_has_a_number_of_its_own_and_says_it() -> None:
    numbers = Counter(page.name[:4] for page in DECISIONS.glob("0*.md"))
    assert [number for number, pages in numbers.items() if pages > 1] == []
    for page in DECISIONS.glob("0*.md"):
        assert page.read_text(encoding="utf-8").startswith(f"# {page.name[:4]} "), page.name
