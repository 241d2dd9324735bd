"""Types of payment methods: how a payment by each goes on, and what each can do.

https://docs.stripe.com/payments/payment-methods/payment-method-support
"""

from dataclasses import dataclass
from enum import StrEnum


class Flow(StrEnum):
    """How a confirmed payment goes on."""

    IMMEDIATE = "immediate"
    """Accepted or declined at once, perhaps after a challenge."""
    REDIRECT = "redirect"
    """The shopper approves elsewhere first."""
    DELAYED = "delayed"
    """The bank reports days later whether the money came."""
    VOUCHER = "voucher"
    """The shopper pays elsewhere first, and the money is reported later."""


@dataclass(frozen=True, slots=True)
class MethodType:
    """`manual` types can be authorised first and captured later; `currencies` None means any.

    `refund_status` is the status of a refund just made.
    """

    name: str
    flow: Flow
    manual: bool = False
    currencies: frozenset[str] | None = None
    refund_status: str = "succeeded"


def _types(
    flow: Flow, names: str, currencies: str = "", *, manual: bool = False, refund_status: str = "succeeded"
) -> dict[str, MethodType]:
    allowed = frozenset(currencies.split()) or None
    return {name: MethodType(name, flow, manual, allowed, refund_status) for name in names.split()}


METHOD_TYPES: dict[str, MethodType] = {
    **_types(Flow.IMMEDIATE, "card link", manual=True),
    **_types(Flow.REDIRECT, "klarna afterpay_clearpay affirm paypal amazon_pay revolut_pay", manual=True),
    **_types(Flow.REDIRECT, "cashapp", "usd", manual=True),
    **_types(Flow.REDIRECT, "alma billie satispay scalapay", "eur", manual=True),
    **_types(Flow.REDIRECT, "mobilepay", "dkk eur nok sek", manual=True),
    **_types(Flow.REDIRECT, "kakao_pay naver_pay payco kr_card samsung_pay", "krw", manual=True),
    **_types(Flow.REDIRECT, "ideal bancontact eps", "eur"),
    **_types(Flow.REDIRECT, "blik", "pln"),
    **_types(Flow.REDIRECT, "p24", "eur pln"),
    **_types(Flow.REDIRECT, "twint", "chf"),
    **_types(Flow.REDIRECT, "swish", "sek"),
    **_types(Flow.REDIRECT, "mb_way", "eur"),
    **_types(Flow.REDIRECT, "pay_by_bank", "gbp eur"),
    **_types(Flow.REDIRECT, "promptpay", "thb"),
    **_types(Flow.REDIRECT, "paynow", "sgd"),
    **_types(Flow.REDIRECT, "pix", "brl"),
    **_types(Flow.REDIRECT, "grabpay", "sgd myr"),
    **_types(Flow.REDIRECT, "fpx", "myr"),
    **_types(Flow.REDIRECT, "zip", "aud usd"),
    **_types(Flow.REDIRECT, "alipay wechat_pay"),
    **_types(Flow.DELAYED, "sepa_debit", "eur", refund_status="pending"),
    **_types(Flow.DELAYED, "us_bank_account", "usd", refund_status="pending"),
    **_types(Flow.DELAYED, "bacs_debit", "gbp", refund_status="pending"),
    **_types(Flow.DELAYED, "au_becs_debit", "aud", refund_status="pending"),
    **_types(Flow.DELAYED, "acss_debit", "cad usd", refund_status="pending"),
    **_types(Flow.VOUCHER, "multibanco", "eur", refund_status="requires_action"),
    **_types(Flow.VOUCHER, "konbini", "jpy", refund_status="requires_action"),
    **_types(Flow.VOUCHER, "boleto", "brl", refund_status="requires_action"),
    **_types(Flow.VOUCHER, "oxxo", "mxn", refund_status="requires_action"),
}


SAVED_AS: dict[str, str] = {
    **{
        name: name
        for name in """card link klarna paypal cashapp amazon_pay revolut_pay satispay kakao_pay naver_pay kr_card
        alipay blik twint pix sepa_debit us_bank_account bacs_debit au_becs_debit acss_debit boleto""".split()
    },
    **dict.fromkeys(("ideal", "bancontact"), "sepa_debit"),
}
"""Types that can be paid with again, and as what: the ones whose setup_future_usage may be more than `none`."""

MANDATED = frozenset("sepa_debit us_bank_account bacs_debit au_becs_debit acss_debit".split())
"""Types for which a server must say that the shopper accepted a mandate (https://docs.stripe.com/payments/mandates)."""


def redirects(name: str) -> bool:
    """Whether the shopper leaves the storefront's page, so that a return_url is needed."""
    return METHOD_TYPES[name].flow is Flow.REDIRECT and name not in ("blik", "pix", "promptpay", "paynow", "swish")
