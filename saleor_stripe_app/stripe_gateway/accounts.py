"""A merchant's keys, examined: do they work, do they belong together, and may they do what this app does."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import stripe

from saleor_stripe_app.domain.errors import AppError, Declined, Refusal
from saleor_stripe_app.domain.money import CURRENCIES, decimals
from saleor_stripe_app.stripe_gateway.calls import answered
from saleor_stripe_app.stripe_gateway.client import StripeConnections
from saleor_stripe_app.stripe_gateway.failures import is_forbidden, is_key_refused, is_missing
from saleor_stripe_app.stripe_gateway.keys import paired
from saleor_stripe_app.stripe_gateway.permissions import ACCOUNT_READ, CONNECT, NEEDED, SAVING, account_named
from saleor_stripe_app.stripe_gateway.wire import Identified, narrowed

if TYPE_CHECKING:
    from stripe.params import AccountLinkCreateParams, PaymentIntentCreateParams

UNKNOWN_INTENT = "pi_0000permissionprobe"
UNKNOWN_DISPUTE = "du_0000permissionprobe"
UNKNOWN_ENDPOINT = "we_0000permissionprobe"
UNKNOWN_CUSTOMER = "cus_0000permissionprobe"
UNKNOWN_METHOD = "pm_0000permissionprobe"
UNKNOWN_SETUP = "seti_0000permissionprobe"
UNKNOWN_ACCOUNT = "acct_0000permissionprobe"
UNKNOWN_TRANSFER = "tr_0000permissionprobe"
UNKNOWN_PAGE = "https://example.com/"
COMPARED_WITH = 1000  # whole units of the account's currency, above Stripe's minimum for every account's currency
DESCRIPTION = "Saleor: compares two keys, canceled at once"


@dataclass(frozen=True, slots=True)
class KeyReport:
    """What is known of a pair of keys.

    `account` is the Stripe account's id (`acct_...`): as Stripe gives it, or as it stands in its refusal to give more.
    Where neither says it, it is `key_` and a digest of the publishable key: the same for the same keys, so that a
    replaced account is still noticed, at the price of noticing a rolled publishable key too.
    `missing` are permissions by the names of Stripe's Dashboard; `warnings` stop nothing.
    """

    account: str
    livemode: bool
    restricted: bool
    missing: tuple[str, ...]
    warnings: tuple[str, ...]


class _AccountWire(Identified, frozen=True):
    default_currency: str | None = None


class _ComparedWire(Identified, frozen=True):
    client_secret: str


async def examine_keys(
    connections: StripeConnections,
    publishable_key: str,
    secret_key: str,
    *,
    with_webhooks: bool = True,
    with_connect: bool = False,
) -> KeyReport:
    """Examine a pair of keys against Stripe.

    Permissions are probed by requests that name an object that cannot exist: 403 tells from 404. That both keys are of
    one account is seen by reading, with the publishable key, an intent made with the secret one; it is cancelled
    whatever happens. `with_webhooks` is false where the merchant makes the webhook endpoint by hand, `with_connect`
    true where there are vendors.

    Raises Refusal with code InvalidPublishableKey, InvalidSecretKey, KeysOfTwoModes (nothing was asked of Stripe),
    SecretKeyRejected, PublishableKeyRejected, KeysOfTwoAccounts; and Unavailable.
    """
    pair = paired(publishable_key, secret_key)
    client = connections.client(secret_key)
    account, currency, missing = await _account(client, publishable_key)
    missing += await missing_permissions(client, with_webhooks=with_webhooks, with_connect=with_connect)
    warnings = pair.warnings
    if NEEDED["rak_payment_intent_write"] not in missing:
        warnings += await _compared(client, connections.client(publishable_key), currency)
    return KeyReport(account, pair.livemode, pair.restricted, missing, warnings)


async def _account(client: stripe.StripeClient, publishable_key: str) -> tuple[str, str, tuple[str, ...]]:
    """The account, a currency it can be asked for, and the permission that is missing to say so.

    Stripe's refusal names the account, so that a restricted key does not need the right to read it, which its
    Dashboard does not always offer.
    """
    try:
        answer = await answered(client.v1.accounts.retrieve_current_async)
    except Declined as error:
        if not is_forbidden(error):
            raise Refusal(f"The secret key does not work: {error}", code="SecretKeyRejected") from error
        named = account_named(str(error.__cause__))
        if named is not None:
            return named, "usd", ()
        digest = hashlib.sha256(publishable_key.encode()).hexdigest()[:24]
        return f"key_{digest}", "usd", (ACCOUNT_READ,)
    account = narrowed(answer, _AccountWire)
    currency = account.default_currency or ""
    return account.id, currency if currency in CURRENCIES else "usd", ()


async def missing_permissions(
    client: stripe.StripeClient,
    *,
    with_webhooks: bool,
    with_customers: bool = True,
    with_saving: bool = True,
    with_connect: bool = False,
) -> tuple[str, ...]:
    """The permissions that a key lacks, by the names of Stripe's Dashboard; nothing is made or changed.

    `with_customers` is false where Stripe is not told of customers, `with_saving` where these save nothing;
    `with_connect` is true where there are vendors. Raises Declined for a key that is refused altogether, Unavailable.
    """
    probes: dict[str, Callable[[], Awaitable[object]]] = {
        "rak_payment_intent_write": lambda: client.v1.payment_intents.cancel_async(UNKNOWN_INTENT),
        "rak_charge_write": lambda: client.v1.refunds.create_async({"payment_intent": UNKNOWN_INTENT}),
        "rak_dispute_read": lambda: client.v1.disputes.retrieve_async(UNKNOWN_DISPUTE),
    }
    if with_webhooks:
        probes["rak_webhook_write"] = lambda: client.v1.webhook_endpoints.delete_async(UNKNOWN_ENDPOINT)
    if with_customers:
        probes["rak_customer_write"] = lambda: client.v1.customers.delete_async(UNKNOWN_CUSTOMER)
    if with_saving:
        probes |= _saving(client)
    if with_connect:
        probes |= _connecting(client)
    names = NEEDED | SAVING | CONNECT
    return tuple([names[permission] for permission, probe in probes.items() if await _is_refused(probe)])


def _saving(client: stripe.StripeClient) -> dict[str, Callable[[], Awaitable[object]]]:
    return {
        "rak_payment_method_write": lambda: client.v1.payment_methods.detach_async(UNKNOWN_METHOD),
        "rak_setup_intent_write": lambda: client.v1.setup_intents.cancel_async(UNKNOWN_SETUP),
        "rak_customer_session_write": lambda: client.v1.customer_sessions.create_async(
            {"customer": UNKNOWN_CUSTOMER, "components": {"payment_element": {"enabled": True}}}
        ),
    }


def _connecting(client: stripe.StripeClient) -> dict[str, Callable[[], Awaitable[object]]]:
    link: AccountLinkCreateParams = {
        "account": UNKNOWN_ACCOUNT,
        "type": "account_onboarding",
        "refresh_url": UNKNOWN_PAGE,
        "return_url": UNKNOWN_PAGE,
    }
    return {
        "rak_connected_account_write": lambda: client.v1.accounts.update_async(UNKNOWN_ACCOUNT, {}),
        "rak_transfer_write": lambda: client.v1.transfers.update_async(UNKNOWN_TRANSFER, {}),
        "rak_accounts_kyc_basic_read": lambda: client.v1.accounts.retrieve_async(UNKNOWN_ACCOUNT),
        "rak_account_link_write": lambda: client.v1.account_links.create_async(link),
        "rak_account_session_write": lambda: client.v1.account_sessions.create_async(
            {"account": UNKNOWN_ACCOUNT, "components": {"account_onboarding": {"enabled": True}}}
        ),
    }


async def _is_refused(probe: Callable[[], Awaitable[object]]) -> bool:
    try:
        await answered(probe)
    except Declined as error:
        if is_key_refused(error) and not is_forbidden(error):
            raise
        return is_forbidden(error)
    return False


async def _compared(secret: stripe.StripeClient, publishable: stripe.StripeClient, currency: str) -> tuple[str, ...]:
    """Raise Refusal unless both keys see one intent; warn where Stripe makes none to compare with."""
    params: PaymentIntentCreateParams = {
        "amount": COMPARED_WITH * 10 ** decimals(currency),
        "currency": currency,
        "automatic_payment_methods": {"enabled": True},
        "description": DESCRIPTION,
    }
    try:
        answer = await answered(lambda: secret.v1.payment_intents.create_async(params), keyed=True)
    except Declined as error:
        return (f"That both keys are of one account could not be checked: {error}",)
    try:
        await _read_by_shopper(publishable, narrowed(answer, _ComparedWire))
    finally:
        left_behind = not await _is_canceled(secret, answer.id)
    return (f"Payment intent {answer.id}, made to compare the keys, is still open: cancel it.",) if left_behind else ()


async def _read_by_shopper(publishable: stripe.StripeClient, compared: _ComparedWire) -> None:
    try:
        await answered(
            lambda: publishable.v1.payment_intents.retrieve_async(
                compared.id, {"client_secret": compared.client_secret}
            )
        )
    except Declined as error:
        if is_missing(error):
            raise Refusal(
                "The publishable key and the secret key are not of one Stripe account.", code="KeysOfTwoAccounts"
            ) from error
        raise Refusal(f"The publishable key does not work: {error}", code="PublishableKeyRejected") from error


async def _is_canceled(secret: stripe.StripeClient, payment_intent_id: str) -> bool:
    try:
        await answered(
            lambda: secret.v1.payment_intents.cancel_async(payment_intent_id, {"cancellation_reason": "abandoned"})
        )
    except AppError:
        return False
    return True
