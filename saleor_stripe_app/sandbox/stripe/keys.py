"""API keys: secret, restricted and publishable, each of one account and one mode."""

from dataclasses import dataclass, field

from saleor_stripe_app.sandbox.stripe.errors import StripeFailure

SECRET, RESTRICTED, PUBLISHABLE = "sk", "rk", "pk"


@dataclass(slots=True)
class Key:
    """A key. `permissions` are those of a restricted key, as `rak_payment_intent_write`; writing includes reading."""

    value: str
    account: str
    kind: str
    livemode: bool
    permissions: set[str] = field(default_factory=set)
    expired: bool = False

    def may(self, permission: str) -> bool:
        """Whether a permission is granted; secret keys have all."""
        if self.kind == SECRET:
            return True
        return permission in self.permissions or permission.replace("_read", "_write") in self.permissions

    def masked(self) -> str:
        """The key as Stripe's messages show it."""
        head = self.value[:8]
        return f"{head}{'*' * 12}{self.value[-4:]}"


def find(keys: dict[str, Key], value: str) -> Key:
    """The key sent with a request, or 401 (https://docs.stripe.com/api/authentication)."""
    if not value:
        raise StripeFailure(
            401,
            "You did not provide an API key. You need to provide your API key in the Authorization header, using "
            "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
            keeps=False,
        )
    key = keys.get(value)
    if key is None:
        shown = f"{value[:8]}{'*' * 12}{value[-4:]}"
        raise StripeFailure(401, f"Invalid API Key provided: {shown}", keeps=False)
    if key.expired:
        raise StripeFailure(401, f"Expired API Key provided: {key.masked()}", code="api_key_expired", keeps=False)
    return key


def authorize(key: Key, permission: str, account: str, *, publishable: bool) -> None:
    """403 unless the key may do this; `publishable` operations are open to publishable keys.

    Permissions come before parameters and ids: a write that names an unknown id is 403 without the permission.
    """
    if key.kind == PUBLISHABLE:
        if publishable:
            return
        raise StripeFailure(
            403,
            "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a "
            "list of your API keys at https://dashboard.stripe.com/account/apikeys.",
            code="secret_key_required",
            keeps=False,
        )
    if not key.may(permission):
        raise StripeFailure(
            403,
            f"The provided key '{key.masked()}' does not have the required permissions for this endpoint on account "
            f"'{account}'. Having the '{permission}' permission would allow this request to continue.",
            keeps=False,
        )
