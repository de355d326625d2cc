"""The source of a mail, as the recipient's server would get it."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from local.ses.mime import compose, read_raw

HEADERS = [("From", "Shop <news@example.com>"), ("To", "a@example.org"), ("Subject", "Frühling 🌱"), ("X-Mine", "1")]


def parsed(source: bytes) -> EmailMessage:
    return message_from_bytes(source, policy=policy.SMTP)


def content(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    assert isinstance(part, EmailMessage)
    return str(part.get_content()).strip()


def test_html_and_text_become_alternatives() -> None:
    message = parsed(compose(HEADERS, "<p>ä</p>", "ä", None))
    assert message.get_content_type() == "multipart/alternative"
    assert (content(message, "html"), content(message, "plain")) == ("<p>ä</p>", "ä")
    assert (message["Subject"], message["X-Mine"]) == ("Frühling 🌱", "1")


def test_one_body_alone_is_the_message() -> None:
    assert parsed(compose(HEADERS, "<p>a</p>", None, None)).get_content_type() == "text/html"
    assert parsed(compose(HEADERS, None, "a", None)).get_content_type() == "text/plain"


def test_in_a_raw_message_only_the_bodies_are_replaced() -> None:
    raw = EmailMessage(policy=policy.SMTP)
    raw["From"], raw["To"], raw["Bcc"], raw["Subject"] = "news@example.com", "a@example.org", "b@example.org", "Hi"
    raw.set_content("before")
    raw.add_alternative("<p>before</p>", subtype="html")
    raw.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    source = raw.as_bytes()
    read = read_raw(source)
    message = parsed(compose([*read.headers, ("Message-ID", "<x@y>")], "<p>after</p>", "after", source))
    assert (content(message, "html"), content(message, "plain")) == ("<p>after</p>", "after")
    assert [part.get_filename() for part in message.iter_attachments()] == ["a.pdf"]
    assert message["Bcc"] is None
    assert message["Message-ID"] == "<x@y>"
