"""What all controls begin with: the stand-in, the object meant, and the time."""

from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.books import Books
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.errors import invalid, missing
from saleor_stripe_app.sandbox.stripe.objects import Charge, PaymentIntent


class Hands:
    """Finds objects of any account and acts on them outside the API."""

    def __init__(self, server: Stripe) -> None:
        self._server = server

    def _intent(self, intent_id: str, now: int) -> tuple[Context, PaymentIntent]:
        books = self._books_with("payment_intents", "payment_intent", intent_id, "intent")
        return self._by_staff(books, now), books.payment_intents[intent_id]

    def _charge(self, intent_id: str, now: int, verb: str) -> tuple[Context, Charge]:
        context, intent = self._intent(intent_id, now)
        if intent.latest_charge is None:
            raise invalid(f"PaymentIntent {intent_id} has no charge to {verb}.")
        return context, context.books.charges[intent.latest_charge]

    def _books_with(self, kept: str, noun: str, identifier: str, param: str) -> Books:
        for books in self._server.registry.all_books():
            if identifier in getattr(books, kept):
                return books
        raise missing(noun, identifier, param)

    def _by_staff(self, books: Books, now: int) -> Context:
        self._server.advance(now)
        return self._server.context(books, now, self._server.ids.new("req", 14))
