"""Connected accounts: asked for, looked at, and their ways to give Stripe what it wants.

Accounts are made with Accounts v2, as Stripe asks of new platforms (https://docs.stripe.com/connect/accounts-v2), or
with the controller properties of v1 where a platform has only those. Both are read as v1 shows them: its capabilities,
requirements and events are there for either.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, cast

import msgspec
import stripe

from saleor_stripe_app.domain import metadata as marks
from saleor_stripe_app.domain.errors import AppError, Declined
from saleor_stripe_app.domain.marketplace.vendor import AccountState, Vendor
from saleor_stripe_app.stripe_gateway.calls import WITHIN, answered
from saleor_stripe_app.stripe_gateway.failures import NOT_CONNECTED
from saleor_stripe_app.stripe_gateway.wire import Identified, moment, narrowed

if TYPE_CHECKING:
    from stripe.params import AccountCreateParams, AccountLinkCreateParams, AccountSessionCreateParams
    from stripe.params.v2.core import AccountCreateParams as AccountV2CreateParams
    from stripe.params.v2.core import AccountLinkCreateParams as AccountLinkV2CreateParams

V1, V2 = "v1", "v2"
# A platform that may not use Accounts v2: https://docs.stripe.com/api/v2/core/accounts/create
WITHOUT_V2 = frozenset({"accounts_v2_access_blocked", "non_connect_platform_accounts_v2_access_blocked"})
# An account that is not there, or not this platform's any more: https://docs.stripe.com/error-codes
GONE = frozenset({NOT_CONNECTED, "resource_missing"})
ONBOARDING = "account_onboarding"
TRANSFERS = "transfers"


class AccountDashboard(StrEnum):
    """What of Stripe's Dashboard the vendor gets. With NONE the platform collects what Stripe asks for.

    With both the platform pays Stripe's fees and bears an account's losses. An account with Stripe's full Dashboard
    belongs to its owner and is linked, not made. https://docs.stripe.com/connect/design-an-integration
    """

    EXPRESS = "express"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ConnectedAccount:
    """An account as Stripe shows it now; `country` and `currency` (lower case) are what Stripe pays it out in."""

    id: str
    country: str
    currency: str | None
    state: AccountState


@dataclass(frozen=True, slots=True)
class OnboardingLink:
    """A page of Stripe's that works once, until then. It lets in whoever has it: it belongs in no log or e-mail."""

    url: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OnboardingSession:
    """What Stripe's embedded onboarding is begun with (https://docs.stripe.com/connect/embedded-onboarding)."""

    client_secret: str = field(repr=False)
    expires_at: datetime


class _Requirements(msgspec.Struct, frozen=True):
    currently_due: tuple[str, ...] | None = None
    past_due: tuple[str, ...] | None = None
    disabled_reason: str | None = None
    current_deadline: int | None = None


class _AccountWire(Identified, frozen=True):
    country: str | None = None
    default_currency: str | None = None
    capabilities: dict[str, str] | None = None
    charges_enabled: bool = False
    payouts_enabled: bool = False
    details_submitted: bool = False
    requirements: _Requirements | None = None


def parameters(
    vendor: Vendor, saleor_api_url: str, interface: str, dashboard: AccountDashboard, email: str
) -> dict[str, object]:
    """What an account of this vendor is asked for with; it is to receive transfers, and to sell nothing in its name."""
    given = _of_v2(vendor, dashboard, email) if interface == V2 else _of_v1(vendor, dashboard, email)
    return given | {"metadata": {marks.API_URL: saleor_api_url, marks.VENDOR: vendor.key}}


def _of_v2(vendor: Vendor, dashboard: AccountDashboard, email: str) -> dict[str, object]:
    return {
        "contact_email": email,
        "display_name": vendor.name,
        "dashboard": dashboard.value,
        "identity": {"country": vendor.country.lower()},
        "configuration": {"recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}},
        "defaults": {"responsibilities": {"fees_collector": "application", "losses_collector": "application"}},
    }


def _of_v1(vendor: Vendor, dashboard: AccountDashboard, email: str) -> dict[str, object]:
    collects = "application" if dashboard is AccountDashboard.NONE else "stripe"
    return {
        "email": email,
        "business_profile": {"name": vendor.name},
        "country": vendor.country,
        "capabilities": {TRANSFERS: {"requested": True}},
        "controller": {
            "fees": {"payer": "application"},
            "losses": {"payments": "application"},
            "requirement_collection": collects,
            "stripe_dashboard": {"type": dashboard.value},
        },
    }


async def create(
    client: stripe.StripeClient,
    interface: str,
    given: Mapping[str, object],
    idempotency_key: str,
    *,
    within: float = WITHIN,
) -> str:
    """Make an account from `parameters`; its id. Raises Declined and Unavailable."""
    if interface == V2:
        modern = cast("AccountV2CreateParams", dict(given))
        made = await answered(
            lambda: client.v2.core.accounts.create_async(modern, {"idempotency_key": idempotency_key}),
            keyed=True,
            within=within,
        )
        return made.id
    params = cast("AccountCreateParams", dict(given))
    account = await answered(
        lambda: client.v1.accounts.create_async(params, {"idempotency_key": idempotency_key}),
        keyed=True,
        within=within,
    )
    return account.id


def lacks_v2(error: AppError) -> bool:
    """Whether a platform was told that it may not use Accounts v2."""
    return isinstance(error, Declined) and error.stripe_code in WITHOUT_V2


async def read(client: stripe.StripeClient, account: str, *, within: float = WITHIN) -> ConnectedAccount | None:
    """The account as it is now; None for one that is not connected to this platform (any more), or gone.

    `went_live` is what it shows now: whoever knows better adds that. Raises Declined (also for a key that may not read
    accounts) and Unavailable.
    """
    try:
        found = await answered(lambda: client.v1.accounts.retrieve_async(account), within=within)
    except Declined as declined:
        if declined.stripe_code in GONE:
            return None
        raise
    if getattr(found, "deleted", False):
        return None
    wire = narrowed(found, _AccountWire)
    state = _state(wire)
    return ConnectedAccount(wire.id, (wire.country or "").upper(), wire.default_currency, state)


def _state(wire: _AccountWire) -> AccountState:
    wanted = wire.requirements or _Requirements()
    return AccountState(
        transfers=(wire.capabilities or {}).get(TRANSFERS, "inactive"),
        charges_enabled=wire.charges_enabled,
        payouts_enabled=wire.payouts_enabled,
        details_submitted=wire.details_submitted,
        currently_due=tuple(wanted.currently_due or ()),
        past_due=tuple(wanted.past_due or ()),
        disabled_reason=wanted.disabled_reason or "",
        deadline=moment(wanted.current_deadline) if wanted.current_deadline is not None else None,
    )


async def onboarding_link(
    client: stripe.StripeClient,
    account: str,
    interface: str | None,
    *,
    refresh_url: str,
    return_url: str,
    within: float = WITHIN,
) -> OnboardingLink:
    """A page on which the vendor gives Stripe what it wants. `interface` is what the account was made with.

    Stripe sends a visitor to `refresh_url` when the page works no more, and to `return_url` afterwards, whatever was
    given (https://docs.stripe.com/connect/hosted-onboarding). Raises Declined and Unavailable.
    """
    addresses = {"refresh_url": refresh_url, "return_url": return_url}
    if interface == V2:
        modern: dict[str, object] = {"account": account, "use_case": {"type": ONBOARDING, ONBOARDING: addresses}}
        use_case = cast("AccountLinkV2CreateParams", modern)
        made = await answered(lambda: client.v2.core.account_links.create_async(use_case), within=within)
        return OnboardingLink(made.url, datetime.fromisoformat(str(made.expires_at)))
    planned: dict[str, object] = {"account": account, "type": ONBOARDING, **addresses}
    params = cast("AccountLinkCreateParams", planned)
    link = await answered(lambda: client.v1.account_links.create_async(params), within=within)
    return OnboardingLink(link.url, moment(link.expires_at))


async def onboarding_session(client: stripe.StripeClient, account: str, *, within: float = WITHIN) -> OnboardingSession:
    """What a page of the platform's begins Stripe's onboarding component with. Raises Declined and Unavailable."""
    params: AccountSessionCreateParams = {
        "account": account,
        "components": {"account_onboarding": {"enabled": True}},
    }
    made = await answered(lambda: client.v1.account_sessions.create_async(params), within=within)
    return OnboardingSession(made.client_secret, moment(made.expires_at))
