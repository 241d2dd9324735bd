"""What a customer saved to pay with again, and what of it they are shown.

One card may be saved many times: by every payment, and in the account. It is shown once. Whether it may be shown at all
is what the customer agreed to, which Stripe keeps as `allow_redisplay` of the payment method
(https://docs.stripe.com/api/payment_methods/object#payment_method_object-allow_redisplay).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from saleor_stripe_app.domain.options import SaveMethods


class Redisplay(StrEnum):
    """What the customer agreed to: to see the method again, to some use of it alone, or nothing that is known."""

    ALWAYS = "always"
    LIMITED = "limited"
    UNSPECIFIED = "unspecified"


@dataclass(frozen=True, slots=True)
class StoredMethod:
    """A payment method at Stripe. `type` is Stripe's word (card, sepa_debit, link ...), `customer` whose it is.

    `fingerprint` is the same for the same card or bank account. `holder` is the e-mail address or name of an account
    elsewhere, `generated_from` the attempt of a setup intent by another method that this bank debit stands for.
    """

    id: str
    type: str
    created: datetime
    customer: str | None = None
    redisplay: str = Redisplay.UNSPECIFIED
    fingerprint: str | None = None
    brand: str | None = None
    last_digits: str | None = None
    exp_month: int | None = None
    exp_year: int | None = None
    wallet: str | None = None
    bank_name: str | None = None
    holder: str | None = field(default=None, repr=False)
    generated_from: str | None = None

    def is_expired(self, now: datetime) -> bool:
        """Whether its last month is over; what has no expiry never expires."""
        if self.exp_month is None or self.exp_year is None:
            return False
        return (self.exp_year, self.exp_month) < (now.year, now.month)

    @property
    def identity(self) -> tuple[str, str]:
        """What two copies of one card or account have in common."""
        return self.type, self.fingerprint or self.holder or self.id


def redisplayed(saving: SaveMethods) -> tuple[Redisplay, ...]:
    """What must have been agreed to for a method to be shown.

    Where every method is saved the shop's terms say so, and the merchant answers for the consent. Everywhere else a
    method is shown only if its customer asked for that, as Stripe's own elements do.
    """
    return tuple(Redisplay) if saving is SaveMethods.ALWAYS else (Redisplay.ALWAYS,)


def shown(methods: Iterable[StoredMethod], saving: SaveMethods, now: datetime) -> tuple[StoredMethod, ...]:
    """What the customer may see, newest first: of copies the newest one, of those that are not expired if there are."""
    allowed = redisplayed(saving)
    best: dict[tuple[str, str], StoredMethod] = {}
    for method in methods:
        if method.redisplay not in allowed:
            continue
        other = best.get(method.identity)
        if other is None or _rank(method, now) > _rank(other, now):
            best[method.identity] = method
    return tuple(sorted(best.values(), key=lambda method: (method.created, method.id), reverse=True))


def copies(method: StoredMethod, methods: Sequence[StoredMethod]) -> tuple[StoredMethod, ...]:
    """The method itself and everything that is the same card or account."""
    return tuple(other for other in methods if other.identity == method.identity)


def _rank(method: StoredMethod, now: datetime) -> tuple[bool, datetime, str]:
    return not method.is_expired(now), method.created, method.id
