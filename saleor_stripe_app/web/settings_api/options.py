"""The choices of a configuration: as staff see them, and as they make them."""

from decimal import Decimal
from typing import Self

import strawberry

from saleor_stripe_app.domain import options
from saleor_stripe_app.domain.options import Choices

ThreeDSecure = strawberry.enum(
    options.ThreeDSecure,
    name="ThreeDSecure",
    description="When the shopper's bank is asked to authenticate: AUTOMATIC leaves it to Stripe and the law, ANY asks "
    "for 3-D Secure with or without a challenge, CHALLENGE for a challenge.",
)

SaveMethods = strawberry.enum(
    options.SaveMethods,
    name="SaveMethods",
    description="Whether what a customer pays with is saved for later: NEVER, if they agree (ASK), or ALWAYS.",
)

UnwantedMoney = strawberry.enum(
    options.Unwanted,
    name="UnwantedMoney",
    description="What becomes of money that has no order or that its order does not want: staff are told (REPORT), or "
    "it is refunded or its authorization canceled (RETURN).",
)

SEND_CUSTOMER = (
    "Whether customers who are logged in are made customers at Stripe, with name, e-mail, phone and addresses. Without "
    "it nothing can be saved for later payments."
)
SEND_ORDER = "Whether Stripe is sent the lines and the number of the order."
SEND_SHIPPING = "Whether Stripe is sent the shipping address and the carrier."
RECEIPT_EMAIL = "Whether Stripe is given the shopper's e-mail address to send a receipt to."
STATEMENT_SUFFIX = (
    "What stands after the account's prefix on statements of cards, 20 characters at most with at least one letter. "
    "Empty for none."
)
THREE_D_SECURE = "What is asked of the shopper's bank for card payments."
THREE_D_SECURE_FROM = (
    "The amounts from which on threeDSecure applies, one for a currency; in a currency without, it applies to every "
    "payment."
)
EXTENDED_AUTHORIZATION = "Whether cards are held for longer than a week where Stripe offers it, which may cost more."
LIMIT_BY_ADDRESS = (
    "Whether a shopper's network address may begin only so many payments in an hour. Not for shops whose own server "
    "asks Saleor for its shoppers: all of them would have one address."
)
SAVE_METHODS = "Whether payment methods are saved for later payments of the same customer."
COMPLETE_AFTER = (
    "So many seconds after its payment the app completes a checkout itself, if nobody has. 0 for never; 86400 at most."
)
WITHOUT_ORDER = (
    "What becomes of money for a checkout that cannot become an order, or that nobody completes within a day."
)
SURPLUS = "What becomes of money for an order that was canceled, or that other payments had paid for before."
REAUTHORIZE = (
    "Whether an order's payment is authorized anew shortly before its authorization runs out: as a new transaction, "
    "with what a customer who has an account saved, while they are away."
)
AMOUNT_FROM = "In the currency's units, such as 12.50."


@strawberry.type(description="An amount from which on something applies.")
class Threshold:
    currency: str = strawberry.field(description="Such as EUR.")
    amount: Decimal = strawberry.field(description=AMOUNT_FROM)


@strawberry.type(name="Options", description="What a merchant chooses for the payments of a configuration.")
class ShownOptions:
    send_customer: bool = strawberry.field(description=SEND_CUSTOMER)
    send_order: bool = strawberry.field(description=SEND_ORDER)
    send_shipping: bool = strawberry.field(description=SEND_SHIPPING)
    receipt_email: bool = strawberry.field(description=RECEIPT_EMAIL)
    statement_suffix: str = strawberry.field(description=STATEMENT_SUFFIX)
    three_d_secure: options.ThreeDSecure = strawberry.field(description=THREE_D_SECURE)
    three_d_secure_from: list[Threshold] = strawberry.field(description=THREE_D_SECURE_FROM)
    extended_authorization: bool = strawberry.field(description=EXTENDED_AUTHORIZATION)
    limit_by_address: bool = strawberry.field(description=LIMIT_BY_ADDRESS)
    save_methods: options.SaveMethods = strawberry.field(description=SAVE_METHODS)
    complete_after: int = strawberry.field(description=COMPLETE_AFTER)
    without_order: options.Unwanted = strawberry.field(description=WITHOUT_ORDER)
    surplus: options.Unwanted = strawberry.field(description=SURPLUS)
    reauthorize: bool = strawberry.field(description=REAUTHORIZE)

    @classmethod
    def of(cls, kept: options.Options) -> Self:
        """Amounts in the order of their currencies."""
        return cls(
            send_customer=kept.send_customer,
            send_order=kept.send_order,
            send_shipping=kept.send_shipping,
            receipt_email=kept.receipt_email,
            statement_suffix=kept.statement_suffix,
            three_d_secure=kept.three_d_secure,
            three_d_secure_from=[
                Threshold(currency=currency, amount=amount)
                for currency, amount in sorted(kept.three_d_secure_from.items())
            ],
            extended_authorization=kept.extended_authorization,
            limit_by_address=kept.limit_by_address,
            save_methods=kept.save_methods,
            complete_after=kept.complete_after,
            without_order=kept.without_order,
            surplus=kept.surplus,
            reauthorize=kept.reauthorize,
        )


@strawberry.input(description="An amount from which on something applies.")
class ThresholdInput:
    currency: str
    amount: Decimal = strawberry.field(description=AMOUNT_FROM)


@strawberry.input(description="What is left out stays as it is; a list replaces the list that is there.")
class OptionsInput:
    send_customer: bool | None = strawberry.field(default=None, description=SEND_CUSTOMER)
    send_order: bool | None = strawberry.field(default=None, description=SEND_ORDER)
    send_shipping: bool | None = strawberry.field(default=None, description=SEND_SHIPPING)
    receipt_email: bool | None = strawberry.field(default=None, description=RECEIPT_EMAIL)
    statement_suffix: str | None = strawberry.field(default=None, description=STATEMENT_SUFFIX)
    three_d_secure: options.ThreeDSecure | None = strawberry.field(default=None, description=THREE_D_SECURE)
    three_d_secure_from: list[ThresholdInput] | None = strawberry.field(default=None, description=THREE_D_SECURE_FROM)
    extended_authorization: bool | None = strawberry.field(default=None, description=EXTENDED_AUTHORIZATION)
    limit_by_address: bool | None = strawberry.field(default=None, description=LIMIT_BY_ADDRESS)
    save_methods: options.SaveMethods | None = strawberry.field(default=None, description=SAVE_METHODS)
    complete_after: int | None = strawberry.field(default=None, description=COMPLETE_AFTER)
    without_order: options.Unwanted | None = strawberry.field(default=None, description=WITHOUT_ORDER)
    surplus: options.Unwanted | None = strawberry.field(default=None, description=SURPLUS)
    reauthorize: bool | None = strawberry.field(default=None, description=REAUTHORIZE)


def choices(given: OptionsInput | None) -> Choices:
    """The choices as the use cases take them."""
    if given is None:
        return Choices()
    return Choices(
        send_customer=given.send_customer,
        send_order=given.send_order,
        send_shipping=given.send_shipping,
        receipt_email=given.receipt_email,
        statement_suffix=given.statement_suffix,
        three_d_secure=given.three_d_secure,
        three_d_secure_from=_thresholds(given.three_d_secure_from),
        extended_authorization=given.extended_authorization,
        limit_by_address=given.limit_by_address,
        save_methods=given.save_methods,
        complete_after=given.complete_after,
        without_order=given.without_order,
        surplus=given.surplus,
        reauthorize=given.reauthorize,
    )


def _thresholds(given: list[ThresholdInput] | None) -> tuple[tuple[str, Decimal], ...] | None:
    return None if given is None else tuple((one.currency, one.amount) for one in given)
