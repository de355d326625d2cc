"""Tracking links and the open pixel."""

import pytest

from local.ses.links import Link, track


def tracked(html: str) -> tuple[str | None, tuple[Link, ...]]:
    found = track(html, None, link_url="http://t/l/m/", pixel_url=None)
    return found.html, found.links


def test_only_the_value_of_href_changes() -> None:
    html = """<P>é&nbsp;<a  class='x' href = "https://example.com/?a=1&amp;b=2" title=">">Go</a\n></P>"""
    expected = html.replace("https://example.com/?a=1&amp;b=2", "http://t/l/m/0")
    assert tracked(html) == (expected, (Link("https://example.com/?a=1&b=2"),))


@pytest.mark.parametrize("href", ["'http://example.com'", "http://example.com", '"HTTP://example.com"'])
def test_every_way_to_write_href_is_found(href: str) -> None:
    html, links = tracked(f"<a href={href}>Go</a>")
    assert "/l/m/0" in (html or "")
    assert links[0].target.lower() == "http://example.com"


@pytest.mark.parametrize(
    "html",
    [
        '<a href="mailto:a@example.com">',
        '<a href="#top">',
        '<a name="x">',
        '<a data-href="https://example.com">',
        """<a title=" href='https://example.com'">""",
        '<abbr href="https://example.com">',
        '<!-- <a href="https://example.com"> -->',
        '<style>a[href="https://example.com"]{} <a href="https://example.com"></style>',
        '<img src="https://example.com/a.png">',
        '<a href="https://example.com',
    ],
)
def test_what_is_no_web_link_stays(html: str) -> None:
    assert tracked(html) == (html, ())


def test_a_link_marked_no_track_stays_and_loses_the_mark() -> None:
    html, links = tracked('<a ses:no-track href="https://example.com/a">A</a><a href="https://example.com/b">B</a>')
    assert html == '<a href="https://example.com/a">A</a><a href="http://t/l/m/0">B</a>'
    assert links == (Link("https://example.com/b"),)


def test_link_tags_are_kept_and_taken_out_of_the_mail() -> None:
    html, links = tracked('<a ses:tags="product:book;genre:fiction;genre:crime;" href="https://example.com">A</a>')
    assert html == '<a href="http://t/l/m/0">A</a>'
    assert links == (Link("https://example.com", {"product": ["book"], "genre": ["fiction", "crime"]}),)


def test_links_in_plain_text_are_numbered_on() -> None:
    text = "See https://example.com/a, (or http://example.com/b_(c)). Not ftp://example.com."
    found = track('<a href="https://example.com">A</a>', text, link_url="http://t/", pixel_url=None)
    assert found.text == "See http://t/1, (or http://t/2). Not ftp://example.com."
    assert [link.target for link in found.links[1:]] == ["https://example.com/a", "http://example.com/b_(c)"]


@pytest.mark.parametrize(
    ("html", "before"),
    [("<body>a</body></html>", "<body>a"), ("<p>a", "<p>a"), ("<BODY>a</body>b</BODY >", "<BODY>a</body>b")],
)
def test_the_pixel_stands_before_the_end_of_the_body(html: str, before: str) -> None:
    found = track(html, None, link_url="http://t/", pixel_url="http://t/o/m.gif").html
    pixel = '<img alt="" src="http://t/o/m.gif" style="display:none" width="1" height="1">'
    assert found == f"{before}{pixel}{html.removeprefix(before)}"


def test_without_click_tracking_only_the_pixel_is_added() -> None:
    found = track(
        '<a href="https://example.com">A</a>', "https://example.com", link_url="x", pixel_url="p", clicks=False
    )
    assert (found.html or "").startswith('<a href="https://example.com">A</a><img')
    assert (found.text, found.links) == ("https://example.com", ())


@pytest.mark.timeout(5)
def test_a_hostile_document_takes_no_long_time() -> None:
    html = "<a x='" * 20_000 + "<a" + " " * 100_000 + "<a " + "b" * 100_000 + "<!--" * 5_000
    text = "http://" + ")" * 100_000
    track(html, text, link_url="x", pixel_url="p")
    track("<style " * 20_000, "<script " * 20_000, link_url="x", pixel_url="p")
