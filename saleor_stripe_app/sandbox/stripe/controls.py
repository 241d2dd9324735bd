"""What people and banks do outside the API: shoppers, issuers, and staff in Stripe's own dashboard.

Each control takes the time at which it happens. One that an object's state does not allow raises StripeFailure.
"""

from saleor_stripe_app.sandbox.stripe import captures, confirmation, disputes, refunds, reviews
from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.books import Books
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.errors import invalid, missing
from saleor_stripe_app.sandbox.stripe.keys import Key
from saleor_stripe_app.sandbox.stripe.ledger import Entry, entries
from saleor_stripe_app.sandbox.stripe.objects import Dispute, PaymentIntent, Refund, Review


class Controls:
    """The hands that move a stand-in."""

    def __init__(self, server: Stripe) -> None:
        self._server = server

    def authenticate(self, intent_id: str, now: int, *, succeeds: bool = True) -> PaymentIntent:
        """The shopper meets the challenge, approves the redirect or pays the voucher; or fails to."""
        context, intent = self._intent(intent_id, now)
        if intent.status != "requires_action":
            raise invalid(f"PaymentIntent {intent_id} waits for no action: it is {intent.status}.")
        confirmation.authenticated(context, intent, succeeds=succeeds)
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
        context, intent = self._intent(intent_id, now)
        if intent.latest_charge is None:
            raise invalid(f"PaymentIntent {intent_id} has no charge to refund.")
        charge = context.books.charges[intent.latest_charge]
        return refunds.refund_charge(context, charge, amount, reason=reason)

    def complete_refund(self, refund_id: str, now: int) -> Refund:
        """A refund on its way arrives."""
        context, refund = self._refund(refund_id, now)
        refunds.complete(context, refund)
        return refund

    def fail_refund(self, refund_id: str, now: int, reason: str = "expired_or_canceled_card") -> Refund:
        """A refund comes back, even one that had succeeded."""
        context, refund = self._refund(refund_id, now)
        refunds.fail(context, refund, reason)
        return refund

    def dispute(
        self,
        intent_id: str,
        now: int,
        amount: int | None = None,
        *,
        reason: str = "fraudulent",
        inquiry: bool = False,
    ) -> Dispute:
        """The shopper's bank takes the money back, or only asks."""
        context, intent = self._intent(intent_id, now)
        if intent.latest_charge is None:
            raise invalid(f"PaymentIntent {intent_id} has no charge to dispute.")
        charge = context.books.charges[intent.latest_charge]
        return disputes.begin(context, charge, amount, reason=reason, asks=inquiry)

    def escalate(self, dispute_id: str, now: int) -> Dispute:
        """An inquiry becomes a dispute."""
        context, dispute = self._dispute(dispute_id, now)
        disputes.escalate(context, dispute)
        return dispute

    def answer_dispute(self, dispute_id: str, now: int) -> Dispute:
        """Staff send evidence in the dashboard."""
        context, dispute = self._dispute(dispute_id, now)
        disputes.submit(context, dispute)
        return dispute

    def decide(self, dispute_id: str, now: int, *, won: bool, amount: int | None = None) -> Dispute:
        """The bank decides; `amount` of a dispute that is won comes back, all of it unless said."""
        context, dispute = self._dispute(dispute_id, now)
        disputes.decide(context, dispute, won=won, amount=amount)
        return dispute

    def review(self, intent_id: str, now: int, reason: str = "rule") -> Review:
        """Radar has a payment looked at."""
        context, intent = self._intent(intent_id, now)
        return reviews.begin(context, intent, reason)

    def close_review(self, review_id: str, now: int, reason: str = "approved") -> Review:
        """Somebody decides about a payment held up."""
        for books in self._server.registry.all_books():
            if review_id in books.reviews:
                reviews.end(self._by_staff(books, now), books.reviews[review_id], reason)
                return books.reviews[review_id]
        raise missing("review", review_id, "review")

    def grant(self, key: str, *permissions: str) -> Key:
        """Give a restricted key permissions, as `rak_charge_write`."""
        found = self._key(key)
        found.permissions |= set(permissions)
        return found

    def revoke(self, key: str, *permissions: str) -> Key:
        """Take permissions from a restricted key."""
        found = self._key(key)
        found.permissions -= set(permissions)
        return found

    def expire_key(self, key: str) -> Key:
        """A key was rolled in the dashboard: it is refused from now on."""
        found = self._key(key)
        found.expired = True
        return found

    def ledger(self, account: str | None = None) -> list[Entry]:
        """What each payment comes to, of one account or of all."""
        books = self._server.registry.all_books()
        return [entry for book in books if account in (None, book.account.id) for entry in entries(book)]

    def _intent(self, intent_id: str, now: int) -> tuple[Context, PaymentIntent]:
        for books in self._server.registry.all_books():
            if intent_id in books.payment_intents:
                return self._by_staff(books, now), books.payment_intents[intent_id]
        raise missing("payment_intent", intent_id, "intent")

    def _refund(self, refund_id: str, now: int) -> tuple[Context, Refund]:
        for books in self._server.registry.all_books():
            if refund_id in books.refunds:
                return self._by_staff(books, now), books.refunds[refund_id]
        raise missing("refund", refund_id, "refund")

    def _dispute(self, dispute_id: str, now: int) -> tuple[Context, Dispute]:
        for books in self._server.registry.all_books():
            if dispute_id in books.disputes:
                return self._by_staff(books, now), books.disputes[dispute_id]
        raise missing("dispute", dispute_id, "dispute")

    def _by_staff(self, books: Books, now: int) -> Context:
        self._server.advance(now)
        return self._server.context(books, now, self._server.ids.new("req", 14))

    def _key(self, key: str) -> Key:
        found = self._server.registry.keys.get(key)
        if found is None:
            raise missing("key", key, "key")
        return found
