"""Why staff refund or cancel, in Saleor's words and in Stripe's.

Saleor takes any text, and from 3.22 on a page that the shop made for a reason; Stripe takes a few words only. A text is
one of these if it says nothing else: `fraudulent` puts the shopper's card and e-mail address on the account's block
lists (https://docs.stripe.com/api/refunds/create#create_refund-reason), which no guess of ours may do.
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from saleor_stripe_app.domain import metadata

RefundReason: TypeAlias = Literal["duplicate", "fraudulent", "requested_by_customer"]
CancelReason: TypeAlias = Literal["abandoned", "duplicate", "fraudulent", "requested_by_customer"]

_REFUND: dict[str, RefundReason] = {
    "duplicate": "duplicate",
    "duplicate charge": "duplicate",
    "duplicate order": "duplicate",
    "duplicate payment": "duplicate",
    "fraud": "fraudulent",
    "fraudulent": "fraudulent",
    "customer request": "requested_by_customer",
    "requested by customer": "requested_by_customer",
}
_CANCEL: dict[str, CancelReason] = {**_REFUND, "abandoned": "abandoned", "abandoned checkout": "abandoned"}


@dataclass(frozen=True, slots=True)
class Reason:
    """What staff said: free text, and the title of the reason that they chose from the shop's own; "" for none."""

    text: str = field(default="", repr=False)
    title: str = ""


NO_REASON = Reason()


def of_refund(reason: Reason) -> RefundReason | None:
    """Stripe's word for it; None where there is none, or where text and title name two."""
    found = {_REFUND[word] for word in _words(reason) if word in _REFUND}
    return found.pop() if len(found) == 1 else None


def of_cancel(reason: Reason) -> CancelReason:
    """Stripe's word for it (https://docs.stripe.com/api/payment_intents/cancel); else that somebody asked for it."""
    found = {_CANCEL[word] for word in _words(reason) if word in _CANCEL}
    return found.pop() if len(found) == 1 else "requested_by_customer"


def marks(reason: Reason) -> dict[str, str]:
    """The same in Saleor's words, as metadata of the refund."""
    said = {metadata.REFUND_REASON: reason.text, metadata.REFUND_REASON_REFERENCE: reason.title}
    return {key: words[: metadata.LONGEST_VALUE] for key, text in said.items() if (words := text.strip())}


def _words(reason: Reason) -> set[str]:
    return {_plain(said) for said in (reason.text, reason.title)}


def _plain(said: str) -> str:
    return " ".join(said.casefold().replace("_", " ").replace("-", " ").split()).rstrip(".")
