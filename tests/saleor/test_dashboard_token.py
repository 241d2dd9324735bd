from datetime import UTC, datetime

import pytest

from saleor_stripe_app.domain.errors import Untrusted
from saleor_stripe_app.saleor import dashboard_token
from saleor_stripe_app.saleor.signature import KeySet, UnknownKey
from tests.saleor import keys

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = "https://shop.example/graphql/"
CLAIMS = {
    "iat": NOW.timestamp(),
    "exp": NOW.timestamp() + 300,
    "iss": URL,
    "owner": "saleor",
    "type": "thirdparty",
    "app": "QXBwOjE=",
    "user_id": "VXNlcjox",
    "email": "staff@example.com",
    "is_staff": True,
    "token": "abc",
    "permissions": ["HANDLE_PAYMENTS"],
    "user_permissions": ["HANDLE_PAYMENTS", "MANAGE_APPS"],
}


def verify(token, now=NOW, url=URL, app_id="QXBwOjE="):
    return dashboard_token.verify(token, KeySet.parse(keys.key_set()), saleor_api_url=url, app_id=app_id, now=now)


def test_a_token_of_the_dashboard_names_its_user_and_their_permissions():
    user = verify(keys.token(CLAIMS))
    assert user.id == "VXNlcjox"
    assert user.permissions == {"HANDLE_PAYMENTS"}
    assert user.user_permissions == {"HANDLE_PAYMENTS", "MANAGE_APPS"}
    user.require("HANDLE_PAYMENTS", "MANAGE_APPS")


def test_a_missing_permission_is_named_and_forbidden():
    with pytest.raises(Untrusted, match="MANAGE_ORDERS") as refused:
        verify(keys.token(CLAIMS)).require("HANDLE_PAYMENTS", "MANAGE_ORDERS")
    assert refused.value.forbidden


def test_the_e_mail_address_is_not_in_what_is_printed():
    assert "example.com" not in repr(verify(keys.token(CLAIMS)))


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://other.example/graphql/"},
        {"type": "access"},
        {"app": "QXBwOjI="},
        {"exp": NOW.timestamp() - 10},
        {"exp": "soon"},
        {"user_permissions": "HANDLE_PAYMENTS"},
    ],
    ids=str,
)
def test_a_token_for_anything_else_is_refused_though_saleor_signed_it(changed):
    with pytest.raises(Untrusted):
        verify(keys.token({**CLAIMS, **changed}))


@pytest.mark.parametrize("missing", ["exp", "iss", "type", "app", "user_id"])
def test_a_token_without_a_needed_claim_is_refused(missing):
    with pytest.raises(Untrusted):
        verify(keys.token({key: value for key, value in CLAIMS.items() if key != missing}))


def test_a_shoppers_own_token_is_refused():
    with pytest.raises(Untrusted):
        verify(
            keys.token({"iss": URL, "type": "access", "exp": CLAIMS["exp"], "user_id": "VXNlcjoy", "is_staff": False})
        )


def test_an_expired_token_is_refused_by_the_clock_that_is_given():
    with pytest.raises(Untrusted, match="expired"):
        verify(keys.token(CLAIMS), now=datetime(2026, 11, 24, 12, 6, tzinfo=UTC))


def test_a_forged_token_is_refused():
    with pytest.raises(Untrusted, match="signature"):
        verify(keys.token(CLAIMS, key=keys.other_private_key()))


def test_an_unknown_key_is_told_apart():
    with pytest.raises(UnknownKey):
        verify(keys.token(CLAIMS, kid="newer"))


def test_a_webhook_signature_is_no_token():
    with pytest.raises(Untrusted):
        verify(keys.detached(b"{}"))


@pytest.mark.parametrize("token", ["", "a", "a.b.c", "..", "é.é.é", "x" * 9000])
def test_what_is_no_token_is_refused(token):
    with pytest.raises(Untrusted):
        verify(token)
    with pytest.raises(Untrusted):
        dashboard_token.issuer(token)


def test_the_issuer_is_read_before_the_installation_is_known():
    assert dashboard_token.issuer(keys.token(CLAIMS, key=keys.other_private_key())) == URL
