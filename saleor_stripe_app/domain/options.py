"""What a merchant chooses for a configuration. Each default is what a careful merchant would choose."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from saleor_stripe_app.domain import money
from saleor_stripe_app.domain.errors import Refusal

# https://docs.stripe.com/get-started/account/statement-descriptors: with the account's prefix, "* " and the suffix at
# most 22 characters, at least one of them a letter, and none of these.
LONGEST_SUFFIX = 20
FORBIDDEN_IN_SUFFIX = re.compile(r"[<>\\'\"*]")


class ThreeDSecure(StrEnum):
    """https://docs.stripe.com/payments/3d-secure/authentication-flow: when the issuer is asked to authenticate."""

    AUTOMATIC = "automatic"
    ANY = "any"
    CHALLENGE = "challenge"


@dataclass(frozen=True, slots=True)
class Limits:
    """The amounts that this shop takes in a currency, in Saleor's decimals; None is no limit."""

    minimum: Decimal | None = None
    maximum: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """The choices of one configuration.

    `three_d_secure` applies from `three_d_secure_from` on, by currency; without an amount to every payment. `limits`
    are by currency, too. Currencies are in upper case.
    """

    send_order: bool = True
    send_shipping: bool = True
    receipt_email: bool = False
    statement_suffix: str = ""
    three_d_secure: ThreeDSecure = ThreeDSecure.AUTOMATIC
    three_d_secure_from: Mapping[str, Decimal] = field(default_factory=dict)
    extended_authorization: bool = False
    method_configuration: str = ""
    excluded_methods: tuple[str, ...] = ()
    limits: Mapping[str, Limits] = field(default_factory=dict)


def checked(options: Options) -> Options:
    """The options, if Stripe will take them. Raises Refusal naming what is wrong, so that no payment fails for it."""
    suffix = options.statement_suffix.strip()
    if suffix and (
        len(suffix) > LONGEST_SUFFIX
        or not suffix.isascii()
        or FORBIDDEN_IN_SUFFIX.search(suffix)
        or not re.search(r"[A-Za-z]", suffix)
    ):
        raise Refusal(
            f"The statement descriptor suffix may have at most {LONGEST_SUFFIX} Latin characters, at least one letter, "
            "and none of < > \\ ' \" *.",
            code="InvalidStatementSuffix",
        )
    for method in options.excluded_methods:
        if not re.fullmatch(r"[a-z][a-z0-9_]{1,63}", method):
            raise Refusal(f"{method[:64]} is no payment method of Stripe's.", code="InvalidMethod")
    if options.method_configuration and not re.fullmatch(r"pmc_\w{1,96}", options.method_configuration):
        raise Refusal("A payment method configuration begins with pmc_.", code="InvalidMethodConfiguration")
    for currency, limits in options.limits.items():
        _check_limits(currency, limits)
    for currency, amount in options.three_d_secure_from.items():
        money.to_minor(amount, currency)
    return options


def _check_limits(currency: str, limits: Limits) -> None:
    for amount in (limits.minimum, limits.maximum):
        if amount is not None:
            money.to_minor(amount, currency)
    if limits.minimum is not None and limits.maximum is not None and limits.minimum > limits.maximum:
        raise Refusal(f"The minimum in {currency} is above the maximum.", code="InvalidLimits")


def three_d_secure(options: Options, amount: Decimal, currency: str) -> ThreeDSecure:
    """What to ask of the issuer for a payment of this amount."""
    threshold = options.three_d_secure_from.get(currency.upper())
    return options.three_d_secure if threshold is None or amount >= threshold else ThreeDSecure.AUTOMATIC


def within_limits(options: Options, amount: Decimal, currency: str) -> None:
    """Raises Refusal, before Stripe is asked, for an amount that this shop does not take."""
    limits = options.limits.get(currency.upper(), Limits())
    if limits.minimum is not None and amount < limits.minimum:
        raise Refusal(f"The smallest payment is {limits.minimum} {currency.upper()}.", code="AmountTooSmall")
    if limits.maximum is not None and amount > limits.maximum:
        raise Refusal(f"The largest payment is {limits.maximum} {currency.upper()}.", code="AmountTooLarge")
