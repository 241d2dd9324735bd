"""Stripe's documented test payment methods and card numbers (https://docs.stripe.com/testing)."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Decline:
    """Why an issuer turns a payment down (https://docs.stripe.com/declines/codes)."""

    code: str
    decline_code: str
    message: str
    advice: str = "try_again_later"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a test payment method does.

    `challenge` is "always", "unless_set_up" (always with the shopper; without, as long as it was not set up for that),
    "optional" (only where 3-D Secure is asked for) or "never". `decline` comes after a challenge where there is one;
    `can_be_kept` lets a card that is declined be attached and set up all the same. `refund` is "at_once", "pending" or
    "fails". `dispute` is the reason for which the bank takes the money back, "inquiry" where it only asks, or empty.
    `warned` payments are followed by an early fraud warning. `set_up` cards count as authenticated before. What is paid
    `available_at_once` is not pending first.
    """

    decline: Decline | None = None
    challenge: str = "never"
    refund: str = "at_once"
    dispute: str = ""
    multicapture: bool = True
    can_be_kept: bool = False
    warned: bool = False
    set_up: bool = False
    available_at_once: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A test card as a payment method shows it."""

    number: str
    brand: str = "visa"
    funding: str = "credit"
    country: str = "US"
    behaviour: Behaviour = field(default_factory=Behaviour)


def _declined(code: str, decline_code: str, message: str, advice: str = "try_again_later") -> Behaviour:
    return Behaviour(decline=Decline(code, decline_code, message, advice))


GENERIC = Decline("card_declined", "generic_decline", "Your card was declined.")
FUNDS = Decline("card_declined", "insufficient_funds", "Your card has insufficient funds.")
AUTHENTICATION = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
    "confirm_card_data",
)
_PROCESSING = Decline(
    "processing_error", "processing_error", "An error occurred while processing your card. Try again in a little bit."
)
_EXPIRED = _declined("expired_card", "expired_card", "Your card has expired.", "do_not_try_again")
_CVC = _declined("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.", "confirm_card_data")
_LOST = _declined("card_declined", "lost_card", GENERIC.message, "do_not_try_again")
_STOLEN = _declined("card_declined", "stolen_card", GENERIC.message, "do_not_try_again")
_FRAUDULENT = _declined("card_declined", "fraudulent", GENERIC.message, "do_not_try_again")
_VELOCITY = _declined(
    "card_declined", "card_velocity_exceeded", "Your card was declined for making repeated attempts too frequently."
)

CARDS: dict[str, Card] = {
    "pm_card_visa": Card("4242424242424242"),
    "pm_card_visa_debit": Card("4000056655665556", funding="debit"),
    "pm_card_mastercard": Card("5555555555554444", "mastercard"),
    "pm_card_mastercard_debit": Card("5200828282828210", "mastercard", "debit"),
    "pm_card_mastercard_prepaid": Card("5105105105105100", "mastercard", "prepaid"),
    "pm_card_amex": Card("378282246310005", "amex"),
    "pm_card_amex_threeDSecureNotSupported": Card("371449635398431", "amex"),
    "pm_card_discover": Card("6011111111111117", "discover"),
    "pm_card_diners": Card("3056930009020004", "diners"),
    "pm_card_jcb": Card("3566002020360505", "jcb", country="JP"),
    "pm_card_unionpay": Card("6200000000000005", "unionpay", country="CN"),
    "pm_card_de": Card("4000002760000016", country="DE"),
    "pm_card_gb": Card("4000008260000000", country="GB"),
    "pm_card_pl": Card("4000006160000005", country="PL"),
    "pm_card_jp": Card("4000003920000003", country="JP"),
    "pm_card_bypassPending": Card("4000000000000077", behaviour=Behaviour(available_at_once=True)),
    "pm_card_chargeDeclined": Card("4000000000000002", behaviour=Behaviour(decline=GENERIC)),
    "pm_card_chargeDeclinedInsufficientFunds": Card("4000000000009995", behaviour=Behaviour(decline=FUNDS)),
    "pm_card_chargeDeclinedLostCard": Card("4000000000009987", behaviour=_LOST),
    "pm_card_chargeDeclinedStolenCard": Card("4000000000009979", behaviour=_STOLEN),
    "pm_card_chargeDeclinedExpiredCard": Card("4000000000000069", behaviour=_EXPIRED),
    "pm_card_chargeDeclinedIncorrectCvc": Card("4000000000000127", behaviour=_CVC),
    "pm_card_chargeDeclinedProcessingError": Card("4000000000000119", behaviour=Behaviour(decline=_PROCESSING)),
    "pm_card_chargeDeclinedFraudulent": Card("4100000000000019", behaviour=_FRAUDULENT),
    "pm_card_chargeDeclinedVelocityLimitExceeded": Card("4000000000006975", behaviour=_VELOCITY),
    "pm_card_chargeCustomerFail": Card("4000000000000341", behaviour=Behaviour(decline=GENERIC, can_be_kept=True)),
    "pm_card_authenticationRequired": Card("4000002760003184", behaviour=Behaviour(challenge="always")),
    "pm_card_authenticationRequiredOnSetup": Card("4000002500003155", behaviour=Behaviour(challenge="unless_set_up")),
    "pm_card_authenticationRequiredSetupForOffSession": Card(
        "4000003800000446", behaviour=Behaviour(challenge="unless_set_up", set_up=True)
    ),
    "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds": Card(
        "4000008260003178",
        country="GB",
        behaviour=Behaviour(decline=FUNDS, challenge="always", can_be_kept=True),
    ),
    "pm_card_threeDSecure2Required": Card("4000000000003220", behaviour=Behaviour(challenge="always")),
    "pm_card_threeDSecureRequired": Card("4000000000003063", behaviour=Behaviour(challenge="always")),
    "pm_card_threeDSecureRequiredChargeDeclined": Card(
        "4000008400001629", behaviour=Behaviour(decline=GENERIC, challenge="always")
    ),
    "pm_card_threeDSecureRequiredProcessingError": Card(
        "4000008400001280", behaviour=Behaviour(decline=_PROCESSING, challenge="always")
    ),
    "pm_card_threeDSecureOptional": Card("4000000000003055", behaviour=Behaviour(challenge="optional")),
    "pm_card_pendingRefund": Card("4000000000007726", behaviour=Behaviour(refund="pending")),
    "pm_card_refundFail": Card("4000000000005126", behaviour=Behaviour(refund="fails")),
    "pm_card_createDispute": Card("4000000000000259", behaviour=Behaviour(dispute="fraudulent")),
    "pm_card_createDisputeProductNotReceived": Card(
        "4000000000002685", behaviour=Behaviour(dispute="product_not_received")
    ),
    "pm_card_createDisputeInquiry": Card("4000000000001976", behaviour=Behaviour(dispute="inquiry")),
    "pm_card_createIssuerFraudRecord": Card("4000000000005423", behaviour=Behaviour(warned=True)),
    "pm_card_credit_disableEnterpriseCardFeatures": Card("4000008400000076", behaviour=Behaviour(multicapture=False)),
}
CARDS |= {
    name.replace("pm_card_", "pm_card_visa_"): card
    for name, card in CARDS.items()
    if name.startswith("pm_card_chargeDeclined")
}
BY_NUMBER = {card.number: card for card in CARDS.values()}
OTHER_METHODS: dict[str, tuple[str, Behaviour]] = {
    "pm_usBankAccount": ("us_bank_account", Behaviour()),
    "pm_usBankAccount_success": ("us_bank_account", Behaviour()),
    "pm_usBankAccount_insufficientFunds": ("us_bank_account", Behaviour(decline=FUNDS)),
    "pm_sepaDebit": ("sepa_debit", Behaviour()),
    "pm_sepaDebit_success": ("sepa_debit", Behaviour()),
    "pm_sepaDebit_insufficientFunds": ("sepa_debit", Behaviour(decline=FUNDS)),
    "pm_bacsDebit_success": ("bacs_debit", Behaviour()),
    "pm_link": ("link", Behaviour()),
}
"""Test payment methods that are no cards. A decline of a delayed one is reported when its processing ends."""
