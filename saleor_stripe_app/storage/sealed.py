"""Secrets at rest: AES-256-GCM, each bound to its row and column, under a ring of keys that can be exchanged.

A sealed text is `v1.<key id>.<nonce>.<ciphertext and tag>`, the last two in base64url without padding. The place is the
additional data of NIST SP 800-38D: a text that is copied to another row or column no longer opens.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from saleor_stripe_app.domain.errors import Unavailable

_VERSION = "v1"
_KEY_BYTES = 32
_NONCE_BYTES = 12


class Unsealable(Unavailable):
    """A stored secret does not open: its key is not in the ring, it was altered, or it belongs to another row."""


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a sealed text. `row` is the row's primary key."""

    table: str
    column: str
    row: str

    def __str__(self) -> str:
        return f"{self.table}/{self.column}/{self.row}"


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys of 32 bytes, the newest first: it seals, all of them unseal."""

    keys: tuple[bytes, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.keys:
            raise ValueError("at least one key is needed")
        for number, key in enumerate(self.keys, start=1):
            if len(key) != _KEY_BYTES:
                raise ValueError(f"key {number} has {len(key)} bytes; {_KEY_BYTES} are needed")
        if len({key_id(key) for key in self.keys}) < len(self.keys):
            raise ValueError("a key is given twice")

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(key_id(key) for key in self.keys)})"

    @classmethod
    def parse(cls, texts: Sequence[str]) -> "KeyRing":
        """Read keys from base64url. Raises ValueError with the number of the bad key, never with its text."""
        keys = []
        for number, text in enumerate(texts, start=1):
            try:
                keys.append(_decoded(text.strip().rstrip("=")))
            except ValueError:
                raise ValueError(f"key {number} is not base64url text of {_KEY_BYTES} bytes") from None
        return cls(tuple(keys))

    def seal(self, text: str, where: Where) -> str:
        """Seal with the newest key."""
        newest = self.keys[0]
        nonce = secrets.token_bytes(_NONCE_BYTES)
        ciphertext = AESGCM(newest).encrypt(nonce, text.encode(), str(where).encode())
        return ".".join((_VERSION, key_id(newest), _encoded(nonce), _encoded(ciphertext)))

    def unseal(self, sealed: str, where: Where) -> str:
        """Open with the key that the text names. Raises Unsealable."""
        try:
            version, named, nonce, ciphertext = sealed.split(".")
            nonce_bytes, ciphertext_bytes = _decoded(nonce), _decoded(ciphertext)
        except ValueError:
            raise Unsealable(f"{where} holds no sealed text") from None
        if version != _VERSION or len(nonce_bytes) != _NONCE_BYTES:
            raise Unsealable(f"{where} is sealed in a form that is not known")
        key = next((key for key in self.keys if key_id(key) == named), None)
        if key is None:
            raise Unsealable(f"{where} is sealed with a key that is not among those given")
        try:
            return AESGCM(key).decrypt(nonce_bytes, ciphertext_bytes, str(where).encode()).decode()
        except (InvalidTag, ValueError):
            raise Unsealable(f"{where} was altered, or was sealed for another row") from None

    def digest(self, text: str) -> str:
        """What tells equal texts and not what they are, even to whoever tries them all. Changes with the newest key."""
        return hmac.new(self.keys[0], b"saleor-stripe-app digest" + text.encode(), hashlib.sha256).hexdigest()

    def is_newest(self, sealed: str) -> bool:
        """Whether the text names the newest key."""
        return sealed.startswith(f"{_VERSION}.{key_id(self.keys[0])}.")


def key_id(key: bytes) -> str:
    """A public name of a key: eight hexadecimal digits of its hash."""
    return hashlib.sha256(b"saleor-stripe-app key id" + key).hexdigest()[:8]


def new_key() -> str:
    """A fresh key as text."""
    return _encoded(secrets.token_bytes(_KEY_BYTES))


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error
    # The last character may carry bits that no byte uses; only the one spelling that we write is accepted.
    if _encoded(raw) != text:
        raise ValueError("not base64url as it is written here")
    return raw
