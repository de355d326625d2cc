"""Ten thousand recipients in one list: all of them are reached, and what makes pages slow is not there.

How long it takes is measured by `interactions`; here stands what that depends on.
"""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from message_centre.tests.e2e.browser import DESKTOP
from message_centre.tests.e2e.interactions import ROWS, load_all, use

COUNT_FORMATTERS = """
window.formatters = 0;
for (const name of ['DateTimeFormat', 'NumberFormat', 'PluralRules', 'RelativeTimeFormat']) {
  Intl[name] = new Proxy(Intl[name], {
    construct: (...all) => (window.formatters++, Reflect.construct(...all)),
    apply: (...all) => (window.formatters++, Reflect.apply(...all)),
  });
}
"""
COUNT_ROWS = """() => {
  window.mostRows = 0;
  const count = () => {
    window.mostRows = Math.max(window.mostRows, document.querySelectorAll('mc-data-table [role=row]').length);
  };
  new MutationObserver(count).observe(document.querySelector('mc-data-table'), {childList: true, subtree: true});
  count();
}"""


@pytest.fixture
def viewport() -> ViewportSize:
    return ViewportSize(width=DESKTOP["width"], height=DESKTOP["height"])


def test_ten_thousand_rows_cost_what_some_dozens_do(page: Page) -> None:
    page.add_init_script(COUNT_FORMATTERS)
    load_all(page)
    expect(page.get_by_role("table", name="Recipients")).to_have_attribute("aria-rowcount", str(ROWS + 1))
    page.evaluate(COUNT_ROWS)
    nodes = page.evaluate("document.querySelectorAll('*').length")
    before = page.evaluate("window.formatters")
    use(page)
    assert page.evaluate("window.mostRows") <= 50, "rows that nobody sees are held"
    assert page.evaluate("window.formatters") == before, "formatters are made anew while the list is used"
    assert nodes < 1_500
