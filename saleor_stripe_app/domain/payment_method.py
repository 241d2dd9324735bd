"""Payment methods: which can be authorised first, and how Saleor names the one that was used."""

from dataclasses import dataclass

# Methods with payment_method_options[<type>][capture_method]=manual that a shopper can use online
# (https://docs.stripe.com/payments/place-a-hold-on-a-payment-method). The list is open on Stripe's side: a method
# that is missing here is charged at once and reported as such.
MANUAL_CAPTURE = (
    "affirm",
    "afterpay_clearpay",
    "alma",
    "amazon_pay",
    "billie",
    "card",
    "cashapp",
    "kakao_pay",
    "klarna",
    "kr_card",
    "link",
    "mobilepay",
    "naver_pay",
    "payco",
    "paypal",
    "revolut_pay",
    "samsung_pay",
    "satispay",
    "scalapay",
    "sequra",
    "sunbit",
)


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """What was paid with. `stripe_type` is Stripe's word (card, ideal, sepa_debit ...); the rest is for cards."""

    stripe_type: str
    brand: str | None = None
    display_brand: str | None = None
    last_digits: str | None = None
    exp_month: int | None = None
    exp_year: int | None = None
    wallet: str | None = None
