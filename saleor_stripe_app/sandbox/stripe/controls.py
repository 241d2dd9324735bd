"""What people and banks do outside the API: shoppers, issuers, and staff in Stripe's own dashboard.

Each control takes the time at which it happens. One that an object's state does not allow raises StripeFailure.
"""

from saleor_stripe_app.sandbox.stripe import captures, confirmation, refund_outcomes, refunds, setup_confirmation
from saleor_stripe_app.sandbox.stripe.bank_controls import BankControls
from saleor_stripe_app.sandbox.stripe.connect_controls import ConnectControls
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.customer_objects import SetupIntent
from saleor_stripe_app.sandbox.stripe.errors import invalid
from saleor_stripe_app.sandbox.stripe.ledger import Entry, entries
from saleor_stripe_app.sandbox.stripe.objects import PaymentIntent, Refund
from saleor_stripe_app.sandbox.stripe.settings_controls import SettingsControls
from saleor_stripe_app.sandbox.stripe.shopper import Shopper


class Controls(BankControls, ConnectControls, SettingsControls):
    """The hands that move a stand-in."""

    @property
    def shopper(self) -> Shopper:
        """The shopper at the storefront, whose hands are Stripe.js."""
        return Shopper(self._server)

    def authenticate(self, intent_id: str, now: int, *, succeeds: bool = True) -> PaymentIntent:
        """The shopper meets the challenge, approves the redirect or pays the voucher; or fails to."""
        context, intent = self._intent(intent_id, now)
        if intent.status != "requires_action":
            raise invalid(f"PaymentIntent {intent_id} waits for no action: it is {intent.status}.")
        confirmation.authenticated(context, intent, succeeds=succeeds)
        return intent

    def authenticate_setup(self, intent_id: str, now: int, *, succeeds: bool = True) -> SetupIntent:
        """The shopper meets the challenge of a setup, or fails to."""
        books = self._books_with("setup_intents", "setupintent", intent_id, "intent")
        intent = books.setup_intents[intent_id]
        if intent.status != "requires_action":
            raise invalid(f"SetupIntent {intent_id} waits for no action: it is {intent.status}.")
        setup_confirmation.authenticated(self._by_staff(books, now), intent, succeeds=succeeds)
        return intent

    def complete_processing(self, intent_id: str, now: int, *, succeeds: bool = True) -> PaymentIntent:
        """The bank reports on a payment in processing."""
        context, intent = self._intent(intent_id, now)
        if intent.status != "processing":
            raise invalid(f"PaymentIntent {intent_id} is not processing: it is {intent.status}.")
        confirmation.processed(context, intent, succeeds=succeeds)
        return intent

    def capture(self, intent_id: str, now: int, amount: int | None = None, *, final: bool = True) -> PaymentIntent:
        """Staff capture in the dashboard."""
        context, intent = self._intent(intent_id, now)
        captures.capture(context, intent, amount, final=final)
        return intent

    def overcapture(self, intent_id: str, now: int, amount: int) -> PaymentIntent:
        """Staff capture more than was authorized, which an account with overcapture may do."""
        context, intent = self._intent(intent_id, now)
        captures.overcapture(context, intent, amount)
        return intent

    def cancel(self, intent_id: str, now: int, reason: str | None = "requested_by_customer") -> PaymentIntent:
        """Staff cancel in the dashboard."""
        context, intent = self._intent(intent_id, now)
        captures.cancel(context, intent, reason)
        return intent

    def expire(self, intent_id: str, now: int) -> PaymentIntent:
        """The issuer gives the authorisation up."""
        context, intent = self._intent(intent_id, now)
        if intent.status != "requires_capture":
            raise invalid(f"PaymentIntent {intent_id} holds no authorization: it is {intent.status}.")
        captures.expire(context, intent)
        return intent

    def refund(self, intent_id: str, now: int, amount: int | None = None, *, reason: str | None = None) -> Refund:
        """Staff refund in the dashboard."""
        context, charge = self._charge(intent_id, now, "refund")
        return refunds.refund_charge(context, charge, amount, reason=reason)

    def complete_refund(self, refund_id: str, now: int) -> Refund:
        """A refund on its way arrives."""
        context, refund = self._refund(refund_id, now)
        refund_outcomes.complete(context, refund)
        return refund

    def fail_refund(self, refund_id: str, now: int, reason: str = "expired_or_canceled_card") -> Refund:
        """A refund comes back, even one that had succeeded."""
        context, refund = self._refund(refund_id, now)
        refund_outcomes.fail(context, refund, reason)
        return refund

    def ledger(self, account: str | None = None) -> list[Entry]:
        """What each payment comes to, of one account or of all."""
        books = self._server.registry.all_books()
        return [entry for book in books if account in (None, book.account.id) for entry in entries(book)]

    def _refund(self, refund_id: str, now: int) -> tuple[Context, Refund]:
        books = self._books_with("refunds", "refund", refund_id, "refund")
        return self._by_staff(books, now), books.refunds[refund_id]
