"""The controls of connected accounts, balances and payouts over HTTP, under /_sandbox."""

from collections.abc import Awaitable, Callable
from decimal import Decimal

import msgspec
from starlette.requests import Request

from saleor_stripe_app.sandbox.stripe.account_object import render
from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.books import Account
from saleor_stripe_app.sandbox.stripe.controls import Controls
from saleor_stripe_app.sandbox.stripe.errors import missing
from saleor_stripe_app.sandbox.stripe.payouts import render as render_payout

Act = Callable[[Request], Awaitable[object]]
Do = Callable[[Controls, str, "Acting", int], object]


class Acting(msgspec.Struct, forbid_unknown_fields=True):
    """Body of the actions on an account or a payout; each reads what concerns it.

    `amount` is in minor units, `seconds` how long there is until a deadline, `rate` the price of a whole unit of
    `currency` in `settled`.
    """

    amount: int = 0
    currency: str = ""
    settled: str = ""
    rate: Decimal = Decimal(1)
    capability: str = "transfers"
    requirement: str = "individual.verification.document"
    seconds: int = 7 * 24 * 3600
    reason: str = "under_review"
    reserves: bool = True
    succeeds: bool = True
    accounts_v1: bool = True
    accounts_v2: bool = True
    livemode: bool = False


def connect_acts(server: Stripe, clock: Callable[[], int]) -> list[tuple[str, str, Act]]:
    """Method, path and act of each."""
    controls = Controls(server)

    def act(do: Do) -> Act:
        async def on_account(request: Request) -> object:
            identifier = request.path_params["id"]
            if identifier.startswith("acct_") and identifier not in server.registry.accounts:
                raise missing("account", identifier, "account")
            body = msgspec.json.decode(await request.body() or b"{}", type=Acting)
            done = do(controls, identifier, body, clock())
            return render(done, to_platform=True) if isinstance(done, Account) else done

        return on_account

    return [
        *[("POST", f"/accounts/{{id}}/{name}", act(do)) for name, do in _ON_ACCOUNTS.items()],
        ("GET", "/accounts/{id}/balance", act(_balances)),
        ("POST", "/payouts/{id}/end", act(_end_payout)),
    ]


def _balances(controls: Controls, account: str, body: Acting, now: int) -> object:
    return controls.balances(account, now, livemode=body.livemode)


def _set_balance(controls: Controls, account: str, body: Acting, now: int) -> object:
    controls.set_balance(account, now, body.amount, body.currency, livemode=body.livemode)
    return _balances(controls, account, body, now)


def _settle_balance(controls: Controls, account: str, body: Acting, now: int) -> object:
    controls.settle_balance(account, now, livemode=body.livemode)
    return _balances(controls, account, body, now)


def _pay_out(controls: Controls, account: str, body: Acting, now: int) -> object:
    payout = controls.pay_out(account, now, body.currency, livemode=body.livemode)
    return render_payout(payout) if payout else None


def _end_payout(controls: Controls, payout: str, body: Acting, now: int) -> object:
    return render_payout(controls.end_payout(payout, now, succeeds=body.succeeds))


_ON_ACCOUNTS: dict[str, Do] = {
    "finish_onboarding": lambda controls, account, _, now: controls.finish_onboarding(account, now),
    "require": lambda controls, account, body, now: controls.require(
        account, now, body.requirement, deadline=now + body.seconds
    ),
    "regress": lambda controls, account, body, now: controls.regress(account, now, body.capability, body.requirement),
    "disable": lambda controls, account, body, now: controls.disable(account, now, body.reason),
    "deauthorize": lambda controls, account, _, now: controls.deauthorize(account, now),
    "reserves": lambda controls, account, body, _: controls.set_reserves(account, reserves=body.reserves),
    "platform": lambda controls, account, body, _: controls.restrict_platform(
        account, accounts_v1=body.accounts_v1, accounts_v2=body.accounts_v2
    ),
    "settle_in": lambda controls, account, body, _: controls.settle_in(
        account, body.currency, body.settled, str(body.rate)
    ),
    "balance": _set_balance,
    "settle": _settle_balance,
    "pay_out": _pay_out,
}
