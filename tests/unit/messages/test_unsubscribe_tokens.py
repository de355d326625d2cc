"""A token stands for one message and its campaign's topic, and cannot be made without the key."""

import hashlib
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.suppressions.model import TOPIC_PATTERN
from chalicelib.tracking.model import Subscription
from chalicelib.tracking.tokens import TokenSigner, UnknownTokenError, key_label

MESSAGE_ID = "cmp_01k9xq8z0v5w3r7t2y4n6m8p0s-00000-00007"


class Keys:
    """Derives keys and keeps the labels that it was asked for."""

    def __init__(self, seed: str = "one") -> None:
        self.seed = seed
        self.labels: list[str] = []

    def derive(self, label: str) -> bytes:
        self.labels.append(label)
        return hashlib.sha256(f"{self.seed}{label}".encode()).digest()


@pytest.mark.parametrize("topic", [None, "news", "a-1", "a" * 40])
def test_a_token_brings_its_message_and_topic_back_again_and_again(topic: str | None) -> None:
    keys = Keys()
    signer = TokenSigner(keys.derive, "https://example.com")
    subscription = Subscription(MESSAGE_ID, topic)
    token = signer.token(subscription)
    assert [signer.subscription(token) for _ in range(3)] == [subscription] * 3
    assert signer.link(MESSAGE_ID, topic) == f"https://example.com/u/{token}"
    assert keys.labels == [key_label(1)]


@given(st.from_regex(TOPIC_PATTERN, fullmatch=True))
def test_a_token_needs_no_escaping_in_a_url(topic: str) -> None:
    allowed = set(string.ascii_letters + string.digits + "._-")
    assert set(TokenSigner(Keys().derive).token(Subscription(MESSAGE_ID, topic))) <= allowed


def test_a_token_of_another_key_message_or_topic_is_refused() -> None:
    signer = TokenSigner(Keys().derive)
    token = signer.token(Subscription(MESSAGE_ID))
    about_news = signer.token(Subscription(MESSAGE_ID, "news"))
    signature = token.rpartition(".")[2]
    for wrong in (
        TokenSigner(Keys("two").derive).token(Subscription(MESSAGE_ID)),
        token.replace("00007", "00008"),
        token[:-1],
        f"{token}A",
        token.rpartition(".")[0],
        f"{key_label(1)}.{MESSAGE_ID}.größe",
        f"{key_label(1)}.{MESSAGE_ID}.news.{signature}",
        about_news.replace("news", "offers"),
        about_news.replace(".news", ""),
        about_news.replace("news", "news.news"),
        "",
    ):
        with pytest.raises(UnknownTokenError):
            signer.subscription(wrong)


def test_no_key_is_derived_for_a_label_that_is_not_ours() -> None:
    keys = Keys()
    signer = TokenSigner(keys.derive)
    with pytest.raises(UnknownTokenError):
        signer.subscription(signer.token(Subscription(MESSAGE_ID)).replace(key_label(1), "other-1"))
    assert keys.labels == [key_label(1)]


@given(text=st.text())
def test_any_other_text_is_refused_and_nothing_else_is_said(text: str) -> None:
    with pytest.raises(UnknownTokenError, match="This link is not valid"):
        TokenSigner(Keys().derive).subscription(text)


def test_links_signed_before_a_rotation_go_on_working_and_new_ones_are_signed_by_the_new_key() -> None:
    keys = Keys()
    old = TokenSigner(keys.derive).token(Subscription(MESSAGE_ID))
    rotated = TokenSigner(keys.derive, generations=range(1, 3))
    assert rotated.subscription(old) == Subscription(MESSAGE_ID)
    new = rotated.token(Subscription(MESSAGE_ID))
    assert new.startswith(f"{key_label(2)}.")
    assert rotated.subscription(new) == Subscription(MESSAGE_ID)
    with pytest.raises(UnknownTokenError):
        TokenSigner(keys.derive).subscription(new)


def test_links_of_a_key_that_leaked_are_not_taken_any_more() -> None:
    keys = Keys()
    leaked = TokenSigner(keys.derive).token(Subscription(MESSAGE_ID))
    with pytest.raises(UnknownTokenError):
        TokenSigner(keys.derive, generations=range(2, 3)).subscription(leaked)
