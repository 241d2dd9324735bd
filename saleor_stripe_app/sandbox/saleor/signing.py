"""Saleor's one key: it signs webhooks (detached JWS over the raw body) and every user's token.

RFC 7797 with `b64: false`; the key's id is its RFC 7638 thumbprint.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Self

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unsigned(number: int) -> str:
    return _base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))


class SigningKey:
    """An RSA key with the header and key set that Saleor shows for it."""

    def __init__(self, private_key: rsa.RSAPrivateKey) -> None:
        self._private_key = private_key
        numbers = private_key.public_key().public_numbers()
        self.n, self.e = _unsigned(numbers.n), _unsigned(numbers.e)
        required_members = json.dumps({"e": self.e, "kty": "RSA", "n": self.n}, separators=(",", ":"))
        self.kid = _base64url(hashlib.sha256(required_members.encode()).digest())

    @classmethod
    def generate(cls) -> Self:
        return cls(rsa.generate_private_key(public_exponent=65537, key_size=2048))

    def jwk(self) -> dict[str, object]:
        return {
            "kty": "RSA",
            "key_ops": ["verify"],
            "n": self.n,
            "e": self.e,
            "use": "sig",
            "kid": self.kid,
            "alg": "RS256",
        }

    def detached(self, body: bytes) -> str:
        """`Saleor-Signature` for these bytes: header and signature with nothing between the two dots."""
        header = {"alg": "RS256", "b64": False, "crit": ["b64"], "kid": self.kid, "typ": "JWT"}
        protected = _base64url(json.dumps(header, separators=(",", ":")).encode())
        signature = self._private_key.sign(protected.encode() + b"." + body, padding.PKCS1v15(), hashes.SHA256())
        return f"{protected}..{_base64url(signature)}"

    def token(self, claims: Mapping[str, object]) -> str:
        return jwt.encode(dict(claims), self._private_key, algorithm="RS256", headers={"kid": self.kid})

    def claims(self, token: str) -> dict[str, object]:
        """The claims of a token under this key, whatever its age; raises jwt.PyJWTError."""
        return dict(
            jwt.decode(
                token,
                self._private_key.public_key(),
                algorithms=["RS256"],
                options={"verify_aud": False, "verify_exp": False, "verify_iat": False},
            )
        )
