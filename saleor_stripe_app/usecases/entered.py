"""What staff enter of a merchant's Stripe account, checked: names, keys, and a webhook endpoint made by hand."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from saleor_stripe_app.domain.endpoint_scope import EndpointScope
from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.shop import Configuration
from saleor_stripe_app.stripe_gateway import accounts
from saleor_stripe_app.stripe_gateway.accounts import KeyReport
from saleor_stripe_app.stripe_gateway.permissions import CONNECT, NEEDED, SAVING
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.webhook_endpoint import webhook_url

LONGEST_NAME = 100
_SIGNING_SECRET = re.compile(r"whsec_\S+", re.ASCII)


@dataclass(frozen=True, slots=True)
class HandMadeEndpoint:
    """A webhook endpoint that the merchant made in Stripe's Dashboard: its address, and the secret shown there."""

    url: str
    signing_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Saved:
    """The configuration as it is in use now, and what staff should know of it."""

    configuration: Configuration
    warnings: tuple[str, ...] = ()


def checked_name(given: str) -> str:
    """The name with single spaces. Raises Refusal (InvalidName)."""
    name = " ".join(given.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Refusal(f"A configuration needs a name of 1 to {LONGEST_NAME} characters.", code="InvalidName")
    return name


def checked_endpoint(
    backends: Backends,
    configuration_id: str,
    given: HandMadeEndpoint | None,
    scope: EndpointScope = EndpointScope.ACCOUNT,
) -> str | None:
    """The signing secret of an endpoint made by hand. Raises Refusal when its events would not come here."""
    if given is None:
        return None
    wanted = webhook_url(backends, configuration_id, scope)
    if given.url.strip().rstrip("/") != wanted:
        raise Refusal(f"The endpoint in Stripe's Dashboard must send its events to {wanted}.", code="WrongEndpointUrl")
    secret = given.signing_secret.strip()
    if not _SIGNING_SECRET.fullmatch(secret):
        raise Refusal(
            "The signing secret must start with whsec_: Stripe's Dashboard shows it with the endpoint.",
            code="InvalidSigningSecret",
        )
    return secret


async def examined(
    backends: Backends, publishable_key: str, secret_key: str, *, by_hand: bool, vendors: bool = False
) -> tuple[KeyReport, tuple[str, ...]]:
    """What is known of the keys, and warnings. Raises Refusal for keys that do not work together or may too little."""
    report = await accounts.examine_keys(
        backends.stripe, publishable_key, secret_key, with_webhooks=not by_hand, with_connect=vendors
    )
    missing = [name for name in report.missing if name in NEEDED.values()]
    if missing:
        raise Refusal(
            f"The key lacks {'a permission' if len(missing) == 1 else 'permissions'}: {', '.join(missing)}. "
            "Add what is missing to it in Stripe's Dashboard, and save again.",
            code="MissingPermissions",
        )
    saving = [name for name in report.missing if name in SAVING.values()]
    warnings = report.warnings + _without(
        saving, "Stripe is not told of customers, or customers cannot save how they pay."
    )
    if not vendors:
        return report, warnings
    connect = [name for name in dict.fromkeys(report.missing) if name in CONNECT.values()]
    return report, warnings + _without(connect, "vendors' accounts cannot be made, onboarded or looked at.")


def _without(lacking: Sequence[str], undone: str) -> tuple[str, ...]:
    """What a key that lacks these permissions leaves undone."""
    return (f"The key lacks {', '.join(lacking)}: {undone}",) if lacking else ()
