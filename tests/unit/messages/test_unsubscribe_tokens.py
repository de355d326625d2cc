"""A token stands for one message and cannot be made without the key."""

import hashlib
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.tracking.tokens import KEY_LABEL, TokenSigner, UnknownTokenError

MESSAGE_ID = "cmp_01k9xq8z0v5w3r7t2y4n6m8p0s-00000-00007"


class Keys:
    """Derives keys and keeps the labels that it was asked for."""

    def __init__(self, seed: str = "one") -> None:
        self.seed = seed
        self.labels: list[str] = []

    def derive(self, label: str) -> bytes:
        self.labels.append(label)
        return hashlib.sha256(f"{self.seed}{label}".encode()).digest()


def test_a_token_brings_its_message_back_again_and_again() -> None:
    keys = Keys()
    signer = TokenSigner(keys.derive, "https://example.com")
    token = signer.token(MESSAGE_ID)
    assert [signer.message_id(token) for _ in range(3)] == [MESSAGE_ID] * 3
    assert signer.link(MESSAGE_ID) == f"https://example.com/u/{token}"
    assert keys.labels == [KEY_LABEL]


def test_a_token_needs_no_escaping_in_a_url() -> None:
    allowed = set(string.ascii_letters + string.digits + "._-")
    signer = TokenSigner(Keys().derive)
    assert all(set(signer.token(f"{MESSAGE_ID}{number}")) <= allowed for number in range(200))


def test_a_token_of_another_key_or_message_is_refused() -> None:
    signer = TokenSigner(Keys().derive)
    token = signer.token(MESSAGE_ID)
    for wrong in (
        TokenSigner(Keys("two").derive).token(MESSAGE_ID),
        token.replace("00007", "00008"),
        token[:-1],
        f"{token}A",
        token.rpartition(".")[0],
        f"{KEY_LABEL}.{MESSAGE_ID}.größe",
        "",
    ):
        with pytest.raises(UnknownTokenError):
            signer.message_id(wrong)


def test_no_key_is_derived_for_a_label_that_is_not_ours() -> None:
    keys = Keys()
    signer = TokenSigner(keys.derive)
    with pytest.raises(UnknownTokenError):
        signer.message_id(signer.token(MESSAGE_ID).replace(KEY_LABEL, "other-1"))
    assert keys.labels == [KEY_LABEL]


@given(text=st.text())
def test_any_other_text_is_refused_and_nothing_else_is_said(text: str) -> None:
    with pytest.raises(UnknownTokenError, match="This link is not valid"):
        TokenSigner(Keys().derive).message_id(text)
