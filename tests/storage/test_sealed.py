"""A sealed text opens only in its place, unaltered, with one of the keys given."""

import base64
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_stripe_app.domain.errors import Unavailable
from saleor_stripe_app.storage.sealed import KeyRing, Unsealable, Where, key_id, new_key

OLD, NEW, STRANGE = (bytes([number]) * 32 for number in (1, 2, 3))
RING = KeyRing((OLD,))
HERE = Where("installations", "token", "https://shop.example/graphql/")
ELSEWHERE = (
    Where("installations", "token", "https://other.example/graphql/"),
    Where("installations", "key_set", HERE.row),
    Where("configurations", "token", HERE.row),
)


@given(st.text(), st.text())
def test_what_is_sealed_opens_again_in_its_place(text: str, row: str):
    where = Where("installations", "token", row)
    assert RING.unseal(RING.seal(text, where), where) == text


def test_equal_texts_are_sealed_differently():
    assert RING.seal("secret", HERE) != RING.seal("secret", HERE)


def test_the_secret_does_not_show():
    sealed = RING.seal("sk_live_secret", HERE)
    assert "secret" not in sealed
    assert sealed.startswith(f"v1.{key_id(OLD)}.")


@pytest.mark.parametrize("where", ELSEWHERE, ids=str)
def test_a_text_pasted_elsewhere_does_not_open(where: Where):
    with pytest.raises(Unsealable, match="another row"):
        RING.unseal(RING.seal("secret", HERE), where)


@given(st.data())
def test_any_character_changed_is_noticed(data: st.DataObject):
    ring = KeyRing((OLD, NEW))
    sealed = ring.seal("secret", HERE)
    at = data.draw(st.integers(0, len(sealed) - 1))
    other = data.draw(st.characters(max_codepoint=127).filter(lambda character: character != sealed[at]))
    with pytest.raises(Unsealable):
        ring.unseal(sealed[:at] + other + sealed[at + 1 :], HERE)


@given(st.text())
def test_what_was_never_sealed_does_not_open(text: str):
    with pytest.raises(Unsealable):
        RING.unseal(text, HERE)


def test_after_rotation_old_texts_open_and_new_ones_need_only_the_new_key():
    old = RING.seal("secret", HERE)
    both = KeyRing((NEW, OLD))
    assert both.unseal(old, HERE) == "secret"
    assert not both.is_newest(old)
    renewed = both.seal("secret", HERE)
    assert both.is_newest(renewed)
    assert KeyRing((NEW,)).unseal(renewed, HERE) == "secret"


def test_without_its_key_a_text_does_not_open_and_the_error_says_so():
    with pytest.raises(Unsealable, match="not among those given") as raised:
        KeyRing((STRANGE,)).unseal(RING.seal("secret", HERE), HERE)
    assert isinstance(raised.value, Unavailable)
    assert "secret" not in str(raised.value)


def test_keys_are_read_from_text_with_or_without_padding():
    padded = base64.urlsafe_b64encode(OLD).decode()
    assert KeyRing.parse([padded, f" {new_key()} "]).keys[0] == OLD
    assert KeyRing.parse([padded.rstrip("=")]) == RING


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ([], "at least one key"),
        ([base64.urlsafe_b64encode(OLD).decode(), "not a key!"], "key 2 is not base64url text of 32 bytes"),
        ([base64.urlsafe_b64encode(b"short").decode()], "key 1 has 5 bytes; 32 are needed"),
        ([base64.urlsafe_b64encode(OLD).decode()] * 2, "given twice"),
    ],
)
def test_a_bad_key_is_named_by_its_number(texts: list[str], message: str):
    with pytest.raises(ValueError, match=message) as raised:
        KeyRing.parse(texts)
    assert not any(text in str(raised.value) for text in texts)


def test_no_key_shows_in_a_repr():
    key = secrets.token_bytes(32)
    shown = repr(KeyRing((key,)))
    assert shown == f"KeyRing({key_id(key)})"
    assert key.hex()[:8] not in shown
