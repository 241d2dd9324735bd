"""What shoppers, banks and staff do at Stripe without the app. What a payment's state does not allow is not done."""

from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal

from saleor_stripe_app.sandbox.saleor.sessions import Session
from saleor_stripe_app.sandbox.saleor.shop import Flow, User
from saleor_stripe_app.sandbox.saleor.transactions import Transaction
from saleor_stripe_app.sandbox.stripe.errors import StripeFailure
from saleor_stripe_app.sandbox.stripe.objects import PaymentIntent
from tests.acceptance import truth
from tests.acceptance.world import World

HANDS = (
    "authenticate",
    "bank reports",
    "capture",
    "refund",
    "end refunds",
    "cancel",
    "expire",
    "dispute",
    "warn",
    "inquiry",
    "bank decides",
)


@dataclass
class Payment:
    """What the storefront remembers of one payment."""

    source: str
    amount: Decimal
    flow: Flow
    key: str
    transaction: Transaction | None = None
    secret: str | None = None
    user: User | None = None

    def take(self, session: Session) -> None:
        """Remember what Saleor answered."""
        self.transaction = session.transaction
        data = session.data if isinstance(session.data, dict) else {}
        intent = data.get("paymentIntent")
        secret = intent.get("stripeClientSecret") if isinstance(intent, dict) else None
        self.secret = str(secret) if secret else self.secret


@dataclass
class Dashboard:
    """Stripe's own dashboard and the people around it; `made` is what truth compares."""

    world: World
    made: truth.ByHand = field(default_factory=truth.ByHand)

    def intent(self, payment: Payment) -> PaymentIntent | None:
        """The payment's intent at Stripe."""
        return truth.intent_of(self.world, payment.transaction) if payment.transaction is not None else None

    def do(self, hand: str, payment: Payment, share: int, *, well: bool) -> None:
        """One of HANDS, which goes well or not, with 1/`share` of the money."""
        match hand:
            case "authenticate":
                self.authenticate(payment, succeeds=well)
            case "bank reports":
                self.bank_reports(payment, succeeds=well)
            case "capture":
                self.capture(payment, share, final=well)
            case "refund":
                self.refund(payment, share)
            case "end refunds":
                self.end_refunds(payment, succeed=well)
            case "cancel":
                self.cancel(payment)
            case "expire":
                self.expire(payment)
            case "warn":
                self.warn(payment)
            case "dispute" | "inquiry":
                self.dispute(payment, share, inquiry=hand == "inquiry")
            case "bank decides":
                self.bank_decides(payment, share, won=well)

    def capture(self, payment: Payment, share: int, *, final: bool) -> None:
        """Staff capture a part in Stripe's dashboard: 1/`share` of what is authorized."""
        intent = self.intent(payment)
        if intent is not None and intent.amount_capturable:
            before = intent.amount_received
            with suppress(StripeFailure):
                amount = max(1, intent.amount_capturable // share)
                self.world.hands.capture(intent.id, self.world.clock.seconds(), amount, final=final)
                self.made.captured[intent.id].append(intent.amount_received - before)

    def refund(self, payment: Payment, share: int) -> None:
        """Staff refund a part in Stripe's dashboard: 1/`share` of what was taken."""
        intent = self.intent(payment)
        if intent is not None and intent.amount_received:
            with suppress(StripeFailure):
                amount = max(1, intent.amount_received // share)
                refund = self.world.hands.refund(intent.id, self.world.clock.seconds(), amount)
                self.made.refunded[intent.id].append(refund.amount)

    def cancel(self, payment: Payment) -> None:
        """Staff cancel in Stripe's dashboard."""
        intent = self.intent(payment)
        if intent is not None:
            with suppress(StripeFailure):
                self.world.hands.cancel(intent.id, self.world.clock.seconds())

    def expire(self, payment: Payment) -> None:
        """The issuer gives the authorization up."""
        intent = self.intent(payment)
        if intent is not None:
            with suppress(StripeFailure):
                self.world.hands.expire(intent.id, self.world.clock.seconds())

    def authenticate(self, payment: Payment, *, succeeds: bool) -> None:
        """The shopper meets the challenge, or does not."""
        intent = self.intent(payment)
        if intent is not None:
            with suppress(StripeFailure):
                self.world.hands.authenticate(intent.id, self.world.clock.seconds(), succeeds=succeeds)

    def bank_reports(self, payment: Payment, *, succeeds: bool) -> None:
        """The bank says whether the money came."""
        intent = self.intent(payment)
        if intent is not None:
            with suppress(StripeFailure):
                self.world.hands.complete_processing(intent.id, self.world.clock.seconds(), succeeds=succeeds)

    def end_refunds(self, payment: Payment, *, succeed: bool) -> None:
        """Refunds arrive, or come back."""
        intent = self.intent(payment)
        for refund in truth.refunds_of(self.world, intent) if intent is not None else []:
            with suppress(StripeFailure):
                end = self.world.hands.complete_refund if succeed else self.world.hands.fail_refund
                end(refund.id, self.world.clock.seconds())

    def warn(self, payment: Payment) -> None:
        """The card's bank takes the payment for fraud."""
        intent = self.intent(payment)
        if intent is not None:
            with suppress(StripeFailure):
                self.world.hands.warn(intent.id, self.world.clock.seconds())

    def dispute(self, payment: Payment, share: int, *, inquiry: bool) -> None:
        """The shopper's bank takes 1/`share` of what was taken back, or only asks about it."""
        intent = self.intent(payment)
        if intent is not None and intent.amount_received:
            with suppress(StripeFailure):
                amount = max(1, intent.amount_received // share)
                self.world.hands.dispute(intent.id, self.world.clock.seconds(), amount, inquiry=inquiry)

    def bank_decides(self, payment: Payment, share: int, *, won: bool) -> None:
        """Disputes are lost, or won with 1/`share` coming back; an inquiry becomes a dispute, or is closed."""
        intent = self.intent(payment)
        for dispute in truth.disputes_of(self.world, intent) if intent is not None else []:
            with suppress(StripeFailure):
                if dispute.is_inquiry and not won:
                    self.world.hands.escalate(dispute.id, self.world.clock.seconds())
                else:
                    returned = max(1, dispute.amount // share)
                    self.world.hands.decide(dispute.id, self.world.clock.seconds(), won=won, amount=returned)
