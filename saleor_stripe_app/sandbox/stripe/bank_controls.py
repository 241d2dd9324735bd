"""What banks and Radar do about payments that were made."""

from saleor_stripe_app.sandbox.stripe import disputes, early_fraud_warnings, reviews
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.hands import Hands
from saleor_stripe_app.sandbox.stripe.objects import Dispute
from saleor_stripe_app.sandbox.stripe.radar_objects import EarlyFraudWarning, Review


class BankControls(Hands):
    """The hands of banks and of Radar."""

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
        context, charge = self._charge(intent_id, now, "dispute")
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
        books = self._books_with("reviews", "review", review_id, "review")
        reviews.end(self._by_staff(books, now), books.reviews[review_id], reason)
        return books.reviews[review_id]

    def warn(self, intent_id: str, now: int, fraud_type: str = "misc") -> EarlyFraudWarning:
        """The issuer takes a payment for fraud, without disputing it yet."""
        context, charge = self._charge(intent_id, now, "warn of")
        return early_fraud_warnings.begin(context, charge, fraud_type)

    def _dispute(self, dispute_id: str, now: int) -> tuple[Context, Dispute]:
        books = self._books_with("disputes", "dispute", dispute_id, "dispute")
        return self._by_staff(books, now), books.disputes[dispute_id]
