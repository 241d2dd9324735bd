"""Whether a request comes from the Saleor that it names: a detached JWS over the body's raw bytes.

Saleor signs with RS256 and an unencoded payload (RFC 7797): the header `Saleor-Signature` holds
`<protected header>..<signature>`, and what is signed is the protected header, a dot and the body as sent.
https://docs.saleor.io/developer/extending/webhooks/payload-signature
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

import msgspec
from jwt import PyJWK, PyJWTError, api_jws

from saleor_stripe_app.domain.errors import Malformed, Untrusted

ALGORITHM = "RS256"
LONGEST_TOKEN = 8192
SMALLEST_KEY = 2048  # bits; NIST SP 800-131A, and what Saleor makes


class UnknownKey(Untrusted):
    """The signature names a key that this key set lacks: Saleor may have a new one, so the set is worth one fetch."""


class _JsonWebKey(msgspec.Struct, frozen=True):
    kty: str
    kid: str | None = None
    n: str = ""
    e: str = ""
    use: str | None = None
    alg: str | None = None


class _JsonWebKeySet(msgspec.Struct, frozen=True):
    keys: tuple[_JsonWebKey, ...]


@dataclass(frozen=True, slots=True)
class KeySet:
    """The RSA keys of one Saleor by their id, from its /.well-known/jwks.json (RFC 7517)."""

    keys: dict[str, PyJWK] = field(repr=False)

    @classmethod
    def parse(cls, text: str | bytes) -> Self:
        """Read a JSON Web Key Set. Keys for other purposes are left out; Malformed when no usable one is left."""
        try:
            found = msgspec.json.decode(text, type=_JsonWebKeySet).keys
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise Malformed("Saleor's key set cannot be read: it is not a JSON Web Key Set.") from error
        keys = {key.kid: parsed for key in found if key.kid and (parsed := _usable(key))}
        if not keys:
            raise Malformed(f"Saleor's key set has no {ALGORITHM} key of at least {SMALLEST_KEY} bits.")
        return cls(keys)

    def key(self, kid: str) -> PyJWK:
        """The key with this id. Raises UnknownKey."""
        try:
            return self.keys[kid]
        except KeyError:
            raise UnknownKey("The signature was made with a key that Saleor's key set does not hold.") from None


@lru_cache(maxsize=64)
def key_set(text: str) -> KeySet:
    """`KeySet.parse`, remembering the sets in use: an installation's is the same text on every request."""
    return KeySet.parse(text)


def verify(token: str | None, body: bytes, keys: KeySet) -> None:
    """Return if `token`, the header Saleor-Signature, is this Saleor's signature of exactly these bytes.

    Raises UnknownKey when the key set lacks the key, else Untrusted: also for a token that carries a payload of its
    own, for another algorithm and for any header but the one Saleor sends.
    """
    if not token or len(token) > LONGEST_TOKEN or not token.isascii():
        raise Untrusted("The request bears no signature of Saleor's (header Saleor-Signature).")
    parts = token.split(".")
    if len(parts) != 3 or parts[1]:
        raise Untrusted("The signature is not detached: it must be '<header>..<signature>'.")
    try:
        header = api_jws.get_unverified_header(token)
        key = keys.key(_key_id(header))
        api_jws.decode_complete(token, key, algorithms=[ALGORITHM], detached_payload=body)
    except PyJWTError as error:
        raise Untrusted("The signature does not match the body.") from error


def _key_id(header: dict[str, object]) -> str:
    kid = header.get("kid")
    if header.get("alg") != ALGORITHM or header.get("b64") is not False or header.get("crit") != ["b64"]:
        raise Untrusted(f"The signature must be {ALGORITHM} over the unencoded body (b64 false, critical).")
    if not isinstance(kid, str) or not kid:
        raise Untrusted("The signature names no key.")
    return kid


def _usable(key: _JsonWebKey) -> PyJWK | None:
    if key.kty != "RSA" or key.use not in (None, "sig") or key.alg not in (None, ALGORITHM):
        return None
    try:
        parsed = PyJWK({"kty": "RSA", "n": key.n, "e": key.e, "alg": ALGORITHM, "kid": key.kid})
    except (PyJWTError, ValueError, TypeError):
        return None
    return parsed if parsed.key.key_size >= SMALLEST_KEY else None
