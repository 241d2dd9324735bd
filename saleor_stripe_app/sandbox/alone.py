"""One stand-in alone, for whoever develops a storefront or an app against it."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.sandbox.saleor import tokens
from saleor_stripe_app.sandbox.saleor.courier import Courier
from saleor_stripe_app.sandbox.saleor.installations import InstallationFailed
from saleor_stripe_app.sandbox.saleor.manifest_rules import ManifestRefused
from saleor_stripe_app.sandbox.saleor.server import fresh, running
from saleor_stripe_app.sandbox.stripe import serving
from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.context import Delays
from saleor_stripe_app.sandbox.stripe.description import API_VERSION

STAFF = ("HANDLE_PAYMENTS", "MANAGE_APPS", "MANAGE_CHECKOUTS", "MANAGE_ORDERS")
_TOKEN_LIFE = timedelta(days=1)

_STRIPE = """\
Stripe's stand-in is at {url}. No money moves, and nothing is kept when it ends (Ctrl-C).

  API base           {url}
  for this app       SALEOR_STRIPE_STRIPE_API_BASE={url}
  publishable key    {account.publishable_key}
  secret key         {account.secret_key}
  asked of servers   Stripe-Version: {version} and an Idempotency-Key with every POST
  cards              Stripe's test payment methods: pm_card_visa, pm_card_chargeDeclined,
                     pm_card_threeDSecure2Required, pm_card_pendingRefund, pm_card_refundFail, ...

What shoppers, banks and staff at Stripe do, and how to look on, at {url}/_sandbox (JSON in, JSON out):

  POST /payment_intents/ID/authenticate    the shopper passes the challenge; with {{"succeeds": false}} fails it
  POST /payment_intents/ID/process         the bank reports on a payment in processing; it, too, may fail
  POST /payment_intents/ID/refund          staff refund {{"amount": 1000}} in Stripe's dashboard
  POST /payment_intents/ID/capture         they capture; also cancel; expire: the authorization lapses
  POST /refunds/ID/complete                a pending refund arrives; fail: it comes back
  POST /accounts                           another account; /accounts/ID/keys: another key, as a restricted one
  POST /accounts/ID/finish_onboarding      a connected account gives what was asked; also require, regress, disable,
                                           deauthorize; pay_out, balance: {{"amount": 0, "currency": "eur"}} empties it
  POST /faults                             {{"kind": "doubled"}}, late, dropped, reordered: what happens to an event;
                                           latency, answer_lost, rate_limit, server_error: to a request
  GET  /ledger, /requests, /findings       what each payment comes to; what was asked; what did not fit Stripe's API
"""
_SALEOR = """\
Saleor's stand-in is at {url}, as version {version}. Nothing is kept when it ends (Ctrl-C).

  GraphQL API        {url}/graphql/
  staff token        Authorization: Bearer {token}
                     (for a day; {permissions})
  channels           {channels}

What shoppers and staff do, and how to look on, at {url}/_sandbox (JSON in, JSON out):

  POST /apps         install an app: {{"manifestUrl": "http://127.0.0.1:8000/api/manifest"}}
  POST /checkouts    fill a cart: {{"amount": "42.00", "channel": "default-channel"}}; then the API's mutations
                     transactionInitialize, transactionProcess and checkoutComplete
  POST /actions      act as staff: {{"transaction": ID, "action": "CHARGE" (or REFUND, CANCEL), "amount": "10.00"}}
  POST /tokens       a token for an app's pages: {{"user": "staff@shop.example", "app": IDENTIFIER}}
  POST /faults       {{"at": "delivery", "failure": "answer-lost"}} or {{"at": "api", "failure": "status", "times": 3}}
  GET  /state        transactions with their events, checkouts, orders; /deliveries: webhooks and their answers
"""


async def stripe_alone(
    show: Callable[[str], None],
    host: str,
    port: int,
    *,
    secret_key: str | None = None,
    publishable_key: str | None = None,
    processing: int | None = None,
    refund: int | None = None,
) -> None:
    """Serve Stripe's stand-in until cancelled, with one account whose keys are the same at every start.

    `processing` and `refund` are the seconds after which banks report and pending refunds arrive by themselves; None
    leaves both to the controls. Raises Refusal where the address cannot be had.
    """
    stripe = Stripe(delays=Delays(processing=processing, refund=refund))
    given = {"secret_key": secret_key, "publishable_key": publishable_key}
    account = stripe.create_account("A shop", **{name: key for name, key in given.items() if key})
    with _listening(host, port):
        await serving.serve(
            host,
            port,
            server=stripe,
            ready=lambda url: show(_STRIPE.format(url=url, account=account, version=API_VERSION).rstrip()),
        )


async def saleor_alone(
    show: Callable[[str], None], host: str, port: int, *, version: str, manifest_url: str | None = None
) -> None:
    """Serve Saleor's stand-in until cancelled, with the app of a manifest installed if one is given.

    Raises Refusal where the address cannot be had or the app cannot be installed.
    """
    with _listening(host, port):
        async with running(fresh(version), host=host, port=port, work=True) as served:
            saleor = served.saleor
            staff = saleor.add_user("staff@shop.example", is_staff=True, permissions=STAFF)
            text = _SALEOR.format(
                url=served.base_url,
                version=version,
                token=tokens.access_token(saleor.key, saleor.api_url, staff, saleor.now(), life=_TOKEN_LIFE),
                permissions=", ".join(STAFF),
                channels=", ".join(f"{channel.slug} ({channel.currency_code})" for channel in saleor.channels),
            )
            show(text.rstrip())
            if manifest_url is not None:
                show(await _install(served.courier, manifest_url))
            await asyncio.Event().wait()


async def _install(courier: Courier, manifest_url: str) -> str:
    try:
        app = await courier.install(manifest_url)
    except (InstallationFailed, ManifestRefused) as error:
        raise Refusal(f"The app at {manifest_url} was not installed: {error}") from error
    return f"\nInstalled: {app.name}, {app.identifier}."


@contextmanager
def _listening(host: str, port: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refusal(f"Cannot listen on {host}:{port}: {error.strerror or error}") from error
