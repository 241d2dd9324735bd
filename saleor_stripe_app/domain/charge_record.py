"""What Stripe writes down of a charge beside its amounts: what it came to on the merchant's balance, and its rating.

https://docs.stripe.com/api/balance_transactions/object, https://docs.stripe.com/api/charges/object#charge_object-outcome
"""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a charge brought to the merchant's balance. `fee` and `net` are minor units of `currency`.

    `currency` is that of the balance, `exchange_rate` the factor from the payment's currency to it, None where both are
    the same.
    """

    fee: int
    net: int
    currency: str
    exchange_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a charge was rated and decided, in Stripe's words. `risk_score` is 0 to 100, where Stripe gives one."""

    type: str | None = None
    reason: str | None = None
    seller_message: str | None = None
    risk_level: str | None = None
    risk_score: int | None = None
    network_decline_code: str | None = None
    advice_code: str | None = None


@dataclass(frozen=True, slots=True)
class ChargeRecord:
    """The record of a charge. `balance_transaction` (`txn_...`) may come later than the charge itself.

    `settlement` is None until then, and where the key may not read it. `email` is what the shopper gave with the
    payment method.
    """

    balance_transaction: str | None = None
    settlement: Settlement | None = None
    outcome: Outcome | None = None
    email: str | None = field(default=None, repr=False)
