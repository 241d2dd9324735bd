"""What a merchant chooses for a configuration. Each default is what a careful merchant would choose."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from enum import StrEnum

from saleor_stripe_app.domain import money
from saleor_stripe_app.domain.errors import Refusal, Unrepresentable

# https://docs.stripe.com/get-started/account/statement-descriptors: with the account's prefix, "* " and the suffix at
# most 22 characters, at least one of them a letter, and none of these.
LONGEST_SUFFIX = 20
FORBIDDEN_IN_SUFFIX = re.compile(r"[<>\\'\"*]")


class ThreeDSecure(StrEnum):
    """https://docs.stripe.com/payments/3d-secure/authentication-flow: when the issuer is asked to authenticate."""

    AUTOMATIC = "automatic"
    ANY = "any"
    CHALLENGE = "challenge"


class SaveMethods(StrEnum):
    """Whether what a customer pays with is saved for later payments: only if they agree (ASK), or every time.

    What consent the law and Stripe ask for: https://docs.stripe.com/payments/save-during-payment#compliance.
    """

    NEVER = "never"
    ASK = "ask"
    ALWAYS = "always"


class Unwanted(StrEnum):
    """What becomes of money that has no order, or that its order does not want: staff are told, or it goes back."""

    REPORT = "report"
    RETURN = "return"


LONGEST_WAIT = 86400


@dataclass(frozen=True, slots=True)
class Options:
    """The choices of one configuration.

    `three_d_secure` applies from `three_d_secure_from` on, by currency (in upper case); without an amount to every
    payment. What is chosen for a single channel is in domain.channel_options. `complete_after` is in seconds, 0 for
    never: so long after its payment the app completes a checkout itself.
    """

    send_customer: bool = True
    send_order: bool = True
    send_shipping: bool = True
    receipt_email: bool = False
    statement_suffix: str = ""
    three_d_secure: ThreeDSecure = ThreeDSecure.AUTOMATIC
    three_d_secure_from: Mapping[str, Decimal] = field(default_factory=dict)
    extended_authorization: bool = False
    limit_by_address: bool = False
    save_methods: SaveMethods = SaveMethods.ASK
    complete_after: int = 0
    without_order: Unwanted = Unwanted.REPORT
    surplus: Unwanted = Unwanted.REPORT
    reauthorize: bool = False

    @property
    def saves_methods(self) -> bool:
        """Whether a customer may save anything: only where Stripe is told of customers."""
        return self.send_customer and self.save_methods is not SaveMethods.NEVER


DEFAULTS = Options()


@dataclass(frozen=True, slots=True)
class Choices:
    """What staff choose of the options; None keeps what is there. Amounts come as a list, one for a currency."""

    send_customer: bool | None = None
    send_order: bool | None = None
    send_shipping: bool | None = None
    receipt_email: bool | None = None
    statement_suffix: str | None = None
    three_d_secure: ThreeDSecure | None = None
    three_d_secure_from: tuple[tuple[str, Decimal], ...] | None = None
    extended_authorization: bool | None = None
    limit_by_address: bool | None = None
    save_methods: SaveMethods | None = None
    complete_after: int | None = None
    without_order: Unwanted | None = None
    surplus: Unwanted | None = None
    reauthorize: bool | None = None


def chosen(before: Options, choices: Choices) -> Options:
    """The options with what was chosen. Raises Refusal with a code for each kind of fault (see checked)."""
    given = {one.name: getattr(choices, one.name) for one in fields(choices)}
    changes = {name: value for name, value in given.items() if value is not None}
    if choices.three_d_secure_from is not None:
        _check_currencies((currency for currency, _ in choices.three_d_secure_from), "InvalidThreeDSecureFrom")
        changes["three_d_secure_from"] = dict(choices.three_d_secure_from)
    return checked(replace(before, **changes))


def checked(options: Options) -> Options:
    """The options in the form in which they are kept, if Stripe will take them, so that no payment fails for them.

    Raises Refusal: InvalidStatementSuffix, InvalidThreeDSecureFrom or InvalidCompleteAfter.
    """
    if not 0 <= options.complete_after <= LONGEST_WAIT:
        raise Refusal(
            f"A checkout is completed after 1 to {LONGEST_WAIT} seconds, or never: 0.", code="InvalidCompleteAfter"
        )
    return replace(
        options,
        statement_suffix=checked_suffix(options.statement_suffix.strip()),
        three_d_secure_from={
            currency.upper(): in_currency(amount, currency, "InvalidThreeDSecureFrom")
            for currency, amount in options.three_d_secure_from.items()
        },
    )


def checked_suffix(suffix: str) -> str:
    """The suffix, if Stripe will take it; none is fine. Raises Refusal: InvalidStatementSuffix."""
    if suffix and (
        len(suffix) > LONGEST_SUFFIX
        or not (suffix.isascii() and suffix.isprintable())
        or FORBIDDEN_IN_SUFFIX.search(suffix)
        or not re.search(r"[A-Za-z]", suffix)
    ):
        raise Refusal(
            f"The statement descriptor suffix may have at most {LONGEST_SUFFIX} Latin characters, at least one letter, "
            "and none of < > \\ ' \" *.",
            code="InvalidStatementSuffix",
        )
    return suffix


def _check_currencies(currencies: Iterable[str], code: str) -> None:
    seen: set[str] = set()
    for currency in currencies:
        if currency.upper() in seen:
            raise Refusal(f"{currency[:10].upper()} is there more than once.", code=code)
        seen.add(currency.upper())


def in_currency(amount: Decimal, currency: str, code: str) -> Decimal:
    """The amount with the currency's decimals. Raises Refusal with the code where the currency has no such amount."""
    try:
        return money.to_decimal(money.to_minor(amount, currency), currency)
    except Unrepresentable as error:
        raise Refusal(str(error), code=code) from error


def three_d_secure(options: Options, amount: Decimal, currency: str) -> ThreeDSecure:
    """What to ask of the issuer for a payment of this amount."""
    threshold = options.three_d_secure_from.get(currency.upper())
    return options.three_d_secure if threshold is None or amount >= threshold else ThreeDSecure.AUTOMATIC
