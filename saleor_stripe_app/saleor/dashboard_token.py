"""Who is at the Dashboard: the token that Saleor's Dashboard gives an app for the member of staff who opened it.

The very same keys sign shoppers' and staff's own tokens, so a good signature alone says nothing: the token must be of
type `thirdparty`, made for this app, by this Saleor, and not expired.
https://docs.saleor.io/developer/extending/apps/developing-apps/app-user-token
"""

from dataclasses import dataclass, field
from datetime import datetime

import msgspec
from jwt import PyJWTError, api_jws

from saleor_stripe_app.domain.errors import Untrusted
from saleor_stripe_app.saleor.signature import ALGORITHM, LONGEST_TOKEN, KeySet

THIRD_PARTY = "thirdparty"
CLOCK_SKEW = 5.0  # seconds that this machine's clock may be ahead of Saleor's


class _Claims(msgspec.Struct, frozen=True):
    iss: str
    type: str
    app: str
    exp: float
    user_id: str
    email: str = ""
    is_staff: bool = False
    permissions: tuple[str, ...] = ()
    user_permissions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DashboardUser:
    """A member of staff. `user_permissions` are all of theirs, `permissions` those that the app has as well."""

    id: str
    email: str = field(repr=False)
    permissions: frozenset[str]
    user_permissions: frozenset[str]
    expires: float

    def require(self, *needed: str) -> None:
        """Return if this user has all these permissions. Raises Untrusted (forbidden) that names the missing ones."""
        missing = sorted(set(needed) - self.user_permissions)
        if missing:
            raise Untrusted(f"You need the permission {' and '.join(missing)} in Saleor for this.", forbidden=True)


def issuer(token: str) -> str:
    """The Saleor API URL that the token claims to be from, to find the installation by. Nothing is verified.

    Raises Untrusted when the token cannot be read.
    """
    return _claims(_payload(token, None)).iss


def verify(token: str, keys: KeySet, *, saleor_api_url: str, app_id: str, now: datetime) -> DashboardUser:
    """The user that the token is for.

    `keys`, `saleor_api_url` and `app_id` are the registered installation's. Raises UnknownKey when the key set lacks
    the key, else Untrusted with the reason.
    """
    claims = _claims(_payload(token, keys))
    if claims.exp + CLOCK_SKEW <= now.timestamp():
        raise Untrusted("The session of Saleor's Dashboard has expired: reload the page.")
    if claims.iss != saleor_api_url:
        raise Untrusted("The token is from another Saleor.")
    if claims.type != THIRD_PARTY or claims.app != app_id:
        raise Untrusted("The token was not made for this app.")
    return DashboardUser(
        id=claims.user_id,
        email=claims.email,
        permissions=frozenset(claims.permissions),
        user_permissions=frozenset(claims.user_permissions),
        expires=claims.exp,
    )


def _payload(token: str, keys: KeySet | None) -> bytes:
    if not token or len(token) > LONGEST_TOKEN or not token.isascii() or token.count(".") != 2:
        raise Untrusted("There is no token of Saleor's Dashboard.")
    try:
        header = api_jws.get_unverified_header(token)
        kid = header.get("kid")
        if header.get("alg") != ALGORITHM or "crit" in header or "b64" in header or not isinstance(kid, str):
            raise Untrusted(f"The token must be a JSON Web Token signed with {ALGORITHM}.")
        if keys is None:
            decoded = api_jws.decode_complete(token, options={"verify_signature": False})
        else:
            decoded = api_jws.decode_complete(token, keys.key(kid), algorithms=[ALGORITHM])
    except PyJWTError as error:
        raise Untrusted("The token's signature is wrong.") from error
    payload = decoded["payload"]
    assert isinstance(payload, bytes)
    return payload


def _claims(payload: bytes) -> _Claims:
    try:
        return msgspec.json.decode(payload, type=_Claims)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Untrusted("The token was not made by Saleor's Dashboard for an app.") from error
