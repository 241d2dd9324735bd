"""A key of our own to sign with, where a test needs what no recording holds."""

import json
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from jwt import api_jws
from jwt.algorithms import RSAAlgorithm

KID = "test-key"


@cache
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def other_private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def key_set() -> str:
    return json.dumps({"keys": [web_key(private_key(), KID)]})


def web_key(key: rsa.RSAPrivateKey, kid: str) -> dict[str, Any]:
    return {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid, "use": "sig", "alg": "RS256"}


def detached(body: bytes, *, kid: str = KID, key: rsa.RSAPrivateKey | None = None) -> str:
    """Sign as Saleor signs a webhook."""
    return api_jws.encode(
        body, key or private_key(), "RS256", headers={"kid": kid, "crit": ["b64"]}, is_payload_detached=True
    )


def token(claims: dict[str, Any], *, kid: str = KID, key: rsa.RSAPrivateKey | None = None) -> str:
    """Sign as Saleor signs a token."""
    return api_jws.encode(json.dumps(claims).encode(), key or private_key(), "RS256", headers={"kid": kid})
