"""The tokens that Saleor hands out under its one key: for the Dashboard's pages of an app, for staff, for shoppers."""

from datetime import datetime, timedelta

from saleor_stripe_app.sandbox.saleor.apps import App
from saleor_stripe_app.sandbox.saleor.shop import User
from saleor_stripe_app.sandbox.saleor.signing import SigningKey

APP_TOKEN_LIFE = timedelta(minutes=5)


def staff_token(
    key: SigningKey, api_url: str, app: App, user: User, now: datetime, *, life: timedelta = APP_TOKEN_LIFE
) -> str:
    """What the Dashboard hands to an app's page (`app.accessToken`): a "thirdparty" token, good for five minutes."""
    claims: dict[str, object] = {
        **_common(api_url, user, now, life),
        "type": "thirdparty",
        "app": app.id,
        "permissions": sorted(user.permissions & app.permissions),
        "user_permissions": sorted(user.permissions),
    }
    if app.audience is not None:
        claims["aud"] = app.audience
    return key.token(claims)


def access_token(
    key: SigningKey, api_url: str, user: User, now: datetime, *, life: timedelta = timedelta(minutes=5)
) -> str:
    """A login token, of staff as of any shopper: the same key, but type "access" and no `app`."""
    claims = {**_common(api_url, user, now, life), "type": "access"}
    if user.is_staff:
        claims["permissions"] = sorted(user.permissions)
    return key.token(claims)


def _common(api_url: str, user: User, now: datetime, life: timedelta) -> dict[str, object]:
    return {
        "iat": int(now.timestamp()),
        "owner": "saleor",
        "iss": api_url,
        "exp": int((now + life).timestamp()),
        "token": f"user-{user.key}",
        "email": user.email,
        "user_id": user.id,
        "is_staff": user.is_staff,
    }
