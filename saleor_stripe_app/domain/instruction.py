"""How a storefront wants its payment made, where it does not leave that to Stripe.js in the shopper's browser."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Instruction:
    """What a storefront asks for beside an intent.

    The app confirms with a token that Stripe.js made (`ctoken_...`) or with a payment method (`pm_...`), never with
    both. `return_url` is where the shopper comes back to from a bank's page; without one Stripe.js is at hand and shows
    what has to be shown. `save` is the shopper's consent to keep the method, `off_session` says that they are away.
    `after` is the newest time that Saleor showed with transactionProcess: the same method after another event is
    another try, while a transactionInitialize is one however often it is repeated.
    """

    confirmation_token: str | None = field(default=None, repr=False)
    payment_method_id: str | None = None
    return_url: str | None = None
    save: bool = False
    off_session: bool = False
    after: datetime | None = None

    @property
    def confirms(self) -> bool:
        """Whether the app is to confirm the payment itself."""
        return (self.confirmation_token or self.payment_method_id) is not None

    def identity(self) -> str:
        """What tells one try from another: a token serves once, a method may be tried again."""
        said = self.confirmation_token
        if said is None:
            when = self.after.isoformat() if self.after else ""
            said = "\n".join((self.payment_method_id or "", "off-session" if self.off_session else "", when))
        return hashlib.sha256(said.encode()).hexdigest()


NO_INSTRUCTION = Instruction()
