"""Payment methods: which can be authorised first, which can be kept, and how Saleor names the one that was used."""

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
# Types that can be charged again when the shopper is away: payment_method_options[<type>][setup_future_usage] takes
# off_session both in https://docs.stripe.com/api/payment_intents/create and in Stripe.js (the type of
# paymentMethodOptions in @stripe/stripe-js 10.2.1). Both list Sofort, which Stripe does not offer any more.
REUSABLE = (
    "acss_debit",
    "alipay",
    "amazon_pay",
    "au_becs_debit",
    "bacs_debit",
    "bancontact",
    "boleto",
    "card",
    "cashapp",
    "ideal",
    "kakao_pay",
    "klarna",
    "kr_card",
    "link",
    "naver_pay",
    "nz_bank_account",
    "paypal",
    "revolut_pay",
    "sepa_debit",
    "us_bank_account",
)
# What excluded_payment_method_types takes (https://docs.stripe.com/api/payment_intents/create). Link is not among them:
# it is a way to pay by card.
EXCLUDABLE = frozenset(
    "acss_debit affirm afterpay_clearpay alipay alma amazon_pay au_becs_debit bacs_debit bancontact billie bizum blik "
    "boleto card cashapp crypto customer_balance eps fpx giropay grabpay ideal kakao_pay klarna konbini kr_card mb_way "
    "mobilepay multibanco naver_pay nz_bank_account oxxo p24 pay_by_bank payco paynow paypal paypay payto pix "
    "promptpay revolut_pay samsung_pay satispay scalapay sepa_debit sequra sofort sunbit swish twint upi "
    "us_bank_account wechat_pay zip".split()
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
