"""Signatures and tokens under Saleor's one key."""

import json
from datetime import timedelta

import jwt
import pytest
from jwt.api_jws import PyJWS

from saleor_stripe_app.sandbox.saleor.graphql_api import requestor
from saleor_stripe_app.sandbox.saleor.signing import SigningKey
from saleor_stripe_app.sandbox.saleor.tokens import access_token, staff_token
from tests.sandbox.saleor.conftest import KEY


def verified(signature: str, body: bytes, key: SigningKey) -> None:
    public = jwt.PyJWK(key.jwk()).key
    PyJWS().decode_complete(signature, public, algorithms=["RS256"], detached_payload=body)


def test_a_webhooks_signature_is_detached_and_covers_the_raw_body():
    signature = KEY.detached(b'{"a": 1}')
    assert signature.split(".")[1] == ""
    assert jwt.get_unverified_header(signature) == {
        "alg": "RS256",
        "b64": False,
        "crit": ["b64"],
        "kid": KEY.kid,
        "typ": "JWT",
    }
    verified(signature, b'{"a": 1}', KEY)
    with pytest.raises(jwt.InvalidSignatureError):
        verified(signature, b'{"a":1}', KEY)


def test_an_empty_body_is_signed_too():
    verified(KEY.detached(b""), b"", KEY)


def test_the_key_id_is_the_thumbprint_as_in_a_recorded_key_set(recording):
    [recorded] = json.loads(recording("jwks.json"))["keys"]
    numbers = jwt.PyJWK(recorded).key.public_numbers()

    class Public:
        """Stands where a private key would: only its public half is asked for."""

        def public_key(self):
            return self

        def public_numbers(self):
            return numbers

    assert SigningKey(Public()).jwk() == recorded


async def test_a_dashboard_token_names_the_app_and_both_sets_of_permissions(saleor, app):
    user = saleor.add_user("staff@example.com", is_staff=True, permissions=["MANAGE_APPS", "HANDLE_PAYMENTS"])
    token = staff_token(KEY, saleor.api_url, app, user, saleor.now())
    claims = KEY.claims(token)
    assert claims["iss"] == saleor.api_url
    assert claims["type"] == "thirdparty"
    assert claims["app"] == app.id
    assert claims["permissions"] == ["HANDLE_PAYMENTS"]
    assert claims["user_permissions"] == ["HANDLE_PAYMENTS", "MANAGE_APPS"]
    assert claims["is_staff"] is True
    assert claims["exp"] - claims["iat"] == 300
    assert "aud" not in claims
    assert jwt.get_unverified_header(token)["kid"] == KEY.kid


async def test_a_shoppers_token_is_under_the_same_key_but_for_no_app(saleor, app):
    shopper = saleor.add_user("shopper@example.com")
    claims = KEY.claims(access_token(KEY, saleor.api_url, shopper, saleor.now()))
    assert (claims["type"], claims["is_staff"]) == ("access", False)
    assert "app" not in claims
    assert "permissions" not in claims


async def test_a_token_acts_as_its_user_until_it_expires_and_not_under_another_key(saleor, app):
    user = saleor.add_user("staff@example.com", is_staff=True, permissions=["HANDLE_PAYMENTS", "MANAGE_ORDERS"])
    token = staff_token(KEY, saleor.api_url, app, user, saleor.now())
    asking = requestor(saleor, token)
    assert (asking.user, asking.app, asking.permissions) == (user, None, frozenset({"HANDLE_PAYMENTS"}))
    old = staff_token(KEY, saleor.api_url, app, user, saleor.now() - timedelta(minutes=6))
    assert requestor(saleor, old).user is None
    saleor.key = SigningKey.generate()
    assert requestor(saleor, token).user is None
